/**
 * Shadow mode: what the rules say is recorded as in enforce mode, and a route keeps the authorizer
 * that it had.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryQuotaStore } from '../../../lambda/adapters/memory-quota-store.ts';
import { createAuthorizer } from '../../../lambda/authorizer/authorize.ts';
import { createHandler } from '../../../lambda/authorizer/handler.ts';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { type Refusal, refuse } from '../../../lambda/core/contract/codes.ts';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import type { PriorAuthorizer } from '../../../lambda/core/decision/prior-authorizer.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';
import { type QuotaStore, QuotaStoreError } from '../../../lambda/ports.ts';
import { httpApiEvent } from '../../support/http-api-event.ts';
import { type ModelSketch, modelFile, rowOf } from '../../support/model.ts';

const user = (uid: string, groups: readonly string[]): Principal => ({
  kind: 'user',
  uid,
  cid: '0oa1web',
  groups,
  scopes: [],
});
const tokens: Readonly<Record<string, Principal | Refusal>> = {
  reader: user('00u1', ['readers']),
  writer: user('00u2', ['writers']),
  nobody: user('00u3', []),
  intruder: user('00u9', ['readers']),
  batch: { kind: 'machine', cid: '0oa1other', scopes: [] },
  expired: refuse('TOKEN_EXPIRED', 'exp_passed'),
  foreign: refuse('TOKEN_CLIENT', 'not_accepted'),
  keyless: refuse('KEYS_UNAVAILABLE', 'fetch_failed'),
};
const ROUTES = ['GET /orders', 'POST /orders', 'GET /orders/{id}', 'GET /me'];
const sketch: ModelSketch = {
  routes: ROUTES,
  signedIn: ['GET /me'],
  quotas: [{ name: 'standard', windows: [{ id: 'minute', per: 'minute', limit: 2 }] }],
  groups: {
    readers: { allow: ['GET /orders', 'GET /orders/{id}'], quota: 'standard' },
    writers: { allow: ['POST /orders'], deny: ['GET /orders'] },
  },
  blocked: { users: ['00u9'] },
};

const ENDPOINT = {
  permissionsEndpoint: { route: 'GET /me', exposeGroups: false },
  routesBelow: true,
} as const;

interface Options {
  /** Routes in shadow; `whole`: the map itself. */
  readonly shadow?: readonly string[] | 'whole';
  readonly prior?: PriorAuthorizer | 'unknown';
  /** Tokens that the former JWT authorizer takes. */
  readonly meets?: readonly string[];
  readonly store?: QuotaStore;
  /** Makes `GET /me` the permissions endpoint. */
  readonly endpoint?: boolean;
}

function scene({
  shadow,
  prior,
  meets = [],
  store = memoryQuotaStore(),
  endpoint = false,
}: Options) {
  const inShadow =
    shadow === 'whole'
      ? { whole: true as const, routes: rowOf(ROUTES, ROUTES) }
      : shadow && { routes: rowOf(ROUTES, shadow) };
  const model = parseModel({
    ...modelFile(sketch),
    ...(inShadow && { shadow: inShadow }),
    ...(endpoint && ENDPOINT),
  });
  const records: DecisionRecord[] = [];
  const clock = { now: () => Date.parse('2026-11-22T10:15:30Z') };
  const authorize = createAuthorizer({
    model,
    clock,
    verifier: {
      verify: async (token) => tokens[token] ?? refuse('TOKEN_MALFORMED', 'not_a_jwt'),
      satisfiesPriorAuthorizer: async (token) => meets.includes(token),
    },
    quota: quotaLimiter(model, store, clock),
    ...(prior && {
      priorAuthorizers: { find: async () => (prior === 'unknown' ? undefined : prior) },
    }),
  });
  const audit = { record: (record: object) => void records.push(record as DecisionRecord) };
  const handler = createHandler({
    authorize,
    unauthorized: 'throw',
    mapVersion: model.version,
    clock,
    audit,
  });
  const call = async (
    route: string,
    token?: string,
    id = '1',
    scheme = 'Bearer ',
  ): Promise<number> => {
    const [method = '', template = ''] = route.split(' ');
    const parameters = template.includes('{id}') ? { parameters: { id } } : {};
    const isCatchAll = route === '$default';
    const event = httpApiEvent(
      isCatchAll ? 'GET' : method,
      isCatchAll ? '/me' : template.replace('{id}', id),
      {
        routeKey: route,
        ...(token !== undefined && { token }),
        ...parameters,
      },
    );
    if (token !== undefined) Object.assign(event.headers, { authorization: `${scheme}${token}` });
    const answer = await handler(event).catch((error: unknown) =>
      error instanceof Error && error.message === 'Unauthorized' ? 401 : 500,
    );
    if (typeof answer === 'number') return answer;
    const { policyDocument, context } = answer;
    // The 429 of a back end: a call over quota passes to it nowhere but on a route in shadow mode.
    const isOver = records.at(-1)?.mode === 'enforce' && records.at(-1)?.code === 'QUOTA_EXCEEDED';
    expect(context['quotaExceeded']).toBe(String(isOver));
    return policyDocument.Statement[0]?.Effect === 'Allow' ? 200 : 403;
  };
  return { call, records };
}

