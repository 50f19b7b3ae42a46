import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LocalIssuer, startIssuer } from '../../../local/issuer/issuer.ts';
import { persistedFile } from '../../../local/persisted-state.ts';

const REDIRECT = 'http://localhost:4002/callback';
const VERIFIER = randomBytes(32).toString('base64url');
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const REQUEST: Readonly<Record<string, string>> = {
  client_id: '0oa1web',
  response_type: 'code',
  redirect_uri: REDIRECT,
  scope: 'openid orders:read',
  state: 'state-1',
  nonce: 'nonce-1',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
};

let issuer: LocalIssuer;
let now = Date.now();
beforeAll(async () => {
  issuer = await startIssuer({
    audience: 'api://orders',
    clients: ['0oa1web', '0oa1other'],
    users: [{ login: 'reader@example.com', uid: '00u1reader', groups: ['orders-readers'] }],
    redirectUris: [REDIRECT, 'http://127.0.0.1:4002/callback'],
    apps: ['http://localhost:5173'],
    nativePath: '/back',
    now: () => now,
  });
});
afterAll(() => issuer.stop());
beforeEach(() => {
  now = Date.now();
});

type Changes = Readonly<Record<string, string | undefined>>;
const changed = (
  from: Readonly<Record<string, string>>,
  changes: Changes,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...from, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );

const authorize = (changes: Changes = {}) =>
  fetch(`${issuer.issuer}/v1/authorize?${new URLSearchParams(changed(REQUEST, changes))}`, {
    redirect: 'manual',
  });
const pick = (login: string, changes: Changes = {}) =>
  fetch(`${issuer.issuer}/v1/authorize`, {
    method: 'POST',
    body: new URLSearchParams({ ...changed(REQUEST, changes), login }),
    redirect: 'manual',
  });
const backOf = (answer: Response) =>
  new URL(answer.headers.get('location') ?? 'http://nowhere.invalid');

async function codeOf(): Promise<string> {
  return backOf(await pick('reader@example.com')).searchParams.get('code') ?? '';
}

async function redeem(code: string, changes: Changes = {}) {
  const form = {
    grant_type: 'authorization_code',
    code,
    client_id: '0oa1web',
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  };
  const answer = await fetch(`${issuer.issuer}/v1/token`, {
    method: 'POST',
    body: new URLSearchParams(changed(form, changes)),
  });
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, string>> };
}

