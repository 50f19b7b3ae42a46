/** Maps that people wrote, each with what `check`, the tests and synthesis have to say of it. */
import { describe, expect, test } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AccessMap, AccessMapError } from '../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../lib/authorizer/okta-group-authorizer.ts';
import { runCheck } from '../../lib/commands/check.ts';
import { runExplain } from '../../lib/commands/explain.ts';
import { runMatrix } from '../../lib/commands/matrix.ts';
import { runPackage } from '../../lib/commands/package.ts';
import { checkOptions } from '../../lib/commands/revoke/revoke-options.ts';
import { UsageError } from '../../lib/commands/shell/command.ts';
import { runTest } from '../../lib/commands/test.ts';
import { capture, project } from '../lib/commands/project.ts';
import { newStack, quietApp } from '../support/synthesis.ts';

/** Where no row says otherwise: a small map without a fault, which each row changes. */
const HEAD = `api: { name: orders, upstream: { url: https://orders.example.org } }
okta: { issuer: https://retail.okta.com/oauth2/aus1, audience: api://orders, clients: [0oa1web] }
`;
const ORDERS = `${HEAD}routes: [GET /orders, POST /orders]
groups:
  readers: { allow: [GET /orders] }
`;

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

const checked = (text: string, options: { readonly skipTests?: boolean } = {}) => {
  const folder = project({ 'access.yaml': text });
  const io = capture(folder);
  const exit = runCheck({ json: true, ...options }, io);
  const { maps } = io.json() as { maps: [{ problems: Found[]; incomplete?: boolean }] };
  return { exit, problems: maps[0].problems, folder };
};
const errorsOf = (problems: readonly Found[]) =>
  problems.filter(({ severity }) => severity === 'error');
const at = ({ code, line, column }: Found): string => `${code} ${line}:${column}`;

describe('tests of the map', () => {
  const WRONG = `${ORDERS}tests:\n  - { groups: [readers], allows: [POST /orders] }\n  - { groups: [readers], denies: [GET /orders] }\n`;

  test('that fail are errors at their lines, in check and at synthesis', () => {
    const { exit, problems } = checked(WRONG);
    expect(exit).toBe(1);
    expect(errorsOf(problems).map(at)).toEqual(['TEST_FAILED 7:35', 'TEST_FAILED 8:35']);
    const stack = newStack('Test', quietApp());
    new OktaGroupAuthorizer(stack, 'Authorizer', {
      map: AccessMap.fromFile(`${project({ 'access.yaml': WRONG })}/access.yaml`),
    });
    const errors = Annotations.fromStack(stack).findError('*', Match.anyValue());
    expect(errors.map(({ entry }) => String(entry.data))).toEqual([
      expect.stringMatching(
        /access\.yaml:7:35: at tests\[0\]\.allows\[0\]: the test fails: `readers` on `POST \/orders`: expected allow, found deny/,
      ),
      expect.stringMatching(/access\.yaml:8:35: /),
    ]);
  });

  test('are left out with --skip-tests, and with the context skipTests', () => {
    expect(checked(WRONG, { skipTests: true }).exit).toBe(0);
    const app = quietApp();
    app.node.setContext('skipTests', 'true');
    const stack = newStack('Test', app);
    new OktaGroupAuthorizer(stack, 'Authorizer', {
      map: AccessMap.checkText(WRONG, 'a').map as AccessMap,
    });
    expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
  });

  test('in shadow mode are one warning of check, and fail the command test alone', () => {
    const text = `mode: shadow\n${ORDERS}tests:\n  - { groups: [readers], allows: [GET /orders], denies: [POST /orders] }\n`;
    const { exit, problems, folder } = checked(text);
    expect(exit).toBe(0);
    expect(problems.filter(({ code }) => code === 'TEST_IN_SHADOW').map(at)).toEqual([
      'TEST_IN_SHADOW 8:58',
    ]);
    expect(runTest({}, capture(folder))).toBe(1);
    expect(runTest({ rules: true }, capture(folder))).toBe(0);
  });

  test('that fail stop `package`, which writes what is deployed', async () => {
    const text = WRONG.replace(/upstream: \{[^}]*\}/, 'authorizerOnly: true');
    const folder = project({ 'access.yaml': text });
    await expect(runPackage({ output: 'out' }, capture(folder))).rejects.toThrow(
      '`readers` on `POST /orders`: expected allow, found deny',
    );
  });

  test('are not run by loading a map', () => {
    expect(AccessMap.checkText(WRONG, 'access.yaml').problems).toEqual([]);
  });
});

