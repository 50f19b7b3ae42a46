/** Properties of the explanations of any map. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decisionFacts } from '../../../lambda/authorizer/decision-facts.ts';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { decide } from '../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { billFor } from '../../../lambda/core/quota/bill.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { explainDecision, type Question } from '../../../lib/verdicts/explanation.ts';
import { findRoute } from '../../../lib/verdicts/find-route.ts';
import { principalOf } from '../../../lib/verdicts/principals.ts';
import { explainRecord } from '../../../lib/verdicts/record-explanation.ts';
import { whoCanCall } from '../../../lib/verdicts/who-can-call.ts';
import { sized } from '../../support/tier.ts';

const ROUTES = ['GET /a', 'POST /a', 'GET /a/{id}', 'DELETE /a/{id}', 'GET /b', 'ANY /c'];
const PUBLIC_ROUTES = { public: ['GET /open'], signedIn: ['GET /me'] };
const ASKED = [
  ...ROUTES.slice(0, 5),
  'GET /c',
  'PUT /c',
  'OPTIONS /c',
  'GET /open',
  'GET /me',
  'GET /unmapped',
];
const GROUPS = ['readers', 'writers', 'admins', 'contractors'];

const patterns = fc.subarray([...ROUTES, 'GET /a/*', 'ANY /a/**']);
const items = fc
  .tuple(fc.subarray(['p:one', 'p:two']), patterns)
  .map(([names, routes]) => [...names, ...routes]);
const grants = fc.record(
  {
    allow: items,
    deny: fc.subarray(['p:two', 'GET /a', 'DELETE /a/{id}']),
    quota: fc.constantFrom('small', 'large'),
  },
  { requiredKeys: [] },
);
const machine = fc.oneof(
  fc.record({ groups: fc.subarray(GROUPS, { minLength: 1 }) }),
  fc.record({ allow: items, deny: fc.subarray(['p:two', 'GET /b']), quota: fc.constant('small') }),
);

const anyMap = fc
  .record({
    groups: fc
      .tuple(grants, grants, grants, grants)
      .map((all) => Object.fromEntries(GROUPS.map((name, at) => [name, all[at] ?? {}]))),
    machines: fc.record({ '0oam1': machine, '0oam2': machine }),
    permissions: fc.record({
      'p:one': fc.subarray(ROUTES, { minLength: 1 }),
      'p:two': fc.subarray(ROUTES, { minLength: 1 }),
    }),
    scopes: fc.constantFrom('groups' as const, 'intersect' as const),
  })
  .map((drawn) =>
    AccessMap.fromObject({
      api: { name: 'rules', upstream: { url: 'https://a.example.com' } },
      okta: {
        issuer: 'https://acme.okta.com/oauth2/aus1abc',
        audience: 'api://a',
        clients: ['0oa1web'],
      },
      routes: [...ROUTES, 'GET /open', 'GET /me'],
      ...PUBLIC_ROUTES,
      quotas: {
        small: { limit: 1, per: 'minute', by: 'user' },
        large: { limit: 9, per: 'minute', by: 'client' },
      },
      ...drawn,
    }),
  );

const caller: fc.Arbitrary<Omit<Question, 'route'>> = fc.record(
  {
    groups: fc.subarray([...GROUPS, 'unknown']),
    scopes: fc.subarray(['p:one', 'p:two', 'openid']),
    machine: fc.constantFrom('0oam1', '0oam2', '0oa1web'),
  },
  { requiredKeys: ['groups', 'scopes'] },
);

test('an explanation is the decision of the authorizer, and its payers are those that are charged, on every route', () => {
  fc.assert(
    fc.property(anyMap, caller, (map, who) => {
      const model = parseModel(map.model);
      const entitlements = entitlementsOf(model, principalOf(model, who));
      for (const route of ASKED) {
        const { decision, payers, free } = explainDecision(
          { model, rules: map.rules },
          { ...who, route },
        );
        expect(decision).toEqual(decide(model, entitlements, route));
        const charged = decision.reason === 'group_allows' || decision.reason === 'machine_allows';
        const payments = charged ? billFor(model, entitlements, route).shared : [];
        expect(free === undefined ? payers : 'free').toEqual(payments);
      }
    }),
    { numRuns: sized(100, 15) },
  );
});

test('the rules that an explanation names suffice for its decision, and each of them has the route', () => {
  fc.assert(
    fc.property(anyMap, caller, (map, who) => {
      const model = parseModel(map.model);
      for (const route of ASKED) {
        const { decision, rules, overridden } = explainDecision(
          { model, rules: map.rules },
          { ...who, route },
        );
        const index = model.routeIndex.get(route) ?? -1;
        for (const rule of [...rules, ...overridden]) expect(hasBit(rule.routes, index)).toBe(true);
        const effects = new Set(rules.map(({ effect }) => effect));
        const code = decision.effect === 'deny' ? decision.code : undefined;
        const allows = code === undefined || code === 'SCOPE_MISSING' ? ['allow'] : [];
        expect(effects).toEqual(new Set(code === 'GROUP_DENIED' ? ['deny'] : allows));
      }
    }),
    { numRuns: sized(100, 15) },
  );
});

test('the explanation of a record says what the authorizer decided, by the same rules, without deciding', () => {
  fc.assert(
    fc.property(anyMap, caller, (map, who) => {
      const model = parseModel(map.model);
      const book = { model, rules: map.rules };
      const entitlements = entitlementsOf(model, principalOf(model, who));
      const factsOf = decisionFacts(model, undefined);
      for (const route of ASKED) {
        const asked = explainDecision(book, { ...who, route });
        const { decision } = asked;
        const facts = factsOf(
          { decision, entitlements },
          { effect: decision.effect, refusedBy: undefined, mode: 'enforce' },
          { keySource: undefined, now: 0 },
        );
        const told = explainRecord(book, facts as DecisionRecord);
        expect([told.effect, told.code]).toEqual([
          decision.effect,
          decision.effect === 'deny' ? decision.code : undefined,
        ]);
        for (const { place } of [...asked.rules, ...asked.overridden])
          expect(told.lines.join('\n')).toContain(`${place.source}${place.path}`);
      }
    }),
    { numRuns: sized(100, 15) },
  );
});

test('the nearest group allows the route when it is added, and no other group does so with fewer further routes', () => {
  fc.assert(
    fc.property(anyMap, caller, (map, { machine: _, ...who }) => {
      const model = parseModel(map.model);
      const allowedRoutes = (groups: readonly string[]) => {
        const entitlements = entitlementsOf(model, principalOf(model, { ...who, groups }));
        return model.routes
          .map(({ key }) => key)
          .filter((route) => decide(model, entitlements, route).effect === 'allow');
      };
      const before = allowedRoutes(who.groups);
      for (const route of ASKED) {
        const { decision, nearestGroup } = explainDecision(
          { model, rules: map.rules },
          { ...who, route },
        );
        if (decision.effect === 'allow') continue;
        const gains = GROUPS.filter((name) => !who.groups.includes(name))
          .map((name) => ({
            name,
            gained: allowedRoutes([...who.groups, name]).filter((key) => !before.includes(key)),
          }))
          .filter(({ gained }) => gained.includes(route));
        expect(nearestGroup === undefined).toBe(gains.length === 0);
        const mine = gains.find(({ name }) => name === nearestGroup?.name);
        for (const { gained } of gains)
          expect(mine?.gained.length).toBeLessThanOrEqual(gained.length);
      }
    }),
    { numRuns: sized(100, 15) },
  );
});

test('who may call a route is who the authorizer lets through, group by group and machine by machine', () => {
  fc.assert(
    fc.property(anyMap, (map) => {
      const model = parseModel(map.model);
      const scopes = ['p:one', 'p:two'];
      const isAllowed = (who: Omit<Question, 'route'>, route: string) =>
        decide(model, entitlementsOf(model, principalOf(model, who)), route).effect === 'allow';
      for (const route of ASKED) {
        const who = whoCanCall({ model, rules: map.rules }, route, undefined);
        const publicOrSignedIn = who.public || who.signedIn;
        expect(publicOrSignedIn ? GROUPS : who.groups).toEqual(
          GROUPS.filter((name) => isAllowed({ groups: [name], scopes }, route)),
        );
        const machines = ['0oam1', '0oam2'];
        expect(publicOrSignedIn ? machines : who.machines).toEqual(
          machines.filter((cid) => isAllowed({ groups: [], scopes, machine: cid }, route)),
        );
      }
    }),
    { numRuns: sized(100, 15) },
  );
});

test.each([
  { typed: 'GET /a', found: { kind: 'route', route: 'GET /a' } },
  { typed: 'GET /a/{id}', found: { kind: 'route', route: 'GET /a/{id}' } },
  { typed: 'GET /a/42', found: { kind: 'path', route: 'GET /a/{id}' } },
  { typed: 'GET /f/x/y', found: { kind: 'path', route: 'GET /f/{path+}' } },
  { typed: 'GET /f/one', found: { kind: 'path', route: 'GET /f/{name}' } },
  { typed: 'GET /x/list', found: { kind: 'several', routes: ['GET /x/{id}', 'GET /{kind}/list'] } },
  { typed: 'get /a', found: { kind: 'unknown', nearest: 'GET /a' } },
  { typed: 'GET /a/42/', found: { kind: 'unknown', nearest: 'GET /a' } },
  { typed: 'GET /a/..', found: { kind: 'unknown', nearest: 'GET /a' } },
  { typed: 'GET /a/%2fx', found: { kind: 'unknown', nearest: 'GET /a/{id}' } },
  { typed: 'GET /a/*', found: { kind: 'unknown', nearest: 'GET /a' } },
  { typed: 'POST /anything', found: { kind: 'path', route: 'POST $default' } },
])('$typed is found as $found', ({ typed, found }) => {
  const routes = [
    'GET /a',
    'GET /a/{id}',
    'GET /f/{path+}',
    'GET /f/{name}',
    'GET /x/{id}',
    'GET /{kind}/list',
    'POST $default',
  ];
  expect(findRoute(typed, routes)).toEqual(found);
});
