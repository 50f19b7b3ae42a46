/** The rule of a decision record, `explain` and the context never disagree, for any map. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAuthorizer } from '../../../lambda/authorizer/authorize.ts';
import { cachedPolicies } from '../../../lambda/authorizer/policies.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { packModel } from '../../../lambda/core/model/packed-model.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { explainDecision, type Question } from '../../../lib/verdicts/explanation.ts';
import { principalOf } from '../../../lib/verdicts/principals.ts';
import { plainlySent } from '../../support/sent-path.ts';
import { sized } from '../../support/tier.ts';

const ROUTES = ['GET /a', 'POST /a', 'GET /a/{id}', 'DELETE /a/{id}', 'GET /b'];
const GROUPS = ['readers', 'writers', 'con.tractors'];

const items = fc
  .tuple(fc.subarray(['p:one', 'p:two']), fc.shuffledSubarray([...ROUTES, 'GET /a/*', 'ANY /a/**']))
  .map(([names, routes]) => [...routes, ...names]);
const grants = fc.record(
  { allow: items, deny: fc.shuffledSubarray(['p:two', 'GET /a', 'DELETE /a/{id}']) },
  { requiredKeys: [] },
);
const machine = fc.oneof(
  fc.record({ groups: fc.subarray(GROUPS, { minLength: 1 }) }),
  fc.record({ allow: items, deny: items }),
);

const drawnMap = fc.record({
  groups: fc
    .tuple(grants, grants, grants)
    .map((all) => Object.fromEntries(GROUPS.map((name, at) => [name, all[at] ?? {}]))),
  machines: fc.record({ '0oam1': machine, '0oam2': machine }),
  permissions: fc.record({
    'p:one': fc.subarray(ROUTES, { minLength: 1 }),
    'p:two': fc.subarray(ROUTES, { minLength: 1 }),
  }),
  scopes: fc.constantFrom('groups' as const, 'intersect' as const),
  mode: fc.constantFrom('enforce' as const, 'shadow' as const),
});

type Drawn = typeof drawnMap extends fc.Arbitrary<infer Value> ? Value : never;

const mapOf = (drawn: Drawn): AccessMap =>
  AccessMap.fromObject({
    api: { name: 'rules', upstream: { url: 'https://a.example.com' } },
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1abc',
      audience: 'api://a',
      clients: ['0oa1web'],
    },
    routes: [...ROUTES, 'GET /me'],
    signedIn: ['GET /me'],
    blocked: { clients: ['0oaother', '0oam2'] },
    ...drawn,
  });

const caller: fc.Arbitrary<Omit<Question, 'route'>> = fc.record(
  {
    groups: fc.shuffledSubarray([...GROUPS, 'unknown']),
    scopes: fc.subarray(['p:one', 'p:two', 'openid']),
    machine: fc.constantFrom('0oam1', '0oam2', '0oa1web'),
  },
  { requiredKeys: ['groups', 'scopes'] },
);

/** The record and the context of a call that nothing but the map evaluates. */
async function recorded(map: AccessMap, question: Question) {
  const file = packModel({ ...map.model, rules: map.ruleTable });
  const model = parseModel(JSON.parse(JSON.stringify(file)));
  const authorize = createAuthorizer({
    model,
    clock: { now: () => 0 },
    verifier: { verify: async () => principalOf(model, question) },
    quota: async () => ({ kind: 'free' }),
    ...(model.cache && { policyFor: cachedPolicies(model) }),
  });
  const { facts, context } = await authorize({
    requestId: '1',
    apiId: 'api',
    stage: '$default',
    route: question.route,
    arn: 'arn:aws:execute-api:us-east-1:1:api/$default/GET/a',
    sent: plainlySent(question.route),
    authorization: ['Bearer token'],
    pathRefusal: undefined,
  });
  return { facts, context, model };
}

const pointerPath = (path: string): string =>
  path.replace(/\[("(?:[^"\\]|\\.)*"|\d+)\]/g, (_, part: string) => `.${part.replaceAll('"', '')}`);

test('a record says what explain says of the same call, and the context holds the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      drawnMap,
      caller,
      fc.constantFrom(...ROUTES, 'GET /me', 'GET /unmapped'),
      async (drawn, who, route) => {
        const map = mapOf(drawn);
        const { facts, context, model } = await recorded(map, { ...who, route });
        const { decision, rules, entitlements } = explainDecision(
          { model, rules: map.rules },
          { ...who, route },
        );
        const code = decision.effect === 'deny' ? decision.code : undefined;
        expect([facts.code, facts.reason, facts.groups]).toEqual([
          code,
          decision.reason,
          entitlements.groups,
        ]);
        // A kept answer tells a code only where it holds for all that it is given to
        // (test/authorizer tries which).
        if (context['code'] !== '-' || !model.cache) expect(context['code']).toBe(code ?? '-');
        if (!model.cache) expect(context['groups']).toBe(JSON.stringify(facts.groups));
        expect(context['principalId']).toBe(facts.principal?.id);
        if (code === 'SCOPE_MISSING' || code === 'BLOCKED') return;
        const named = rules.map(({ place }) => place.path.slice(1).replaceAll('/', '.'));
        if (facts.rule === undefined) expect(named).toEqual([]);
        else expect(named).toContain(pointerPath(facts.rule.path));
      },
    ),
    { numRuns: sized(300, 40) },
  );
});

describe('the rule of a record', () => {
  const text = `api: { name: orders, upstream: { url: https://orders.example.com } }
okta: { issuer: https://acme.okta.com/oauth2/default, audience: 'api://orders', clients: [0oa1web] }
routes: [GET /orders, POST /orders, GET /me, DELETE /orders]
signedIn: [GET /me]
permissions:
  orders:read: [GET /orders]
groups:
  readers:
    allow:
      - orders:read
      - POST /orders
    deny: [DELETE /orders]
machines:
  0oa1batch:
    allow: [GET /orders]
blocked:
  clients: [0oa1old, 0oa1worse]
`;
  const map = AccessMap.checkText(text, 'maps/access.yaml').map;
  const ruleFor = async (route: string, who: Partial<Question>) => {
    if (!map) throw new Error('the map of this test is not valid');
    return (await recorded(map, { route, groups: [], scopes: [], ...who })).facts.rule;
  };

  test.each<[string, Partial<Question>, unknown]>([
    [
      'GET /orders',
      { groups: ['readers'] },
      { path: 'groups.readers.allow[0]', at: 'access.yaml:10:9' },
    ],
    [
      'POST /orders',
      { groups: ['other', 'readers'] },
      { path: 'groups.readers.allow[1]', at: 'access.yaml:11:9' },
    ],
    [
      'DELETE /orders',
      { groups: ['readers'] },
      { path: 'groups.readers.deny[0]', at: 'access.yaml:12:12' },
    ],
    ['GET /me', {}, { path: 'signedIn[0]', at: 'access.yaml:4:12' }],
    [
      'GET /orders',
      { machine: '0oa1batch' },
      { path: 'machines.0oa1batch.allow[0]', at: 'access.yaml:15:13' },
    ],
    [
      'GET /orders',
      { machine: '0oa1worse' },
      { path: 'blocked.clients[1]', at: 'access.yaml:17:22' },
    ],
    ['GET /orders', { groups: [] }, undefined],
    ['GET /orders', { groups: ['other'] }, undefined],
    ['GET /else', { groups: ['readers'] }, undefined],
  ])('of %s for %j is %j', async (route, who, rule) => {
    expect(await ruleFor(route, who)).toEqual(rule);
  });
});
