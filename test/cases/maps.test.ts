/** Maps that people wrote, each with what `check`, the tests and synthesis have to say of it. */
import { describe, expect, test } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AccessMap, AccessMapError } from '../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../lib/authorizer/okta-group-authorizer.ts';
import { runCheck } from '../../lib/commands/check.ts';
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
