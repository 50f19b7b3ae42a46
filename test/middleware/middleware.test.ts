import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { authorizerContext } from '../../lambda/core/policy/context.ts';
import {
  type ExpressQuotaOptions,
  type QuotaRequest,
  quotaMiddleware,
  withQuota,
} from '../../middleware/index.ts';

/** The context as the authorizer writes it. */
const context = (used: number, quotaExceeded: boolean) =>
  authorizerContext({
    mapVersion: '0123456789abcdef',
    entitlements: undefined,
    code: undefined,
    quota: { quota: 'standard', payer: 'user:00u1', limit: 60, remaining: 60 - used, endsAt: 60 },
    quotaExceeded,
    now: 36_500,
  });
const exceeded = context(60, true);
const within = context(20, false);
const uncharged = authorizerContext({
  mapVersion: 'x',
  entitlements: undefined,
  code: undefined,
  quota: undefined,
  quotaExceeded: false,
  now: 0,
});

const fieldsOver = {
  'retry-after': '24',
  ratelimit: '"quota";r=0;t=24',
  'ratelimit-policy': '"quota";q=60',
  'cache-control': 'no-store',
};
const fieldsWithin = { ratelimit: '"quota";r=40;t=24', 'ratelimit-policy': '"quota";q=60' };

describe('a Lambda back end', () => {
  const handler = async (_event: unknown) => ({
    statusCode: 200,
    headers: { 'X-Own': '1' },
    body: 'done',
  });
  const http2 = (lambda: unknown) => ({
    version: '2.0',
    requestContext: { authorizer: { lambda } },
  });
  const rest = (authorizer: unknown) => ({ requestContext: { authorizer } });

  test.each([
    ['HTTP API, payload 2.0', http2(exceeded)],
    ['HTTP API, payload 1.0, and REST API', rest(exceeded)],
    ['a REST API that hands a boolean over', rest({ ...exceeded, quotaExceeded: true })],
  ])(
    'answers 429 with the time to wait, and its handler is not called: %s',
    async (_name, event) => {
      let called = false;
      const wrapped = withQuota(async () => {
        called = true;
        return { statusCode: 200 };
      });
      const answer = await wrapped(event);
      expect(answer).toMatchObject({ statusCode: 429, headers: fieldsOver });
      expect(JSON.parse('body' in answer ? answer.body : '')).toMatchObject({
        status: 429,
        code: 'QUOTA_EXCEEDED',
        'violated-policies': ['quota'],
      });
      expect(called).toBe(false);
    },
  );

  test('tells what remains with its own answer', async () => {
    expect(await withQuota(handler)(http2(within))).toEqual({
      statusCode: 200,
      headers: { 'X-Own': '1', ...fieldsWithin },
      body: 'done',
    });
  });

  test('keeps the fields that its handler wrote', async () => {
    const own = async (_event: unknown) => ({
      statusCode: 200,
      headers: { RateLimit: '"mine";r=1' },
    });
    expect(await withQuota(own)(http2(within))).toEqual({
      statusCode: 200,
      headers: { RateLimit: '"mine";r=1', 'ratelimit-policy': '"quota";q=60' },
    });
  });

  test.each([
    ['uncharged', http2(uncharged)],
    ['without authorizer', { requestContext: {} }],
    ['not of a gateway', { Records: [] }],
    ['nothing', undefined],
    // The caller writes headers; a Lambda back end never reads them.
    ['with forged headers', { headers: { 'x-access-quota-exceeded': 'true' }, requestContext: {} }],
  ])('hands an event on that tells no quota: %s', async (_name, event) => {
    expect(await withQuota(handler)(event)).toEqual({
      statusCode: 200,
      headers: { 'X-Own': '1' },
      body: 'done',
    });
  });

  test('may answer with a bare value, which stays as it is', async () => {
    expect(await withQuota(async (_event: unknown) => 'text')(http2(within))).toBe('text');
  });

  test('hands the other arguments on', async () => {
    const wrapped = withQuota(
      async (_event: unknown, context: { readonly awsRequestId: string }) => context.awsRequestId,
    );
    expect(await wrapped(http2(within), { awsRequestId: 'r1' })).toBe('r1');
  });
});