const claimsOf = (token = '..') =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('the authorization code flow', () => {
  test('a picked user comes back with a code and the state, and the code is good for that user’s tokens', async () => {
    const page = await authorize();
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("frame-ancestors 'none'"),
    ]);
    expect(await page.text()).toContain('value="reader@example.com"');
    const answer = await pick('reader@example.com');
    const back = backOf(answer);
    expect([answer.status, back.origin + back.pathname, back.searchParams.get('state')]).toEqual([
      303,
      REDIRECT,
      'state-1',
    ]);
    const { status, body } = await redeem(back.searchParams.get('code') ?? '');
    expect([status, body['scope']]).toEqual([200, 'openid orders:read']);
    expect(claimsOf(body['access_token'])).toMatchObject({
      uid: '00u1reader',
      cid: '0oa1web',
      groups: ['orders-readers'],
      scp: ['openid', 'orders:read'],
    });
    expect(claimsOf(body['id_token'])).toMatchObject({
      aud: '0oa1web',
      sub: '00u1reader',
      nonce: 'nonce-1',
    });
  });

  test('a code is good once, and not at all after a wrong attempt', async () => {
    const code = await codeOf();
    expect((await redeem(code)).status).toBe(200);
    expect(await redeem(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const burnt = await codeOf();
    await redeem(burnt, { code_verifier: 'another' });
    expect((await redeem(burnt)).status).toBe(400);
  });

  test.each([
    ['another verifier', { code_verifier: randomBytes(32).toString('base64url') }],
    ['the challenge as verifier', { code_verifier: CHALLENGE }],
    ['no verifier', { code_verifier: undefined }],
    ['another redirect URI', { redirect_uri: 'http://127.0.0.1:4002/callback' }],
    ['another client', { client_id: '0oa1other' }],
    ['no code', { code: undefined }],
  ])('a code with %s gives no token', async (_what, changes) => {
    expect(await redeem(await codeOf(), changes)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  test('a code ends after a minute', async () => {
    const code = await codeOf();
    now += 60_000;
    expect((await redeem(code)).status).toBe(400);
  });

  test.each([
    ['another host', { redirect_uri: 'https://evil.example.com/callback' }],
    ['a longer path', { redirect_uri: `${REDIRECT}/more` }],
    ['a query', { redirect_uri: `${REDIRECT}?next=x` }],
    ['another port', { redirect_uri: 'http://localhost:4003/callback' }],
    ['a program elsewhere', { redirect_uri: 'http://127.0.0.2:8400/back' }],
    ['a program at another path', { redirect_uri: 'http://127.0.0.1:8400/back/more' }],
    ['a program with a query', { redirect_uri: 'http://127.0.0.1:8400/back?next=x' }],
    ['a name that looks like loopback', { redirect_uri: 'http://127.0.0.1.evil.example/back' }],
    ['a user in the address', { redirect_uri: 'http://127.0.0.1:8400@evil.example/back' }],
    ['none', { redirect_uri: undefined }],
    ['an unknown client', { client_id: '0oa1evil' }],
  ])('%s is answered on the spot, never by a redirect', async (_what, changes) => {
    for (const answer of [await authorize(changes), await pick('reader@example.com', changes)]) {
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
  });

  test.each([
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['the method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'abc' }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['no scope', { scope: undefined }, 'invalid_scope'],
  ])('%s comes back as an error, and no code with it', async (_what, changes, error) => {
    for (const answer of [await authorize(changes), await pick('reader@example.com', changes)]) {
      const back = backOf(answer).searchParams;
      expect([back.get('error'), back.get('code'), back.get('state')]).toEqual([
        error,
        null,
        'state-1',
      ]);
    }
  });

  test('what the request holds is text on the page, never markup', async () => {
    const text = await (await authorize({ state: '"><script>alert(1)</script>' })).text();
    expect(text).not.toContain('<script');
  });

  test('an unknown user gets the page again', async () => {
    expect((await pick('evil@example.com')).status).toBe(200);
  });
});

describe('an app under development', () => {
  const signIn = async (redirect_uri: string) => {
    const answer = await pick('reader@example.com', { redirect_uri });
    return answer.status === 303 ? backOf(answer).origin + backOf(answer).pathname : answer.status;
  };

  test.each([
    ['http://localhost:5173/login/callback', 'http://localhost:5173/login/callback'],
    ['http://localhost:5173/', 'http://localhost:5173/'],
    ['http://localhost:5174/login/callback', 400],
    ['http://localhost:5173.example.com/', 400],
    ['http://localhost:5173@example.com/', 400],
    ['https://localhost:5173/login/callback', 400],
    ['http://localhost:5173/login/callback#at', 400],
    ['javascript:alert(1)', 400],
    ['', 400],
  ])('gets its codes at %s: %s', async (redirectUri, where) => {
    expect(await signIn(redirectUri)).toBe(where);
  });

  test.each([
    ['http://localhost:5173/', 303],
    ['http://localhost:4002/', 303],
    ['http://evil.example.com/', 200],
    [undefined, 200],
  ])('is led back to %s after its sign-out: %i', async (to, status) => {
    const query = to === undefined ? '' : `?post_logout_redirect_uri=${encodeURIComponent(to)}`;
    const answer = await fetch(`${issuer.issuer}/v1/logout${query}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      status,
      status === 303 ? to : null,
    ]);
  });
});

test('a program of this machine waits for its code on any port', async () => {
  for (const port of [8400, 40_000]) {
    const answer = await pick('reader@example.com', {
      redirect_uri: `http://127.0.0.1:${port}/back`,
    });
    expect(backOf(answer).origin).toBe(`http://127.0.0.1:${port}`);
    expect(backOf(answer).searchParams.get('code')).toMatch(/^[\w-]{43}$/);
  }
});

test('a sign-in that is under way survives a restart, and its code is good once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sign-ins-'));
  const started = () =>
    startIssuer({
      audience: 'api://orders',
      clients: ['0oa1web'],
      users: [{ login: 'reader@example.com', uid: '00u1reader', groups: [] }],
      redirectUris: [REDIRECT],
      persistedKeys: persistedFile(folder, 'keys.json'),
      persistedSignIns: persistedFile(folder, 'sign-ins.json'),
    });
  const [before, others] = [await started(), issuer];
  try {
    issuer = before;
    const code = await codeOf();
    await before.stop();
    issuer = await started();
    expect((await redeem(code)).status).toBe(200);
    expect((await redeem(code)).status).toBe(400);
    await issuer.stop();
    issuer = await started();
    expect((await redeem(code)).status).toBe(400);
    await issuer.stop();
  } finally {
    issuer = others;
    rmSync(folder, { recursive: true });
  }
});

describe('a token that is renewed without a prompt', () => {
  const cookieOf = (answer: Response) => answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const silent = (cookie: string, changes: Changes = {}) =>
    fetch(
      `${issuer.issuer}/v1/authorize?${new URLSearchParams(changed({ ...REQUEST, prompt: 'none' }, changes))}`,
      { redirect: 'manual', headers: { cookie } },
    );

  test('is for who has signed in in this browser', async () => {
    const back = backOf(await silent(cookieOf(await pick('reader@example.com'))));
    expect((await redeem(back.searchParams.get('code') ?? '')).status).toBe(200);
  });

  test.each([
    ['nobody has signed in', ''],
    ['the cookie is nobody’s', 'local-session=stranger%40example.com'],
    ['the cookie cannot be read', 'local-session=%ff'],
  ])('is refused by `login_required` where %s', async (_what, cookie) => {
    const back = backOf(await silent(cookie)).searchParams;
    expect([back.get('error'), back.get('code'), back.get('state')]).toEqual([
      'login_required',
      null,
      'state-1',
    ]);
  });

  test('is refused once the user has signed out', async () => {
    const answer = await fetch(`${issuer.issuer}/v1/logout`, { redirect: 'manual' });
    expect(answer.headers.get('set-cookie')).toMatch(/^local-session=;.* Max-Age=0$/);
  });

  test('reaches the app around the frame, and no page of another origin', async () => {
    const byMessage = { response_mode: 'okta_post_message', state: '</script>' };
    const answer = await silent(cookieOf(await pick('reader@example.com')), byMessage);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /script-src 'nonce-[^']+';.* frame-ancestors http:\/\/localhost:4002$/,
    );
    const [, message = '', origin] =
      /postMessage\((\{.+\}),"(.+)"\)<\/script>$/.exec(await answer.text()) ?? [];
    expect([JSON.parse(message).state, origin]).toEqual(['</script>', 'http://localhost:4002']);
    expect((await redeem(JSON.parse(message).code)).status).toBe(200);
    const foreign = await silent('', {
      ...byMessage,
      redirect_uri: 'http://evil.example/callback',
    });
    expect([foreign.status, await foreign.text()]).toEqual([
      400,
      expect.not.stringContaining('postMessage'),
    ]);
  });

  test('a user who may be asked picks one each time', async () => {
    const { headers } = await pick('reader@example.com');
    const page = await silent(String(headers.get('set-cookie')), { prompt: undefined });
    expect(await page.text()).toContain('Who are you?');
  });
});
