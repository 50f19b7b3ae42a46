/** Every tool that says who may call what says what the gateway does, shadow mode included. */
import { describe, expect, test } from '@jest/globals';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { runExplain } from '../../../lib/commands/explain.ts';
import { runMatrix } from '../../../lib/commands/matrix.ts';
import { runTest } from '../../../lib/commands/test.ts';
import { reportOnToken } from '../../../lib/verdicts/token-report.ts';
import { mapFacts, whatIf } from '../../../local/console/setup.ts';
import { capture, project } from '../commands/project.ts';

const MAP = `
api: { name: stock, upstream: { url: https://stock.example.com } }
okta: { issuer: https://acme.okta.com/oauth2/aus1, audience: api://stock, clients: [0oa1] }
routes:
  - GET /stock
  - { route: DELETE /stock, mode: shadow }
groups:
  staff: { allow: [GET /stock] }
  guests: { deny: [DELETE /stock] }
`;
const WHOLE = MAP.replace('\nroutes:', '\nmode: shadow\nroutes:');
const ATTACHED = MAP.replace(
  'upstream: { url: https://stock.example.com }',
  'attachTo: { httpApiId: abcdefghij }',
);
const SHADOW = 'closed (shadow: any valid token passes)';
const PRIOR = 'closed (shadow: the prior authorizer decides)';

const ran = (text: string, run: (io: ReturnType<typeof capture>) => number) => {
  const io = capture(project({ 'access.yaml': text }));
  return { code: run(io), out: io.stdout(), err: io.stderr() };
};
const cell = (rule: string, mode: string, gateway: string) => ({ rule, mode, gateway });

describe('the matrix', () => {
  test.each([
    [
      'one route',
      MAP,
      [cell('closed', 'shadow', 'anyToken'), cell('denied', 'shadow', 'anyToken')],
    ],
    [
      'an attached API',
      ATTACHED,
      [cell('closed', 'shadow', 'prior'), cell('denied', 'shadow', 'prior')],
    ],
  ])('of %s in shadow mode has the gateway’s answer in each cell', (_, text, cells) => {
    const { out } = ran(text, (io) => runMatrix({ json: true }, io));
    const { routes } = JSON.parse(out);
    expect(routes[1].cells).toEqual(cells);
    expect(routes[0].cells[0]).toEqual(cell('allowed', 'enforce', 'allow'));
  });

  test.each([
    ['table', MAP, SHADOW],
    ['csv', MAP, SHADOW],
    ['html', MAP, 'not allowed (shadow: any valid token passes)'],
    ['table', ATTACHED, PRIOR],
  ] as const)('as %s says so in text', (format, text, expected) => {
    expect(ran(text, (io) => runMatrix({ format }, io)).out).toContain(expected);
  });

  test('of a map in shadow mode has it on every route that is not public', () => {
    const { out } = ran(WHOLE, (io) => runMatrix({}, io));
    expect(out).toContain('allowed (shadow: any valid token passes)');
    expect(out).not.toContain('yes');
  });
});

describe('explain', () => {
  const asked = (text: string, expected?: 'allow' | 'deny') => {
    const options = {
      route: 'DELETE /stock',
      group: ['staff'],
      ...(expected && { expect: expected }),
    };
    return ran(text, (io) => runExplain(options, io));
  };

  test('tells what the gateway does first, and what the rules will do', () => {
    const { out } = asked(MAP);
    expect(out).toMatch(new RegExp(`^allow DELETE /stock: ${SHADOW.replace(/[()]/g, '\\$&')}\n`));
    expect(out).toContain('once enforced: deny (GROUP_NOT_ALLOWED, no_group_allows)\n');
    const { out: json } = ran(MAP, (io) =>
      runExplain({ route: 'DELETE /stock', group: ['staff'], json: true }, io),
    );
    expect(JSON.parse(json)).toMatchObject({
      effect: 'allow',
      rulesEffect: 'deny',
      code: 'GROUP_NOT_ALLOWED',
      cell: cell('closed', 'shadow', 'anyToken'),
    });
  });

  test.each([
    ['any token', MAP, 'allow', 0],
    ['any token', MAP, 'deny', 1],
    ['a prior authorizer', ATTACHED, 'allow', 1],
    ['a prior authorizer', ATTACHED, 'deny', 1],
  ] as const)(
    'where shadow lets %s pass, --expect holds of the gateway',
    (_, text, expected, code) => {
      expect(asked(text, expected).code).toBe(code);
    },
  );

  test('without a caller says that the rules are not enforced', () => {
    const { out } = ran(MAP, (io) => runExplain({ route: 'DELETE /stock' }, io));
    expect(out).toContain('shadow: any valid token passes; once enforced:\n');
  });
});

