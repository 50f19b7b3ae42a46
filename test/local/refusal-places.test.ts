import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type RefusalFacts, refusalPlaces } from '../../local/refusal-places.ts';

const folder = mkdtempSync(join(tmpdir(), 'places-'));

const written = (name: string, okta: string): string => {
  const file = join(folder, name);
  writeFileSync(
    file,
    `api: { name: orders, upstream: { url: https://orders.example.com } }
okta:
${okta}
routes: [GET /orders]
groups:
  readers: { allow: [GET /orders] }
`,
  );
  return file;
};

const BLOCK = `issuer: https://acme.okta.com/oauth2/a
  audience: api://orders
  clients: [0oa1web]`;
const one = written('one.yaml', `  ${BLOCK}`);
const listed = written('listed.yaml', `- ${BLOCK}`);
const several = written('several.yaml', `- ${BLOCK}\n- ${BLOCK.replace('2/a', '2/b')}`);

test.each<[string, string, RefusalFacts, string | undefined]>([
  ['its issuer', one, { code: 'TOKEN_ISSUER' }, 'okta.issuer (:3:3), which this run replaces'],
  ['its audience', one, { code: 'TOKEN_AUDIENCE' }, 'okta.audience (:4:3)'],
  ['its client', one, { code: 'TOKEN_CLIENT' }, 'okta.clients (:5:3)'],
  ['a listed block', listed, { code: 'TOKEN_AUDIENCE' }, 'okta[0].audience (:4:3)'],
  ['none of several blocks', several, { code: 'TOKEN_AUDIENCE' }, 'okta (:2:1)'],
  ['a group', one, { code: 'GROUP_NOT_ALLOWED', group: 'readers' }, 'groups.readers (:8:3)'],
  ['a group that is not there', one, { code: 'GROUP_NOT_ALLOWED', group: 'others' }, undefined],
  ['no group', one, { code: 'GROUP_NOT_ALLOWED' }, undefined],
  ['a route', one, { code: 'ROUTE_UNMAPPED' }, 'routes (:6:1)'],
  ['a key that is not there', one, { code: 'CLIENT_UNMAPPED' }, undefined],
  ['a default', one, { code: 'TOKEN_CLAIMS', reason: 'lifetime_too_long' }, undefined],
  ['no entry of the map', one, { code: 'TOKEN_EXPIRED', reason: 'exp_passed' }, undefined],
])('a refusal for %s names its entry', (_what, file, refusal, expected) => {
  const place = refusalPlaces(file)(refusal)?.replace(file, '');
  if (expected === undefined) expect(place).toBeUndefined();
  else expect(place).toContain(expected);
});