describe('placeholders', () => {
  const INITIAL = ORDERS.replace('https://orders.example.org', 'https://upstream.example.com')
    .replace('https://retail.okta.com/oauth2/aus1', 'https://example.okta.com/oauth2/default')
    .replace('0oa1web', 'REPLACE-WITH-CLIENT-ID');

  test('make a map incomplete: check lists them, synthesis refuses it, `test` answers', () => {
    const { exit, problems, folder } = checked(INITIAL);
    expect(exit).toBe(1);
    expect(errorsOf(problems).map(at)).toEqual([
      'PLACEHOLDER 1:39',
      'PLACEHOLDER 2:17',
      'PLACEHOLDER 2:92',
    ]);
    const text = capture(folder);
    runCheck({}, text);
    expect(text.stdout()).toContain('incomplete, replace what is left, 3 errors');
    expect(runTest({}, capture(folder))).toBe(0);
    const map = AccessMap.fromFile(`${folder}/access.yaml`);
    expect(() => new OktaGroupAuthorizer(newStack(), 'Authorizer', { map })).toThrow(
      AccessMapError,
    );
  });

  test.each([
    ['a host that begins like one', 'https://example.okta.com.evil.org/oauth2/default'],
    ['a path that names one', 'https://retail.okta.com/oauth2/upstream1'],
  ])('are compared as a whole: %s is none', (_, issuer) => {
    const text = ORDERS.replace('https://retail.okta.com/oauth2/aus1', issuer);
    expect(AccessMap.checkText(text, 'access.yaml').placeholders).toEqual([]);
  });
});

describe('names', () => {
  const groups = (lines: string): string => ORDERS.replace('groups:\n', `groups:\n${lines}`);
  const rows: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
    ['a pattern of groups', groups('  "*": { deny: [POST /orders] }\n'), ['NAME_WILDCARD 5:3']],
    [
      'a pattern that denies',
      groups('  "contractor-*": { deny: [ANY /orders] }\n'),
      ['NAME_WILDCARD 5:3'],
    ],
    [
      'a pattern of former names',
      groups('  staff: { was: ["staff?"], allow: [GET /orders] }\n'),
      ['NAME_WILDCARD 5:18'],
    ],
    [
      'a pattern of machines',
      `${ORDERS}machines:\n  "0oa*": { groups: [readers] }\n`,
      ['NAME_WILDCARD 7:3'],
    ],
    [
      'a pattern among the groups of a machine',
      `${ORDERS}machines:\n  0oa1: { groups: ["read*"] }\n`,
      ['NAME_WILDCARD 7:20'],
    ],
    [
      'a pattern in a test',
      `${ORDERS}tests:\n  - { groups: ["*"], denies: [POST /orders] }\n`,
      ['NAME_WILDCARD 7:16'],
    ],
    ['a pattern of clients', ORDERS.replace('[0oa1web]', '["0oa1*"]'), ['NAME_WILDCARD 2:88']],
    [
      'a pattern of blocked clients',
      `${ORDERS}blocked: { clients: ["0oa?"] }\n`,
      ['NAME_WILDCARD 6:22'],
    ],
    [
      'a group that is really named so',
      groups('  Need help?: { literal: true, allow: [GET /orders] }\n'),
      [],
    ],
    [
      'a group with the reserved word',
      groups('  everyone: { allow: [GET /orders] }\n'),
      ['NAME_RESERVED 5:3'],
    ],
  ];

  test.each(rows)('%s', (_, text, expected) => {
    const { problems, exit } = checked(text);
    expect(errorsOf(problems).map(at)).toEqual(expected);
    expect(exit).toBe(expected.length === 0 ? 0 : 1);
  });

  test('that read as patterns are told what to do', () => {
    const [found] = errorsOf(
      checked(groups('  "contractor-*": { deny: [ANY /orders] }\n')).problems,
    );
    expect(found?.message).toMatch(
      /`contractor-\*`, which is no pattern here: .*`okta\.groupPrefix`.*`everyone`.*`literal: true`/,
    );
  });

  test.each([
    ['a space at the end', '  "staff ": { allow: [GET /orders] }\n', true],
    ['case alone', '  Readers: { allow: [GET /orders] }\n', true],
    ['width alone', '  ｒｅａｄｅｒｓ: { allow: [GET /orders] }\n', true],
    ['look alone', '  reаders: { allow: [GET /orders] }\n', true],
    ['the id of a group', '  00g1emaKYZTWRYYRRTSK: { allow: [GET /orders] }\n', true],
    ['Okta’s group of all users', '  Everyone: { allow: [GET /orders] }\n', true],
    ['another alphabet', '  Продавцы: { allow: [GET /orders] }\n', false],
    [
      'letters that one alphabet tells apart',
      '  team1: { allow: [GET /orders] }\n  teaml: { allow: [GET /orders] }\n',
      false,
    ],
  ])('that cannot be meant are warned of: %s', (_, lines, warns) => {
    const { problems, exit } = checked(groups(lines));
    expect(exit).toBe(0);
    expect(problems.some(({ code, line }) => code === 'NAME_SUSPECT' && line !== null)).toBe(warns);
  });

  test.each([[{ group: ['staff', 'contractor-*'] }], [{ machine: '0oa*' }]])(
    'on the command line are names too: %p',
    (asked) => {
      const folder = project({ 'access.yaml': ORDERS });
      expect(() => runExplain({ route: 'GET /orders', ...asked }, capture(folder))).toThrow(
        UsageError,
      );
    },
  );

  test.each<readonly [string, () => unknown]>([
    ['matrix', () => runMatrix({ group: ['read*'] }, capture(project({ 'access.yaml': ORDERS })))],
    ['revoke --client', () => checkOptions({ client: '0oa*' })],
    ['revoke --group', () => checkOptions({ group: 'contractor-*' })],
  ])('`%s` takes no pattern either', (_, run) => {
    expect(run).toThrow('are compared letter by letter');
  });
});

