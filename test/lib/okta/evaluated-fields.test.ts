import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isAccepted } from '../../../lib/okta/accepted-fields.ts';
import {
  FIELDS,
  type FieldKind,
  isKnownField,
  unevaluatedFields,
} from '../../../lib/okta/evaluated-fields.ts';
import type { JsonObject } from '../../../lib/okta/org.ts';
import { DEFAULT_SERVER, RECORDED } from '../../local/okta-org/recorded-answers.ts';

/** Every property of the objects, from Okta's own API description. */
const DESCRIBED = JSON.parse(
  readFileSync(join(__dirname, 'fixtures/api-properties.json'), 'utf8'),
) as {
  readonly version: string;
  readonly properties: Readonly<Record<FieldKind, readonly string[]>>;
};
const KINDS = Object.keys(FIELDS) as FieldKind[];

describe.each(KINDS)('a property that Okta describes of a %s', (kind) => {
  const { properties } = DESCRIBED;
  test.each(properties[kind])('%s is evaluated, or harmless for a reason', (path) => {
    expect(isKnownField(kind, path)).toBe(true);
  });
});

test('every reason says something, and no field is in two lists', () => {
  for (const kind of KINDS) {
    const { evaluated, harmless } = FIELDS[kind];
    const all = [...evaluated, ...Object.values(harmless).flat()];
    expect(all.filter((path, at) => all.indexOf(path) !== at)).toEqual([]);
    expect(Object.keys(harmless).every((reason) => reason.length > 15)).toBe(true);
  }
});

/** What real orgs answered beyond the description. */
const OF: Readonly<Record<string, FieldKind>> = {
  server: 'server',
  policy: 'policy',
  rule: 'rule',
  claim: 'claim',
  scope: 'scope',
  app: 'app',
};
const recorded = RECORDED.flatMap(([, calls]) => calls).flatMap(({ makes, answer }) => {
  const kind = OF[makes ?? ''];
  return kind === undefined ? [] : [[kind, answer as JsonObject] as const];
});

test.each([...recorded, ['server', DEFAULT_SERVER] as const])(
  'of a %s as a real org answered it, nothing is unjudged',
  (kind, answer) => {
    expect(unevaluatedFields(kind, answer as JsonObject)).toEqual([]);
  },
);

test.each<readonly [what: string, json: JsonObject, fields: readonly string[]]>([
  ['that has a value', { somethingNew: 'x' }, ['rule.somethingNew']],
  ['that is 0, which may mean without end', { newLimit: 0 }, ['rule.newLimit']],
  ['in a list', { list: [{ deep: { er: true } }] }, ['rule.list[].deep.er']],
  ['that is false, which may take a check away', { checked: false }, ['rule.checked']],
  ['that is empty', { none: null, list: [], object: {}, text: '' }, []],
  ['below one that is known', { actions: { token: { inlineHook: { id: 'c' } } } }, []],
  [
    'beside one that is known',
    { actions: { token: { inlineHook: { x: 1 } } } },
    ['rule.actions.token.inlineHook.x'],
  ],
])('a field %s is reported as not evaluated', (_, json, fields) => {
  expect(unevaluatedFields('rule', json)).toEqual(fields);
});

test.each([
  [['rule.actions.token.inlineHook'], 'rule.actions.token.inlineHook.id', true],
  [['rule.conditions.people'], 'rule.conditions.people', true],
  [['app.settings.oauthClient.jwks'], 'app.settings.oauthClient.jwks_uri', false],
  [['rule.list'], 'rule.list[].x', true],
  [[], 'rule.x', false],
  [['rule'], 'rule.x', false],
  [['rule.actions.token'], 'rule.actions.token.mayImpersonate', false],
  [['rule.actions.token.mayImpersonate'], 'rule.actions.token.mayImpersonate', true],
  [['app.settings'], 'app.settings.oauthClient.jwks_uri', false],
  [['somethingElse'], 'rule.x', false],
])('%j accepts %s: %s', (accepted, field, expected) => {
  expect(isAccepted(accepted, field)).toBe(expected);
});
