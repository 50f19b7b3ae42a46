/** A decision record names the entry of `everyone` and of `conflicts` that decided. */
import { expect, test } from '@jest/globals';
import { decide } from '../../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { packModel } from '../../../../lambda/core/model/packed-model.ts';
import { determiningRules } from '../../../../lambda/core/record/determining-rules.ts';
import { ruleFinder } from '../../../../lambda/core/record/rule-table.ts';
import { AccessMap, rulePlaces } from '../../../../lib/access-map/index.ts';

const TEXT = `api: { name: a, upstream: { url: https://a.example.org } }
okta: { issuer: https://acme.okta.com/oauth2/aus1, audience: a, clients: [0oa1] }
routes: [GET /a, GET /b, POST /b]
everyone: { allow: [GET /a], deny: [GET /b] }
groups:
  makers: { allow: [ANY /b] }
  checkers: { allow: [ANY /b] }
conflicts:
  - { groups: [makers, checkers], routes: [POST /b] }
`;
const { map } = AccessMap.checkText(TEXT, 'access.yaml');
if (!map) throw new Error('the map has errors');
// As an asset holds it.
const model = parseModel(
  JSON.parse(JSON.stringify(packModel({ ...map.model, rules: map.ruleTable }))),
);

test.each([
  ['GET /a', [], 'everyone.allow[0]', 'access.yaml:4:21'],
  ['GET /b', ['makers'], 'everyone.deny[0]', 'access.yaml:4:37'],
  ['POST /b', ['makers', 'checkers'], 'conflicts[0]', 'access.yaml:9:5'],
])('%s of %p is decided by %s', (route, groups, path, at) => {
  const entitlements = entitlementsOf(model, {
    kind: 'user',
    uid: '00u1',
    cid: '0oa1',
    groups,
    scopes: [],
  });
  const determining = determiningRules(model, entitlements, decide(model, entitlements, route));
  expect(ruleFinder(model)(determining, route)).toEqual({ path, at });
  expect(rulePlaces(map).get(path)).toBe(at);
});