const failing: QuotaStore = { charge: () => Promise.reject(new QuotaStoreError('timeout')) };
const JWT: PriorAuthorizer = {
  kind: 'jwt',
  issuer: 'https://acme.okta.com/oauth2/aus1abc',
  audiences: ['api://orders'],
  scopes: [],
};

describe('on an API of our own any valid token passes', () => {
  test.each<[string, string, string | undefined, number, unknown]>([
    ['an allowed call', 'GET /orders', 'reader', 200, { effect: 'allow' }],
    [
      'a call that no group allows',
      'POST /orders',
      'reader',
      200,
      { code: 'GROUP_NOT_ALLOWED', wouldDeny: true },
    ],
    ['a denied call', 'GET /orders', 'writer', 200, { code: 'GROUP_DENIED', wouldDeny: true }],
    [
      'a caller without groups',
      'GET /orders',
      'nobody',
      200,
      { code: 'GROUPS_MISSING', wouldDeny: true },
    ],
    [
      'a machine of nobody',
      'GET /orders',
      'batch',
      200,
      { code: 'CLIENT_UNMAPPED', wouldDeny: true },
    ],
    ['a blocked caller', 'GET /orders', 'intruder', 200, { code: 'BLOCKED', wouldDeny: true }],
    ['an unknown route', 'GET /else', 'reader', 200, { code: 'ROUTE_UNMAPPED', wouldDeny: true }],
    [
      'an ambiguous path',
      'GET /orders/{id}',
      'reader',
      200,
      { code: 'PATH_REFUSED', wouldDeny: true },
    ],
    ['no token', 'GET /orders', undefined, 401, { code: 'NO_TOKEN', effect: 'deny' }],
    ['an expired token', 'GET /orders', 'expired', 401, { code: 'TOKEN_EXPIRED', effect: 'deny' }],
    [
      'a token without keys',
      'GET /orders',
      'keyless',
      500,
      { code: 'KEYS_UNAVAILABLE', effect: 'deny' },
    ],
  ])('%s', async (name, route, token, status, record) => {
    const { call, records } = scene({ shadow: 'whole' });
    expect(await call(route, token, name === 'an ambiguous path' ? '..' : '1')).toBe(status);
    expect(records).toMatchObject([{ mode: 'shadow', ...(record as object) }]);
    expect(records[0]?.effect).toBe(status === 200 ? 'allow' : 'deny');
  });

  test('quotas count, and do not refuse', async () => {
    const { call, records } = scene({ shadow: 'whole' });
    for (let n = 0; n < 3; n++) expect(await call('GET /orders', 'reader')).toBe(200);
    expect(records.map(({ code, quota }) => [code, quota?.remaining])).toEqual([
      [undefined, 1],
      [undefined, 0],
      ['QUOTA_EXCEEDED', 0],
    ]);
    expect(records.at(-1)).toMatchObject({ wouldDeny: true, quota: { exceeded: true } });
  });

  test('quotas refuse on the routes beside it that are enforced', async () => {
    const { call, records } = scene({ shadow: ['GET /me'] });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push(await call('GET /orders', 'reader'));
    expect(statuses).toEqual([200, 200, 403]);
    expect(records.at(-1)).toMatchObject({ mode: 'enforce', code: 'QUOTA_EXCEEDED' });
  });

  test('a store that fails refuses nothing', async () => {
    const { call, records } = scene({ shadow: 'whole', store: failing });
    expect(await call('GET /orders', 'reader')).toBe(200);
    expect(records).toMatchObject([
      { code: 'QUOTA_STORE_UNAVAILABLE', wouldDeny: true, quota: { storeFailed: true } },
    ]);
  });

  test('routes that are enforced stay closed, and so does what could be read as one of them', async () => {
    const { call, records } = scene({ shadow: ['GET /orders/{id}'] });
    expect(await call('GET /orders/{id}', 'writer')).toBe(200);
    expect(await call('GET /orders/{id}', 'reader', '..')).toBe(403);
    expect(await call('POST /orders', 'reader')).toBe(403);
    expect(await call('GET /else', 'reader')).toBe(403);
    expect(records.map(({ mode }) => mode)).toEqual(['shadow', 'shadow', 'enforce', 'enforce']);
  });
});