describe('test', () => {
  const tested = (text: string, line: string, rules = false) =>
    ran(`${text}tests:\n  - ${line}\n`, (io) => runTest({ rules, json: true }, io));

  test.each([
    [
      'a deny on a route in shadow',
      MAP,
      '{ groups: [guests], denies: [DELETE /stock] }',
      'TEST_IN_SHADOW',
    ],
    [
      'an allow that a prior authorizer decides',
      ATTACHED.replace('allow: [GET /stock]', 'allow: [ANY /stock]'),
      '{ groups: [staff], allows: [DELETE /stock] }',
      'TEST_IN_SHADOW',
    ],
    [
      'an allow that the rules refuse',
      MAP,
      '{ groups: [staff], allows: [DELETE /stock] }',
      'TEST_FAILED',
    ],
  ])('fails on %s', (_, text, line, code) => {
    const { code: exit, out } = tested(text, line);
    expect(exit).toBe(1);
    expect(JSON.parse(out).failures).toMatchObject([{ code }]);
  });

  test.each([
    ['with --rules', '{ groups: [guests], denies: [DELETE /stock] }', true],
    [
      'where the test says `mode: shadow`',
      '{ groups: [guests], denies: [DELETE /stock], mode: shadow }',
      false,
    ],
    [
      'where the rules and the gateway let the caller in',
      '{ groups: [staff], allows: [GET /stock] }',
      false,
    ],
  ])('passes %s', (_, line, rules) => {
    expect(tested(MAP, line, rules).code).toBe(0);
  });

  test('that says `mode: shadow` of an enforced route is an error at that route', () => {
    const text = `${MAP}tests:\n  - { groups: [staff], allows: [GET /stock], mode: shadow }\n`;
    expect(AccessMap.checkText(text, 'access.yaml').problems).toMatchObject([
      { severity: 'error', code: 'KEY_CONFLICT', place: { path: '/tests/0/allows/0' } },
    ]);
  });
});

describe('a token and the console', () => {
  test.each([
    ['any valid token passes', MAP, ['GET /stock', 'DELETE /stock'], 'anyToken', 'allow'],
    ['a prior authorizer decides', ATTACHED, ['GET /stock'], 'prior', 'unknown'],
  ])('say where %s', (_, text, routes, gateway, effect) => {
    const map = AccessMap.checkText(text, 'access.yaml').map;
    if (!map) throw new Error('the map has errors');
    const now = 1_700_000_000;
    const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
    const claims = {
      ver: 1,
      jti: 'AT.1',
      iss: 'https://acme.okta.com/oauth2/aus1',
      aud: 'api://stock',
      sub: 'a',
      iat: now,
      exp: now + 60,
      cid: '0oa1',
      uid: '00u1',
      scp: [],
      groups: ['staff'],
    };
    const token = `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}.c2ln`;
    const { caller } = reportOnToken(token, parseModel(map.model), now);
    expect(caller?.routes).toEqual(routes);
    expect(caller?.shadow).toEqual([
      { route: 'DELETE /stock', ...cell('closed', 'shadow', gateway) },
    ]);
    expect(whatIf(mapFacts(map), 'DELETE /stock', ['staff'])).toMatchObject({
      effect,
      code: 'GROUP_NOT_ALLOWED',
      cell: cell('closed', 'shadow', gateway),
    });
  });
});
