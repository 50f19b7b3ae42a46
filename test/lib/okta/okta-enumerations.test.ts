import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { KEPT, type Kept, type RecordedKind } from '../../../lib/okta/okta-enumerations.ts';

/** Values by kind and path, from Okta's own API description. */
const DESCRIBED = JSON.parse(
  readFileSync(join(__dirname, 'fixtures/api-enumerations.json'), 'utf8'),
) as {
  readonly values: Readonly<Record<string, Readonly<Record<string, Kept>>>>;
};

/**
 * Values of which the description lists none: its texts name them, or answers of real orgs have
 * them.
 */
const BESIDE: Readonly<Record<string, string>> = {
  'server.issuerMode': 'its text names the three',
  'rule.conditions.grantTypes.include[]': 'grants, listed by the schema GrantType',
  'group.objectClass[]': 'answers of real orgs have them',
  'groupRule.conditions.expression.type': 'answers of real orgs have it',
  'groupRule.type': 'answers of real orgs have it',
  'hook.channel.config.authScheme.key': 'a chosen name, of which Okta gets ours',
  'hook.events.items[]': 'its text names the catalogue of event types, of which Okta gets ours',
  'origin.scopes[].type': 'the excerpt lacks trusted origins',
  'origin.status': 'the excerpt lacks trusted origins',
};

const rows = (Object.keys(KEPT) as RecordedKind[])
  .filter((kind) => kind !== 'desired')
  .flatMap((kind) =>
    Object.entries(KEPT[kind]).map(
      ([path, kept]) => [`${kind}.${path}`, kind, path, kept] as const,
    ),
  );

test.each(rows)('%s keeps what Okta lists and nothing else', (name, kind, path, kept) => {
  const described = DESCRIBED.values[kind]?.[path];
  if (described === undefined) {
    expect([name, BESIDE[name]]).toEqual([name, expect.any(String)]);
    return;
  }
  if (kept === 'number') expect(described).toBe('number');
  else expect(described).toEqual(expect.arrayContaining([...kept]));
});

test('no exception is left that is none', () => {
  const names: readonly string[] = rows.map(([name]) => name);
  expect(Object.keys(BESIDE).filter((name) => !names.includes(name))).toEqual([]);
});