test.each<[string, string | undefined, Options['prior'], number]>([
  ['a blocked caller', 'intruder', undefined, 403],
  ['nobody, where the route was open', undefined, { kind: 'none' }, 401],
  ['a bad token, where the route was open', 'junk', { kind: 'none' }, 401],
  ['a blocked caller, where the route was open', 'intruder', { kind: 'none' }, 403],
  [
    'a client that only the former authorizer took',
    'foreign',
    { kind: 'jwt', issuer: '', audiences: [], scopes: [] },
    401,
  ],
])(
  'what could be read as an enforced route is refused to %s',
  async (_name, token, prior, status) => {
    const { call, records } = scene({
      shadow: ['GET /orders/{id}'],
      meets: ['foreign'],
      ...(prior && { prior }),
    });
    expect(await call('GET /orders/{id}', token, '..')).toBe(status);
    expect(records).toMatchObject([{ mode: 'shadow', effect: 'deny' }]);
  },
);

describe('on an attached API the prior authorizer decides', () => {
  test.each([undefined, 'expired', 'keyless', 'nobody', 'reader'])(
    'a route that was open passes with the token %s',
    async (token) => {
      const { call, records } = scene({ shadow: 'whole', prior: { kind: 'none' }, store: failing });
      expect(await call('GET /orders', token)).toBe(200);
      expect(records[0]?.wouldDeny).toBe(true);
    },
  );

  test.each<[string, string | undefined, number, object]>([
    ['a token that both take', 'reader', 200, { effect: 'allow' }],
    [
      'a token that only the JWT authorizer took',
      'foreign',
      200,
      { code: 'TOKEN_CLIENT', wouldDeny: true },
    ],
    [
      'a token that it refused',
      'nobody',
      403,
      { code: 'GROUPS_MISSING', effect: 'deny', refusedBy: 'formerLaw' },
    ],
    [
      'a token that it refused and the rules allow',
      'writer',
      403,
      { effect: 'deny', refusedBy: 'formerLaw', reason: 'group_allows' },
    ],
    ['an expired token', 'expired', 401, { code: 'TOKEN_EXPIRED', refusedBy: 'formerLaw' }],
    ['no token', undefined, 401, { code: 'NO_TOKEN', refusedBy: 'formerLaw' }],
    ['no keys', 'keyless', 500, { code: 'KEYS_UNAVAILABLE', refusedBy: 'formerLaw' }],
  ])('a route behind a JWT authorizer, with %s', async (_name, token, status, record) => {
    const { call, records } = scene({ shadow: 'whole', prior: JWT, meets: ['reader', 'foreign'] });
    expect(await call(token === 'writer' ? 'POST /orders' : 'GET /orders', token)).toBe(status);
    expect(records).toMatchObject([record]);
    if (status !== 200) expect(records[0]).not.toHaveProperty('wouldDeny');
  });

  test.each([undefined, 'reader', 'nobody', 'expired'])(
    'a route whose prior authorizer is not known refuses, whatever the token: %s',
    async (token) => {
      const { call, records } = scene({ shadow: 'whole', prior: 'unknown' });
      expect(await call('GET /orders', token)).not.toBe(200);
      expect(records).toMatchObject([{ effect: 'deny', refusedBy: 'unknownLaw' }]);
    },
  );

  test.each<[string | undefined, number]>([
    ['reader', 200],
    ['nobody', 200],
    ['intruder', 200],
    [undefined, 401],
    ['expired', 401],
    ['keyless', 500],
  ])(
    'the permissions endpoint, which nothing was before, lets any valid token in: %s',
    async (token, status) => {
      for (const prior of ['unknown', { kind: 'none' }] as const) {
        const { call } = scene({ shadow: 'whole', prior, endpoint: true });
        expect(await call('GET /me', token)).toBe(status);
      }
    },
  );

  test('a route behind a JWT authorizer takes a token without `Bearer`, as that did, and the rules do not', async () => {
    const bare = { shadow: 'whole', prior: JWT, meets: ['reader'] } as const;
    const { call, records } = scene(bare);
    expect(await call('GET /orders', 'reader', '1', '')).toBe(200);
    expect(await call('GET /orders', 'nobody', '1', '')).toBe(401);
    expect(records).toMatchObject([
      { code: 'NO_TOKEN', reason: 'not_bearer', wouldDeny: true },
      { code: 'NO_TOKEN', effect: 'deny', refusedBy: 'formerLaw' },
    ]);
    expect(await scene({ shadow: 'whole' }).call('GET /orders', 'reader', '1', '')).toBe(401);
  });

  test('a catch-all route that takes the path of the permissions endpoint keeps its prior authorizer', async () => {
    const { call, records } = scene({ shadow: 'whole', prior: JWT, endpoint: true });
    expect(await call('$default', 'reader', '1')).toBe(403);
    expect(records).toMatchObject([{ route: 'GET /me', refusedBy: 'formerLaw' }]);
  });

  test('an enforced route asks for nothing former', async () => {
    const { call } = scene({ shadow: ['GET /me'], prior: { kind: 'none' } });
    expect([await call('POST /orders'), await call('POST /orders', 'reader')]).toEqual([401, 403]);
  });
});

