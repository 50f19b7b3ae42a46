import fc from 'fast-check';
import { createAuthorizer } from '../../../../lambda/authorizer/authorize.ts';
import { policyResponse } from '../../../../lambda/authorizer/authorizer-response.ts';
import { cachedPolicies } from '../../../../lambda/authorizer/policies.ts';
import { refuse } from '../../../../lambda/core/contract/codes.ts';
import { decide } from '../../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../../../lambda/core/model/model.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import { type CachePlan, planCache } from '../../../../lib/access-map/cache/cache-plan.ts';
import { policyEvaluator } from '../../../../local/iam.ts';
import { isPlain, readingOf } from './gateway-readings.ts';
import { fileOf, type RandomMap, randomMaps } from './random-map.ts';

const PREFIX = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/';

/** Values for parameters: plain ones, literals of the templates, and what an attacker would try. */
const VALUES = [
  'zz',
  'a',
  'b',
  'ab',
  'z/z',
  'a/b',
  'z%2Fz',
  '..',
  '%2e%2E',
  'a%252fb',
  'z%5Cz',
  '*',
  '%3F',
  'a/',
  '',
  'b%2fa',
  '%00',
  '.',
  'z%252525252e',
  '..;x',
  '%20..',
  '.%20',
  'z%c0%af',
  '%u002f',
  '%25250a',
];

interface Request {
  readonly method: string;
  readonly path: string;
}

/**
 * Requests around the map's own templates, each parameter from `VALUES`, and some with doubled and
 * trailing slashes.
 */
const requestsOf = (routes: readonly string[]): fc.Arbitrary<readonly Request[]> => {
  const one = fc.tuple(
    fc.constantFrom(...routes),
    fc.array(fc.constantFrom(...VALUES), { minLength: 6, maxLength: 6 }),
    fc.nat(11),
  );
  return fc.array(one, { minLength: 6, maxLength: 6 }).map((drawn) =>
    drawn.flatMap(([key, values, twist]) => {
      const [method = '', written = ''] = key.split(' ');
      const template = written === '$default' ? '/{a}/{b}' : written;
      let at = 0;
      const plain = template.replace(/\{[^}]*\}/g, () => `z${at++}`);
      const path = template.replace(/\{[^}]*\}/g, () => values[at++ % values.length] ?? '');
      const twists = [`${path}/`, path.replace('/', '//'), `${path}/secret`];
      const twisted = twists[twist] ?? path;
      return [
        { method, path: plain },
        { method, path: twisted },
        { method: 'GET', path: twisted },
      ];
    }),
  );
};

const principals: fc.Arbitrary<Principal> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        groups: fc.subarray(['g1', 'g2', 'g3', 'g4', 'other']),
        scopes: fc.subarray(['s1', 's2', 's3']),
      })
      .map(
        ({ groups, scopes }): Principal => ({
          kind: 'user',
          uid: '00u1',
          cid: '0oa1web',
          groups,
          scopes,
        }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .subarray(['s1', 's2'])
      .map((scopes): Principal => ({ kind: 'machine', cid: '0oa1m', scopes })),
  },
);

export const cases = randomMaps.chain((map) =>
  fc.record({
    map: fc.constant(map),
    principal: principals,
    requests: requestsOf(map.sketch.routes),
  }),
);
export type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** The answer of the real authorizer to a request on its route, as the gateway would keep it. */
async function answer(
  model: AccessModel,
  map: RandomMap,
  principal: Principal,
  { method, path }: Request,
) {
  const { route, odd, strings } = readingOf(map.kind, map.sketch.routes, method, path);
  const authorize = createAuthorizer({
    model,
    clock: { now: () => 0 },
    verifier: { verify: async () => principal },
    quota: async () => ({ kind: 'free' }),
    policyFor: cachedPolicies(model),
  });
  const request = {
    requestId: 'r',
    apiId: 'abcdef1234',
    stage: 'prod',
    route: route ?? `${method} /unmapped`,
    arn: PREFIX + strings[0],
    sent: { paths: [path], others: [], overrides: [], customDomain: false },
    authorization: ['Bearer token'],
    pathRefusal: odd ? refuse('PATH_REFUSED', 'ambiguous_parameter') : undefined,
  };
  return policyResponse(await authorize(request), 'throw').policyDocument;
}

export interface Wrong {
  readonly kept: Request;
  readonly replayed: Request;
  readonly string: string;
  readonly verdict: string;
  readonly expected: string;
  readonly policy: unknown;
}

/**
 * The policies that a case makes the authorizer emit, with the ARNs they may be asked about, odd
 * spellings among them.
 */
export async function emittedPolicies({
  map,
  principal,
  requests,
}: Case): Promise<readonly Emitted[]> {
  const file = fileOf(map);
  const { file: cache } = planCache(parseModel(file), { kind: 'auto' }, []);
  if (cache === undefined) return [];
  const model = parseModel(JSON.parse(JSON.stringify({ ...file, cache })));
  const arns = requests
    .flatMap(({ method, path }) => readingOf(map.kind, map.sketch.routes, method, path).strings)
    .map((text) => PREFIX + text);
  return Promise.all(
    requests.map(async (request) => ({
      policy: await answer(model, map, principal, request),
      arns: [...new Set(arns)],
    })),
  );
}

export interface Emitted {
  readonly policy: unknown;
  readonly arns: readonly string[];
}

/**
 * Replays the answer to each request on each other request that the cache's key takes for the same.
 */
export async function wrongAnswers(
  { map, principal, requests }: Case,
  plan: CachePlan | undefined = undefined,
): Promise<readonly Wrong[]> {
  const file = fileOf(map);
  const { file: cache, mode } = plan ?? planCache(parseModel(file), { kind: 'auto' }, []);
  if (cache === undefined) return [];
  const model = parseModel(JSON.parse(JSON.stringify({ ...file, cache })));
  const entitlements = entitlementsOf(model, principal);
  const read = requests
    .map((request) => ({
      request,
      ...readingOf(map.kind, map.sketch.routes, request.method, request.path),
    }))
    .filter(({ route }) => route !== undefined && !map.sketch.public?.includes(route));
  const wrong: Wrong[] = [];
  for (const kept of read) {
    const policy = await answer(model, map, principal, kept.request);
    const evaluate = policyEvaluator(policy);
    for (const { request, route = '', odd, strings, decoded } of read) {
      if (mode === 'tokenAndRoute' && route !== kept.route) continue;
      const isAllowed = decide(model, entitlements, route).effect === 'allow';
      const allowed = isAllowed && !odd;
      for (const string of strings) {
        const verdict = evaluate(PREFIX + string);
        const tooWide = verdict === 'allow' && !allowed;
        const tooNarrow = verdict !== 'allow' && allowed && isPlain(request.path);
        // A resource policy of a REST API turns "neither" into Allow.
        const undecided = map.kind === 'rest' && verdict === 'implicitDeny' && !isAllowed;
        if (tooWide || tooNarrow || undecided)
          wrong.push({
            kept: kept.request,
            replayed: request,
            string,
            verdict,
            expected: allowed ? 'allow' : 'deny',
            policy,
          });
      }
      // Decoded, a slash in a parameter cannot be told from one in the path: what then counts is
      // that no closed route is reached.
      if (!isAllowed && evaluate(PREFIX + decoded) === 'allow')
        wrong.push({
          kept: kept.request,
          replayed: request,
          string: decoded,
          verdict: 'allow',
          expected: 'deny',
          policy,
        });
    }
  }
  return wrong;
}
