import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readMap } from '../../local/local-map.ts';
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
const listed = written('listed.yaml', `- ${BLOCK}\n  name: staff`);
const partners = `${BLOCK.replace('2/a', '2/b')}\n  name: partners\n  groups: [readers]`;
const several = written('several.yaml', `- ${BLOCK}\n  name: staff\n- ${partners}`);

const routed = join(folder, 'routed.yaml');
writeFileSync(
  routed,
  `api: { name: orders, upstream: { url: https://orders.example.com } }
okta: { ${BLOCK.replaceAll('\n  ', ', ')} }
scopes: intersect
routes:
  - GET /orders
  - route: GET /orders/{id}
    mode: shadow
permissions: { all: ['GET /orders/{id}'] }
groups:
  "two words": { allow: [all] }
machines: { 0oa1batch: { groups: ["two words"] } }
`,
);

const NOT_ALLOWED = { code: 'GROUP_NOT_ALLOWED', reason: 'no_group_allows' } as const;
const machine = (id: string) => ({ kind: 'machine', id });

test.each<[string, string, RefusalFacts, string | undefined]>([
  ['its issuer', one, { code: 'TOKEN_ISSUER' }, 'okta.issuer (:3:3), which this run replaces'],
  ['its audience', one, { code: 'TOKEN_AUDIENCE' }, 'okta.audience (:4:3)'],
  ['its client', one, { code: 'TOKEN_CLIENT' }, 'okta.clients (:5:3)'],
  ['a client that is missing', one, { code: 'TOKEN_CLAIMS', reason: 'cid' }, 'okta.clients (:5:3)'],
  ['a listed block', listed, { code: 'TOKEN_AUDIENCE' }, 'okta[0].audience (:4:3)'],
  ['none of several blocks', several, { code: 'TOKEN_AUDIENCE' }, 'okta (:2:1)'],
  ['a group', one, { ...NOT_ALLOWED, group: 'readers' }, 'groups.readers (:8:3)'],
  ['a quoted name', routed, { ...NOT_ALLOWED, group: 'two words' }, 'groups["two words"] (:10:3)'],
  ['a group that is not there', one, { ...NOT_ALLOWED, group: 'others' }, 'groups (:7:1)'],
  ['no group, or several', one, NOT_ALLOWED, 'groups (:7:1)'],
  [
    'a machine',
    routed,
    { ...NOT_ALLOWED, reason: 'machine_not_allowed', principal: machine('0oa1batch') },
    'machines.0oa1batch (:11:13)',
  ],
  ['no machine', routed, { code: 'CLIENT_UNMAPPED' }, 'machines (:11:1)'],
  ['a route', one, { code: 'ROUTE_UNMAPPED' }, 'routes (:6:1)'],
  ['a path', one, { code: 'PATH_REFUSED', route: 'GET /orders' }, 'routes[0] (:6:10)'],
  [
    'a path of a route with settings',
    routed,
    { code: 'PATH_REFUSED', reason: 'closed_route', route: 'GET /orders/{id}' },
    'routes[1] (:6:5)',
  ],
  ['a path of no route', one, { code: 'PATH_REFUSED', route: 'GET /x' }, 'routes (:6:1)'],
  ['base paths', one, { code: 'PATH_REFUSED', reason: 'paths_disagree' }, 'api (:1:1)'],
  ['a scope', routed, { code: 'SCOPE_MISSING' }, 'scopes (:3:1)'],
  ['a key that is not there', one, { code: 'CLIENT_UNMAPPED' }, undefined],
  ['a default', one, { code: 'TOKEN_CLAIMS', reason: 'lifetime_too_long' }, 'okta (:2:1)'],
  ['no groups in the token', one, { code: 'GROUPS_MISSING' }, 'okta (:2:1)'],
  ['no entry of the map', one, { code: 'TOKEN_EXPIRED', reason: 'exp_passed' }, undefined],
  ['no entry of the map either', one, { code: 'NO_TOKEN', reason: 'absent' }, undefined],
])('a refusal for %s names its entry', (_what, file, refusal, expected) => {
  const place = refusalPlaces(readMap(file))(refusal);
  expect(place?.replace(basename(file), '')).toBe(expected);
});

test('a map that was given as an object has no lines to name', () => {
  const map = {
    api: { name: 'orders', upstream: { url: 'https://orders.example.com' } },
    okta: { issuer: 'https://acme.okta.com/oauth2/a', audience: 'api://a', clients: ['0oa1web'] },
    routes: ['GET /a' as const],
    groups: { readers: { allow: ['GET /a' as const] } },
  };
  expect(refusalPlaces(readMap(map))(NOT_ALLOWED)).toBeUndefined();
});
