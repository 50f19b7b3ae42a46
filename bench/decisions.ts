/**
 * The second and later decisions of a token, on a small map and on a large one: policy and context
 * included, token and quota not. Ratios of medians of interleaved rounds; absolute times are this
 * machine's. Run: `npm run bench:decisions`.
 */
import { createAuthorizer } from '../lambda/authorizer/authorize.ts';
import type { GatewayRequest } from '../lambda/authorizer/gateway-request.ts';
import { cachedPolicies } from '../lambda/authorizer/policies.ts';
import { parseModel } from '../lambda/core/model/load-model.ts';
import type { Principal } from '../lambda/core/token/principal.ts';
import { AccessMap } from '../lib/access-map/index.ts';
import { largeMap } from '../test/support/large-map.ts';

const ROUNDS = 41;
const CALLS = 20_000;
const HELD_GROUPS = 5;

function scene(groups: number, services: number, cache: 'auto' | 'off') {
  const text = largeMap(groups, services).replace(
    'api: { name: large,',
    `api: { name: large, cache: ${cache},`,
  );
  const { map } = AccessMap.checkText(text, 'bench.yaml');
  if (!map) throw new Error('the map of the benchmark is not valid');
  const principal: Principal = {
    kind: 'user',
    uid: '00u1',
    cid: '0oa1web',
    groups: Array.from({ length: HELD_GROUPS }, (_, n) => `team-${n}`),
    scopes: [],
  };
  const model = parseModel(map.model);
  const authorize = createAuthorizer({
    model,
    ...(model.cache && { policyFor: cachedPolicies(model) }),
    clock: { now: () => 0 },
    verifier: { verify: async () => principal },
    quota: async () => ({ kind: 'free' }),
  });
  const request: GatewayRequest = {
    requestId: 'r',
    apiId: 'a1',
    stage: 'prod',
    route: 'GET /service-0/{id}',
    arn: 'arn:aws:execute-api:us-east-1:123456789012:a1/prod/GET/service-0/1',
    sent: { paths: ['/service-0/1'], others: [], overrides: [], customDomain: false },
    authorization: ['Bearer token'],
    pathRefusal: undefined,
  };
  return async (): Promise<number> => {
    const started = performance.now();
    for (let call = 0; call < CALLS; call++) await authorize(request);
    return ((performance.now() - started) * 1_000) / CALLS;
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

for (const cache of ['off', 'auto'] as const) {
  const cases = [
    { name: '10 groups, 10 routes', run: scene(10, 1, cache), us: [] as number[] },
    { name: '1,000 groups, 1,000 routes', run: scene(1_000, 100, cache), us: [] as number[] },
  ];
  for (let round = 0; round < ROUNDS; round++)
    for (const one of cases) one.us.push(await one.run());
  const [small = 0, large = 0] = cases.map(({ us }) => median(us.slice(2)));
  const ratio = median(cases[0]?.us.map((us, round) => (cases[1]?.us[round] ?? 0) / us) ?? []);
  console.log(
    `cache ${cache}: ${small.toFixed(2)} us on 10 x 10, ${large.toFixed(2)} us on 1,000 x 1,000, ratio ${ratio.toFixed(2)}`,
  );
}