/** A call of a back end on Node's own server, which is what Express hands its middleware. */
async function answerOf(
  options: ExpressQuotaOptions<QuotaRequest>,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const middleware = quotaMiddleware(options);
  const server = createServer((request, response) =>
    middleware(request, response, () => void response.end('done')),
  );
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  try {
    const answer = await fetch(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`,
      { headers },
    );
    return new Response(await answer.text(), { status: answer.status, headers: answer.headers });
  } finally {
    server.closeAllConnections();
    await new Promise<void>((done) => void server.close(() => done()));
  }
}

const asHeaders = ({
  quotaExceeded = '',
  quotaLimit = '',
  quotaRemaining = '',
  quotaReset = '',
}: Readonly<Record<string, string>>) => ({
  'x-access-quota-exceeded': quotaExceeded,
  'x-access-quota-limit': quotaLimit,
  'x-access-quota-remaining': quotaRemaining,
  'x-access-quota-reset': quotaReset,
});

describe('an Express back end', () => {
  test.each([
    ['from headers it was told to trust', { trustHeaders: true }, asHeaders(exceeded)],
    ['from the context that an adapter hands on', { contextOf: () => exceeded }, {}],
  ])('answers 429 with the time to wait: %s', async (_name, options, headers) => {
    const answer = await answerOf(options, headers);
    expect(answer.status).toBe(429);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...fieldsOver,
      'content-type': 'application/problem+json',
    });
    expect(await answer.json()).toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });

  test('tells what remains with its own answer', async () => {
    const answer = await answerOf({ trustHeaders: true }, asHeaders(within));
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject(fieldsWithin);
    expect(answer.headers.has('retry-after')).toBe(false);
  });

  test.each([
    ['no quota was charged', { trustHeaders: true }, asHeaders(uncharged)],
    ['a public route', { trustHeaders: true }, {}],
    ['headers are not trusted', { contextOf: () => undefined }, asHeaders(exceeded)],
  ])('goes on without a word: %s', async (_name, options, headers) => {
    const answer = await answerOf(options, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.has('ratelimit')).toBe(false);
  });

  test('refuses without numbers, too', async () => {
    const answer = await answerOf({ trustHeaders: true }, { 'x-access-quota-exceeded': 'true' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
  });

  test.each(['TRUE', 'false, true', 'true, false', 'False', '', ['false', 'true'], true])(
    'takes every header but `false` for a refusal: %j',
    (value) => {
      const answer = { statusCode: 0, setHeader: () => undefined, end: () => undefined };
      let passed = false;
      quotaMiddleware({ trustHeaders: true })(
        { headers: { ...asHeaders(within), 'x-access-quota-exceeded': value } },
        answer,
        () => {
          passed = true;
        },
      );
      expect([passed, answer.statusCode]).toEqual([false, 429]);
    },
  );

  test.each([
    ['neither', {}],
    ['both', { trustHeaders: true, contextOf: () => exceeded }],
  ])('must be told where the quota is read: %s', (found, options) => {
    expect(() => quotaMiddleware(options)).toThrow(
      `expected either \`trustHeaders: true\` or \`contextOf\`, found ${found}`,
    );
  });

  test('has a policy name that fits into a field', async () => {
    expect(
      (await answerOf({ trustHeaders: true, policy: 'orders.v2' }, asHeaders(within))).headers.get(
        'ratelimit',
      ),
    ).toBe('"orders.v2";r=40;t=24');
    expect(() => quotaMiddleware({ trustHeaders: true, policy: 'a"b' })).toThrow(
      'policy: expected 1 to 64 letters',
    );
  });
});