describe('quotas of several groups', () => {
  const RETAIL = `${HEAD}routes: [GET /stock, "POST /orders/{id}/refund"]
quotas:
  refunds: { by: user, windows: [{ limit: 20, per: day, routes: ["POST /orders/{id}/refund"] }] }
groups:
  Managers: { allow: [ANY /**], quota: refunds }
  Staff: { allow: ["POST /orders/{id}/refund", GET /stock] }
`;
  test('a group that frees of another’s quota is warned of, with the route', () => {
    const found = checked(RETAIL).problems.filter(({ code }) => code === 'QUOTA_FREE');
    expect(found.map(at)).toEqual(['QUOTA_FREE 8:3']);
    expect(found[0]?.message).toContain(
      'who is in `Managers` and in `Staff` calls `POST /orders/{id}/refund` free of `refunds`',
    );
  });

  test('a strict quota is charged all the same', () => {
    const strict = RETAIL.replace('by: user,', 'by: user, strict: true,');
    expect(checked(strict).problems.map(({ code }) => code)).not.toContain('QUOTA_FREE');
  });
});

describe('what people wanted to write', () => {
  /** 20 refunds a day for anyone who may refund, whatever other groups he is in. */
  const REFUNDS = `${HEAD}routes: [GET /stock, "POST /orders/{id}/refund"]
quotas:
  refunds: { by: user, strict: true, windows: [{ limit: 20, per: day, routes: ["POST /orders/{id}/refund"] }] }
everyone: { allow: [GET /stock], quota: refunds }
groups:
  Managers: { allow: ["POST /orders/{id}/refund"] }
  Staff: { allow: ["POST /orders/{id}/refund"] }
tests:
  - { groups: [], allows: [GET /stock], denies: ["POST /orders/{id}/refund"] }
  - { groups: [Managers, Staff], allows: ["POST /orders/{id}/refund"] }
`;
  /** Who makes a payment may not approve one. */
  const FOUR_EYES = `${HEAD}routes: [POST /payments, "POST /payments/{id}/approve", "POST /payments/{id}/reject"]
groups:
  Makers: { allow: [POST /payments] }
  Checkers: { allow: ["POST /payments/{id}/approve", "POST /payments/{id}/reject"] }
conflicts:
  - { groups: [Makers, Checkers], routes: ["POST /payments/{id}/approve", "POST /payments/{id}/reject"] }
tests:
  - { groups: [Checkers], allows: ["POST /payments/{id}/approve"] }
  - { groups: [Makers, Checkers], allows: [POST /payments], denies: ["POST /payments/{id}/*"] }
`;
  test.each([
    ['refunds', REFUNDS],
    ['four eyes', FOUR_EYES],
  ])('%s can be written, and its tests pass', (_, text) => {
    const { exit, problems, folder } = checked(text);
    expect([exit, errorsOf(problems)]).toEqual([0, []]);
    expect(runTest({}, capture(folder))).toBe(0);
  });

  test('explain charges the strict quota of every user beside the groups', () => {
    const io = capture(project({ 'access.yaml': REFUNDS }));
    runExplain({ route: 'POST /orders/{id}/refund', group: ['Managers'], json: true }, io);
    expect(io.json()).toMatchObject({
      effect: 'allow',
      payers: [{ quota: 'refunds', payer: 'user:{uid}', strict: true }],
    });
  });

  test('explain decides for groups that conflict, and the matrix marks them', () => {
    const folder = project({ 'access.yaml': FOUR_EYES });
    const said = capture(folder);
    runExplain({ route: 'POST /payments/{id}/approve', group: ['Makers', 'Checkers'] }, said);
    expect(said.stdout()).toContain('deny POST /payments/{id}/approve (CONFLICT, groups_conflict)');
    const table = capture(folder);
    runMatrix({}, table);
    expect(table.stdout()).toMatch(/POST \/payments\/\{id\}\/approve +\. \* +yes \*\n/);
    expect(table.stdout()).toContain('* refused to callers in two of Makers, Checkers: ');
  });

  test('every form of the matrix tells conflicts, of former names too, on the routes that are shown', () => {
    const renamed = FOUR_EYES.replace('Makers: { allow', 'Makers: { was: [Old-Makers], allow');
    const folder = project({ 'access.yaml': renamed });
    const shown = (options: object): string => {
      const io = capture(folder);
      runMatrix(options, io);
      return io.stdout();
    };
    expect(shown({})).toMatch(/POST \/payments\/\{id\}\/approve +\. \* +\. \* +yes \*\n/);
    expect(shown({ format: 'csv' })).toContain(
      '"POST /payments/{id}/reject","enforce","two of Makers, Checkers","closed"',
    );
    expect(shown({ format: 'html' }).match(/<td class="\w apart">/g)).toHaveLength(6);
    expect(shown({ route: ['POST /payments'] })).not.toContain('*');
    expect(shown({ route: ['POST /payments/{id}/reject'] })).toContain('* refused to');
  });

  test.each([
    [
      'on a public route',
      FOUR_EYES.replace('\ngroups:', '\npublic: ["POST /payments/{id}/approve"]\ngroups:'),
      'DENY_PUBLIC',
    ],
    [
      'of a machine’s own groups',
      `${FOUR_EYES}machines:\n  0oa9: { groups: [Makers, Checkers] }\n`,
      'KEY_CONFLICT',
    ],
    [
      'of a group that is not there',
      FOUR_EYES.replace('groups: [Makers, Checkers], routes', 'groups: [Makers, Nobody], routes'),
      'GROUP_UNKNOWN',
    ],
    [
      'without routes',
      FOUR_EYES.replace(
        /, routes: \["POST \/payments\/\{id\}\/approve", "POST \/payments\/\{id\}\/reject"\] \}/,
        ' }',
      ),
      'KEY_MISSING',
    ],
  ])('a conflict %s is an error', (_, text, code) => {
    expect(errorsOf(checked(text).problems).map((found) => found.code)).toContain(code);
  });

  test.each([
    ['a quota by group', REFUNDS.replace('by: user', 'by: group'), 'QUOTA_PAYER', 'error'],
    [
      'a route that is signedIn too',
      REFUNDS.replace('\nquotas:', '\nsignedIn: [GET /stock]\nquotas:'),
      'EVERYONE_SIGNED_IN',
      'warning',
    ],
  ])('of every user %s is reported', (_, text, code, severity) => {
    const found = checked(text).problems.find((one) => one.code === code);
    expect(found?.severity).toBe(severity);
  });
});