test('on the same corpus the verdicts are those of enforce mode, record by record, and nothing passes that the prior authorizer refused', async () => {
  const step = fc.record({
    route: fc.constantFrom(...ROUTES, 'GET /else'),
    token: fc.option(fc.constantFrom(...Object.keys(tokens), 'junk'), { nil: undefined }),
    id: fc.constantFrom('1', '..', 'a/b'),
  });
  const prior = fc.constantFrom<Options['prior'][]>(undefined, 'unknown', { kind: 'none' }, JWT);
  const shadow = fc.oneof(fc.constant('whole' as const), fc.subarray(ROUTES));
  const verdict = ({
    code,
    reason,
    route,
    rule,
    quota,
    principal,
    groups,
    keySource,
  }: DecisionRecord) => ({
    code,
    reason,
    route,
    rule,
    quota,
    principal,
    groups,
    keySource,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      prior,
      shadow,
      fc.subarray(Object.keys(tokens)),
      async (steps, priorAuthorizer, watched, meets) => {
        const enforced = scene({});
        const shadowed = scene({
          shadow: watched,
          meets,
          ...(priorAuthorizer && { prior: priorAuthorizer }),
        });
        for (const { route, token, id } of steps) {
          const [strict, lenient] = [
            await enforced.call(route, token, id),
            await shadowed.call(route, token, id),
          ];
          const record = shadowed.records.at(-1);
          if (record?.mode === 'enforce') expect(lenient).toBe(strict);
          const valid =
            token !== undefined &&
            tokens[token] !== undefined &&
            !('code' in (tokens[token] ?? {}));
          const closed =
            priorAuthorizer === 'unknown' ||
            (priorAuthorizer === JWT && !(token !== undefined && meets.includes(token))) ||
            (!priorAuthorizer && !valid);
          if (record?.mode === 'shadow' && closed) expect(lenient).not.toBe(200);
          const ambiguous = route === 'GET /orders/{id}' && id !== '1';
          const watchesAll = watched === 'whole' || watched.length === ROUTES.length;
          if (ambiguous && !watchesAll) expect(lenient).not.toBe(200);
          expect(record?.wouldDeny ?? false).toBe(lenient === 200 && record?.code !== undefined);
        }
        expect(shadowed.records.map(verdict)).toEqual(enforced.records.map(verdict));
      },
    ),
    { numRuns: 80 },
  );
});
