import { createPublicKey, verify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalIssuer, startIssuer } from '../../../local/issuer/issuer.ts';
import { localUsers } from '../../../local/users.ts';

let nowMs = Date.UTC(2026, 10, 22, 1);
let issuer: LocalIssuer;

beforeAll(async () => {
  issuer = await startIssuer({
    audience: 'api://orders',
    users: localUsers(['orders-readers', 'extra']),
    clients: ['0oa1web', '0oa1batch'],
    now: () => nowMs,
  });
});
afterEach(() => issuer.recover());
afterAll(() => issuer.stop());

interface Json {
  readonly [key: string]: unknown;
}

async function json(path: string, method = 'GET'): Promise<Json & { readonly status: number }> {
  const answer = await fetch(`${issuer.url}${path}`, { method });
  return { ...((await answer.json()) as Json), status: answer.status };
}

async function requestToken(
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Json & { readonly status: number; readonly access_token?: string }> {
  const answer = await fetch(`${issuer.issuer}/v1/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  });
  return { ...((await answer.json()) as Json), status: answer.status };
}

const password = {
  grant_type: 'password',
  username: 'reader@example.com',
  password: 'x',
  scope: 'openid orders:read',
  client_id: '0oa1web',
};
const machine = { grant_type: 'client_credentials', client_id: '0oa1batch', scope: 'orders' };

function parts(token: unknown): {
  readonly header: Json;
  readonly claims: Json;
  readonly signed: string;
  readonly signature: string;
} {
  const [header = '', claims = '', signature = ''] = String(token).split('.');
  const read = (text: string): Json => JSON.parse(Buffer.from(text, 'base64url').toString());
  return { header: read(header), claims: read(claims), signed: `${header}.${claims}`, signature };
}

async function isVerifiable(token: unknown): Promise<boolean> {
  const { header, signed, signature } = parts(token);
  const { keys } = (await json('/oauth2/default/v1/keys')) as unknown as {
    readonly keys: readonly (Json & { readonly kid: string })[];
  };
  const key = keys.find((published) => published.kid === header['kid']);
  if (key === undefined) return false;
  return verify(
    'sha256',
    Buffer.from(signed),
    createPublicKey({ key: { ...key }, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
}

describe('a user’s token', () => {
  test('has the header and claims that Okta writes', async () => {
    const { access_token, ...answer } = await requestToken(password);
    expect(answer).toEqual({
      status: 200,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid orders:read',
    });
    const { header, claims } = parts(access_token);
    const iat = nowMs / 1000;
    expect(header).toEqual({ alg: 'RS256', kid: expect.any(String) });
    expect(claims).toEqual({
      ver: 1,
      jti: expect.stringMatching(/^AT\.[\w-]{43}$/),
      iss: issuer.issuer,
      aud: 'api://orders',
      iat,
      exp: iat + 3600,
      cid: '0oa1web',
      uid: '00u1reader',
      scp: ['openid', 'orders:read'],
      auth_time: iat,
      sub: 'reader@example.com',
      groups: ['orders-readers'],
    });
    expect(await isVerifiable(access_token)).toBe(true);
  });

  test.each([
    ['contractor@example.com', ['orders-admins', 'contractors']],
    ['extra@example.com', ['extra']],
    ['nobody@example.com', undefined],
  ])('of %s has the groups %j', async (username, groups) => {
    expect(
      parts((await requestToken({ ...password, username })).access_token).claims['groups'],
    ).toEqual(groups);
  });
});

test('a machine’s token has neither user nor groups', async () => {
  const { claims } = parts((await requestToken(machine)).access_token);
  expect(claims).toMatchObject({ cid: '0oa1batch', sub: '0oa1batch', scp: ['orders'] });
  for (const claim of ['uid', 'groups', 'auth_time']) expect(claims).not.toHaveProperty(claim);
});

test.each([
  ['with any secret in the form', { ...machine, client_secret: 'any' }, {}],
  [
    'with HTTP Basic',
    { grant_type: 'client_credentials', scope: 'a' },
    { authorization: `Basic ${Buffer.from('0oa1batch:x').toString('base64')}` },
  ],
  ['without a scope', { grant_type: 'client_credentials', client_id: '0oa1batch' }, {}],
])('a machine gets its token %s', async (_name, form, headers) => {
  expect(parts((await requestToken(form, headers)).access_token).claims['cid']).toBe('0oa1batch');
});

test.each([
  [
    'an unknown user',
    { ...password, username: 'eve@example.com' },
    400,
    'invalid_grant',
    'The credentials provided were invalid.',
  ],
  [
    'no password',
    { ...password, password: '' },
    400,
    'invalid_grant',
    'The credentials provided were invalid.',
  ],
  [
    'no scope',
    { ...password, scope: '' },
    400,
    'invalid_scope',
    expect.stringContaining("'scope' must be provided"),
  ],
  [
    'an unknown client',
    { ...password, client_id: '0oa1evil' },
    401,
    'invalid_client',
    expect.any(String),
  ],
  ['no client', { ...password, client_id: '' }, 401, 'invalid_client', expect.any(String)],
  [
    'another grant',
    { ...password, grant_type: 'implicit' },
    400,
    'unsupported_grant_type',
    expect.any(String),
  ],
])('%s is refused in Okta’s words', async (_name, form, status, error, error_description) => {
  expect(await requestToken(form)).toEqual({ status, error, error_description });
});

test.each([
  '/oauth2/default/.well-known/openid-configuration',
  '/oauth2/default/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
])('%s names the endpoints', async (path) => {
  expect(await json(path)).toMatchObject({
    issuer: issuer.issuer,
    jwks_uri: `${issuer.issuer}/v1/keys`,
    token_endpoint: `${issuer.issuer}/v1/token`,
  });
});

test('after a rotation old and new tokens verify, after a withdrawal only new ones', async () => {
  const old = issuer.userToken('reader@example.com');
  await json('/_local/rotate', 'POST');
  const rotated = issuer.userToken('reader@example.com');
  expect([await isVerifiable(old), await isVerifiable(rotated)]).toEqual([true, true]);
  await json('/_local/withdraw', 'POST');
  const withdrawn = issuer.userToken('reader@example.com');
  expect([
    await isVerifiable(old),
    await isVerifiable(rotated),
    await isVerifiable(withdrawn),
  ]).toEqual([false, false, true]);
});

test('an outage takes keys and tokens away until it is over, and fetches are counted', async () => {
  const before = issuer.stats();
  await json('/_local/outage', 'POST');
  expect([
    (await json('/oauth2/default/v1/keys')).status,
    (await requestToken(password)).status,
  ]).toEqual([503, 503]);
  await json('/_local/recover', 'POST');
  expect([
    (await json('/oauth2/default/v1/keys')).status,
    (await requestToken(password)).status,
  ]).toEqual([200, 200]);
  expect(await json('/_local/stats')).toEqual({
    status: 200,
    keys: before.keys + 2,
    tokens: before.tokens + 1,
  });
});

test('tokens carry the time of the clock that is given', () => {
  nowMs += 5000;
  expect(parts(issuer.machineToken('0oa1batch')).claims['iat']).toBe(nowMs / 1000);
});

test('a claim can be changed or taken away, for tests', () => {
  const { claims } = parts(
    issuer.userToken('reader@example.com', { aud: 'api://other', uid: undefined }),
  );
  expect(claims['aud']).toBe('api://other');
  expect(claims).not.toHaveProperty('uid');
});

test('pages of any origin may ask for tokens', async () => {
  const preflight = await fetch(`${issuer.issuer}/v1/token`, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:4002' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
    204,
    '*',
  ]);
});

test('the group claim and prefix follow the map', async () => {
  const other = await startIssuer({
    audience: 'a',
    users: localUsers([]),
    clients: 'any',
    groupsClaim: 'roles',
    groupPrefix: 'app-',
  });
  const { claims } = parts(other.userToken('reader@example.com'));
  await other.stop();
  expect(claims['roles']).toEqual(['app-orders-readers']);
  expect(claims).not.toHaveProperty('groups');
});
