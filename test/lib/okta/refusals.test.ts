import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { authorizerOf } from '../../../lib/okta/access.ts';
import { admitServiceApp } from '../../../local/okta/admission.ts';
import type { Fault } from '../../../local/okta/org.ts';
import { rsaKeyPair } from '../../support/rsa-keys.ts';
import {
  codesOf,
  foundBy,
  GROUPS,
  mapText,
  orgWith,
  runnerIn,
  stopOrgs,
  told,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const html = '<!doctype html><title>Sign in</title>';

test.each<readonly [what: string, fault: Fault, says: RegExp]>([
  [
    '401',
    { status: 401 },
    /^okta-group-authorizer: `\S+` does not accept the credentials \(401\): make a new API token or key/,
  ],
  [
    '403',
    { status: 403 },
    /refuses `GET \/api\/v1\/authorizationServers` \(403\): the credentials need the scope `okta.authorizationServers.read`/,
  ],
  [
    '429 without end',
    { status: 429 },
    /still limits the rate of `GET \/api\/v1\/authorizationServers` \(429\)/,
  ],
  [
    '500',
    { status: 500 },
    /failed at `GET \/api\/v1\/authorizationServers` \(500\): run the command again/,
  ],
  ['garbage', { status: 200, body: html }, /did not answer with JSON: is `\S+` an Okta org\?/],
  [
    'an object for a list',
    { status: 200, body: '{}' },
    /expected a list of objects from `\/api\/v1\/authorizationServers`, found something else/,
  ],
  [
    'a list of nothing',
    { status: 200, body: '[null, 3]' },
    /expected a list of objects from `\/api\/v1\/authorizationServers`, found something else/,
  ],
  [
    'a list of objects without ids',
    { status: 200, body: '[{}]' },
    /expected a list of objects from `\/api\/v1\/authorizationServers`, found something else/,
  ],
  ['garbage as an error', { status: 500, body: html }, /failed at/],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://evil.example.com' } },
    /answered `GET \/api\/v1\/authorizationServers` with a redirect \(302\)/,
  ],
  [
    'no API Access Management',
    {
      status: 403,
      body: '{"errorCode":"E0000015","errorSummary":"You do not have permission to access the feature you are requesting"}',
    },
    /has no API Access Management, which custom authorization servers need/,
  ],
  [
    'no API Access Management, as Classic Engine says it',
    {
      status: 401,
      body: '{"errorCode":"E0000015","errorSummary":"You do not have permission to access the feature you are requesting"}',
    },
    /has no API Access Management, which custom authorization servers need/,
  ],
  [
    'a refusal in words',
    {
      status: 400,
      body: '{"errorSummary":"Api validation failed","errorCauses":[{"errorSummary":"why eyJhbGciOiJSUzI1NiJ9.e30.c2ln\\u0007"}]}',
    },
    /\(400\): Api validation failed; why <token>$/,
  ],
])('an org that answers %s is told in one sentence by every command', async (_, fault, says) => {
  const org = await orgWith({ groups: GROUPS });
  org.fault = () => fault;
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  for (const command of ['plan', 'apply --yes', 'verify']) {
    const ran = await run(`okta ${command}`);
    // A request that Okta refuses is a problem; all else is an org that could not be asked.
    expect(ran).toMatchObject({ code: fault.status === 400 ? 1 : 3, stdout: '' });
    const lines = ran.stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('rate limit reached'));
    expect(lines).toEqual([expect.stringMatching(says)]);
  }
});

test.each([
  ['/api/v1/groups/rules', 401, 'group rules need an organization or super administrator'],
  ['/api/v1/groups/rules', 403, 'group rules need an organization or super administrator'],
  ['/api/v1/trustedOrigins', 401, 'trusted origins need an organization or super administrator'],
])('a feature that %s lacks is told when it comes as %s', async (path, status, says) => {
  const org = await orgWith({ groups: GROUPS });
  org.fault = (request) =>
    request.path === path ? { status, body: '{"errorCode":"E0000015"}' } : undefined;
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect(await run('okta plan')).toMatchObject({ code: 3, stderr: expect.stringContaining(says) });
});

test.each(['plan', 'verify'])('%s --json prints an object whatever goes wrong', async (command) => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({
    'access.yaml': mapText(org.url),
    'broken.yaml': mapText(org.url).replace('audience:', 'audiense:'),
  });
  org.fault = () => ({ status: 401 });
  const refused = await run(`okta ${command} --json`);
  expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([
    3,
    {
      ok: false,
      exit: 3,
      problems: [{ level: 'error', text: expect.stringContaining('does not accept') }],
    },
  ]);
  const broken = await run(`okta ${command} broken.yaml --json`);
  expect([broken.code, JSON.parse(broken.stdout)]).toMatchObject([1, { ok: false, exit: 1 }]);
  org.fault = () => undefined;
  const { stdout } = await run(`okta ${command} --json`);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, exit: 1, problems: expect.any(Array) });
});

const RULED = '  readers: { allow: [orders:read], rule: "true" }';

test('a change that others make at the same time is waited for, bounded', async () => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url, { groups: RULED }) });
  const waits: number[] = [];
  const wait = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
  };
  let locked = 2;
  org.fault = ({ method, path }) =>
    method === 'POST' && path === '/api/v1/groups/rules' && locked-- > 0
      ? { status: 423 }
      : undefined;
  const applied = await run('okta apply --yes', { wait });
  expect([applied.code, waits.slice(0, 2)]).toEqual([0, [1_000, 2_000]]);
  expect(applied.stderr).toContain('Okta is reconciling what others change, waiting 1 s ...');

  org.store.groupRules.clear();
  locked = Infinity;
  waits.length = 0;
  const refused = await run('okta apply --yes', { wait });
  expect([refused.code, waits]).toEqual([3, [1_000, 2_000, 4_000, 8_000, 16_000]]);
  expect(refused.stderr).toContain('is still reconciling what others change');
});

test('a rule that became invalid is replaced, not activated', async () => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url, { groups: RULED }) });
  await run('okta apply --yes');
  const [rule] = org.store.groupRules.values();
  Object.assign(rule ?? {}, { status: 'INVALID' });
  expect((await run('okta plan')).stdout).toContain('-/+ replace: create group rule');
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(
    [...org.store.groupRules.values()].map(({ id, status }) => [id === rule?.id, status]),
  ).toEqual([[false, 'ACTIVE']]);
});

test('a deleted user among the exclusions of a rule is not sent back, others are', async () => {
  const users = [{ login: 'a@example.com', uid: '00ukept', groups: [] }];
  const org = await orgWith({ groups: GROUPS, users });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url, { groups: RULED }) });
  await run('okta apply --yes');
  const [rule] = org.store.groupRules.values();
  const people = { users: { exclude: ['00ukept', '00ugone'] }, groups: { exclude: ['00gx'] } };
  Object.assign(rule ?? {}, { conditions: { expression: { value: 'false' }, people } });
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(rule).toMatchObject({
    status: 'ACTIVE',
    conditions: { people: { users: { exclude: ['00ukept'] }, groups: { exclude: ['00gx'] } } },
  });
});

test('whom an invalid rule leaves out its replacement leaves out too', async () => {
  const users = [{ login: 'a@example.com', uid: '00ukept', groups: [] }];
  const org = await orgWith({ groups: GROUPS, users });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url, { groups: RULED }) });
  await run('okta apply --yes');
  const [rule] = org.store.groupRules.values();
  const conditions = (rule?.['conditions'] ?? {}) as Record<string, unknown>;
  conditions['people'] = { users: { exclude: ['00ukept', '00ugone'] } };
  expect((await run('okta export')).stdout).toMatch(/users_excluded\s+= \["00ukept", "00ugone"\]/);
  Object.assign(rule ?? {}, { status: 'INVALID' });
  expect((await run('okta plan')).stdout).toContain('sends users.exclude: 00ukept, 00ugone');
  expect((await run('okta apply --yes')).code).toBe(0);
  expect([...org.store.groupRules.values()]).toMatchObject([
    { status: 'ACTIVE', conditions: { people: { users: { exclude: ['00ukept'] } } } },
  ]);
  expect((await run('okta plan')).code).toBe(0);
});

test('an org that is not there is told in one sentence', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((done) => server.close(done));
  const { run } = runnerIn({ 'access.yaml': mapText(url) });
  expect((await run('okta plan')).stderr).toBe(
    `okta-group-authorizer: \`${url}\` cannot be reached (ECONNREFUSED)\n`,
  );
});

test('a rate limit is waited for until its reset by the clock of Okta, with a line that says so', async () => {
  const org = await orgWith({ groups: GROUPS });
  const reset = Date.parse('2020-01-01T00:00:30Z') / 1_000;
  let limited = 0;
  org.fault = () =>
    limited++ === 2
      ? {
          status: 429,
          headers: { 'x-rate-limit-reset': String(reset), date: 'Wed, 01 Jan 2020 00:00:10 GMT' },
        }
      : undefined;
  const waits: number[] = [];
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  const ran = await run('okta plan', {
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
  });
  expect(waits).toEqual([21_000]);
  expect(ran).toMatchObject({ code: 1, stderr: 'rate limit reached, waiting 21 s ...\n' });
});

test('credentials do not follow a page to another host', async () => {
  const org = await orgWith({ groups: GROUPS });
  org.fault = ({ path }) =>
    path === '/api/v1/groups'
      ? {
          status: 200,
          body: '[]',
          headers: { link: '<https://evil.example.com/api/v1/groups>; rel="next"' },
        }
      : undefined;
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect((await run('okta plan')).stderr).toContain(
    'the next page of `/api/v1/groups` is on another host',
  );
});

test('pages that do not end are given up', async () => {
  const org = await orgWith({ groups: GROUPS });
  org.fault = ({ path }) =>
    path === '/api/v1/groups'
      ? { status: 200, body: '[]', headers: { link: `<${org.url}/api/v1/groups>; rel="next"` } }
      : undefined;
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect((await run('okta plan')).stderr).toContain('the pages of `/api/v1/groups` do not end');
});

const { privateKey, publicKey } = rsaKeyPair();
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const READ = ['authorizationServers', 'groups', 'apps', 'trustedOrigins'].map(
  (resource) => `okta.${resource}.read`,
);
const MANAGE = READ.map((scope) => scope.replace('.read', '.manage'));

const ecKey = (namedCurve: string) => {
  const { privateKey: key, publicKey: shown } = generateKeyPairSync('ec', {
    namedCurve,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { pem: key, publicKey: createPublicKey(shown) };
};

test.each(['P-256', 'P-384', 'P-521'])(
  'an EC key on %s is as good as an RSA key',
  async (curve) => {
    const { pem: key, publicKey: own } = ecKey(curve);
    const service = { clientId: '0oaservice', publicKey: own, granted: READ, requireDpop: true };
    const org = await orgWith({ groups: GROUPS, admission: admitServiceApp(service) });
    const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
    const env = { OKTA_CLIENT_CLIENTID: '0oaservice', OKTA_CLIENT_PRIVATEKEY: key };
    expect(await run('okta plan', { env })).toMatchObject({ code: 1, stderr: '' });
  },
);

test.each<readonly [what: string, answers: readonly Response[], says: string]>([
  [
    'a token with less than was asked for',
    [Response.json({ access_token: 'a', token_type: 'Bearer', scope: READ.slice(1).join(' ') })],
    'gives the service app no token with `okta.authorizationServers.read`: a super administrator must grant it',
  ],
  [
    'a token with no scope at all',
    [Response.json({ access_token: 'a', token_type: 'Bearer', scope: '' })],
    'a super administrator must grant them under Okta API Scopes',
  ],
  ['a page', [new Response('<html>', { status: 200 })], 'sent no token (200): is it the org'],
  [
    'a scope that is refused',
    [
      Response.json({ error: 'invalid_scope' }, { status: 400 }),
      Response.json({ access_token: 'a' }),
      Response.json({ access_token: 'a' }),
      Response.json({ error: 'invalid_scope' }, { status: 400 }),
      Response.json({ access_token: 'a' }),
    ],
    'gives the service app no token with `okta.apps.read`',
  ],
  [
    'a client that may not',
    [Response.json({ error: 'access_denied' }, { status: 403 })],
    'gives the service app no token (403, access_denied); check that the client id is of this org',
  ],
  [
    'a refusal without words',
    [new Response('', { status: 401 })],
    'gives the service app no token (401); check that the client id',
  ],
])(
  'a token endpoint that answers %s is told before anything is asked',
  async (_, answers, says) => {
    const left = [...answers];
    const authorizer = authorizerOf({
      org: 'https://acme.okta.com',
      credentials: { kind: 'private key', clientId: '0oa1', key: createPrivateKey(pem) },
      scopes: READ,
      now: () => 0,
      wait: async () => undefined,
      fetch: async () => left.shift() ?? new Response('', { status: 500 }),
    });
    await expect(authorizer('GET', new URL('https://acme.okta.com/api/v1/groups'))).rejects.toThrow(
      says,
    );
    expect(left).toEqual([]);
  },
);

test.each([false, true])('a scope that is not granted is named (DPoP: %s)', async (requireDpop) => {
  const granted = READ.filter((scope) => !scope.includes('apps'));
  const service = { clientId: '0oaservice', publicKey, granted, requireDpop };
  const org = await orgWith({ groups: GROUPS, admission: admitServiceApp(service) });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  const env = { OKTA_CLIENT_CLIENTID: '0oaservice', OKTA_CLIENT_PRIVATEKEY: pem };
  expect(await run('okta plan', { env })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(
      'gives the service app no token with `okta.apps.read`: a super',
    ),
  });
});

test.each([
  ['bearer tokens', false, pem],
  ['tokens bound to a key (DPoP)', true, pem],
  ['a key as JWK', false, JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'k1' })],
  ['a key with escaped line breaks', false, pem.replaceAll('\n', '\\n')],
])(
  'a private key with %s plans with read scopes, and needs manage scopes to apply',
  async (_, requireDpop, key) => {
    const granted = [...READ];
    const service = { clientId: '0oaservice', publicKey, granted, requireDpop };
    const org = await orgWith({ groups: GROUPS, admission: admitServiceApp(service) });
    const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
    const env = {
      OKTA_CLIENT_ORGURL: `${org.url}/`,
      OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
      OKTA_CLIENT_CLIENTID: '0oaservice',
      OKTA_CLIENT_PRIVATEKEY: key,
    };
    expect(await run('okta plan', { env })).toMatchObject({ code: 1, stderr: '' });
    const refused = await run('okta apply --yes', { env });
    expect(refused.stderr).toContain('a super administrator must grant them under Okta API Scopes');
    const narrow = await run('okta apply --yes', {
      env: { ...env, OKTA_CLIENT_SCOPES: READ.join(' ') },
    });
    expect(narrow.stderr).toContain(
      'refuses `POST /api/v1/apps` (403): the credentials need the scope `okta.apps.manage`',
    );
    expect(writesOf(org.requests).every(({ status }) => status === 403)).toBe(true);
    granted.push(...MANAGE);
    expect(await run('okta apply --yes', { env })).toMatchObject({ code: 0 });
    expect(JSON.stringify([refused, narrow])).not.toContain('PRIVATE KEY');
  },
);

test('a key that the app does not know is told', async () => {
  const other = rsaKeyPair().publicKey;
  const org = await orgWith({
    groups: GROUPS,
    admission: admitServiceApp({ clientId: '0oaservice', publicKey: other, granted: READ }),
  });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  const ran = await run('okta plan', {
    env: { OKTA_CLIENT_CLIENTID: '0oaservice', OKTA_CLIENT_PRIVATEKEY: pem },
  });
  expect(ran.stderr).toBe(
    `okta-group-authorizer: \`${org.url}\` does not accept the service app's key (invalid_client): The client_assertion signature is invalid.\n`,
  );
});

test.each<readonly [env: Readonly<Record<string, string>>, says: string]>([
  [
    {},
    'expected credentials in `OKTA_CLIENT_CLIENTID` and `OKTA_CLIENT_PRIVATEKEY`, or in `OKTA_CLIENT_TOKEN`, found none',
  ],
  [
    { OKTA_CLIENT_TOKEN: 'x', OKTA_CLIENT_ORGURL: 'https://prod.okta.com' },
    'expected `OKTA_CLIENT_ORGURL` to be the org of the map',
  ],
  [
    { OKTA_CLIENT_CLIENTID: 'x', OKTA_CLIENT_PRIVATEKEY: 'my secret' },
    'expected an RSA or EC private key (P-256, P-384 or P-521) as PEM or JWK in `OKTA_CLIENT_PRIVATEKEY`, found something else',
  ],
  [
    { OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey', OKTA_CLIENT_TOKEN: 'x' },
    'found one of them missing',
  ],
  [
    { OKTA_CLIENT_TOKEN: 'my secret\nx-evil: 1' },
    'expected a token without spaces and line breaks',
  ],
])('credentials %j are told without being shown', async (env, says) => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  const ran = await run('okta plan', { env });
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain(says);
  expect(ran.stderr).not.toContain('my secret');
  expect(org.requests).toEqual([]);
});

test.each([
  ['{}', 'found something else'],
  ['{', 'found no JSON'],
  ['{"format":"okta-group-authorizer/okta-plan","version":1}', 'expected a plan of version 2'],
  ['{"format":"okta-group-authorizer/okta-plan","version":2}', 'found one with parts missing'],
  [
    '{"format":"okta-group-authorizer/okta-plan","version":2,"org":"http://evil.example.com","digest":"x","maps":[],"desired":{"org":"http://evil.example.com","maps":[],"renamed":{},"servers":[],"groups":[],"apps":[],"origins":[]},"plan":{"steps":[],"dropped":[],"ids":{}}}',
    'expected the https origin of an org in `plan.json`, found `http://evil.example.com`',
  ],
  [
    '{"format":"okta-group-authorizer/okta-plan","version":2,"org":"https://acme.okta.com","digest":"x","maps":[],"desired":{"org":"https://acme.okta.com"},"plan":{"steps":[],"dropped":[],"ids":{}}}',
    'found one with parts missing',
  ],
])('a file %s is no plan', async (text, says) => {
  const { run } = runnerIn({ 'plan.json': text });
  expect(await run('okta apply plan.json --yes')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(says),
  });
});

test('a map without okta.manage is told', async () => {
  const { run } = runnerIn({
    'access.yaml': mapText('https://acme.okta.com')
      .replace(/ {2}manage:[\s\S]*?(?=routes:)/, '')
      .replace('app:orders-web', '0oa1'),
  });
  expect((await run('okta plan')).stderr).toContain(
    'expected `okta.manage` in `access.yaml`, found none',
  );
});

test('a client id that no app has is told by the plan, and nothing is written', async () => {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({
    'access.yaml': mapText(org.url).replace('[app:', '[0oanone, app:'),
  });
  expect(await foundBy(runner, 'plan')).toEqual({
    code: 1,
    findings: expect.arrayContaining([
      told({ level: 'blocks', code: 'CLIENT_UNKNOWN' }, '`0oanone`'),
    ]),
  });
  expect((await runner.run('okta apply --yes')).code).toBe(1);
  const { code, stdout } = await runner.run('okta apply --yes --json');
  const { problems } = JSON.parse(stdout) as { readonly problems: readonly unknown[] };
  expect([code, problems]).toEqual([
    1,
    expect.arrayContaining([told({ level: 'blocks', code: 'CLIENT_UNKNOWN' }, '`0oanone`')]),
  ]);
  expect(writesOf(org.requests)).toEqual([]);
});

test('an app of the catalogue, which the list of OpenID Connect apps lacks, is a client of the org', async () => {
  const org = await orgWith({ groups: GROUPS });
  org.store.apps.set('0oaadded', {
    id: '0oaadded',
    name: 'added_from_the_catalogue',
    label: 'added',
    status: 'ACTIVE',
  });
  const runner = runnerIn({
    'access.yaml': mapText(org.url).replace('[app:', '[0oaadded, app:'),
  });
  expect(codesOf((await foundBy(runner, 'plan')).findings)).not.toContain('CLIENT_UNKNOWN');
  const listed = org.requests.some(({ path }) => path === '/api/v1/apps/0oaadded');
  expect(listed).toBe(true);
});

test('an interrupt ends apply after the write under way, and says how far it got', async () => {
  const org = await orgWith({ groups: GROUPS });
  let writes = 0;
  org.fault = ({ method }) => {
    if (method !== 'GET' && ++writes === 3) process.emit('SIGINT');
    return undefined;
  };
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  const before = process.listenerCount('SIGINT');
  const ran = await run('okta apply --yes');
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /interrupted \(3 of \d+ changes are written; apply again to go on\)\n$/,
    ),
  });
  expect([writesOf(org.requests).length, process.listenerCount('SIGINT')]).toEqual([3, before]);
  expect((await run('okta apply --yes')).code).toBe(0);
});

test('the token endpoint is waited for too', async () => {
  let answers = 0;
  const fetched: typeof fetch = async () =>
    ++answers === 1
      ? new Response('', {
          status: 429,
          headers: { 'x-rate-limit-reset': '20', date: new Date(10_000).toUTCString() },
        })
      : Response.json({ access_token: 'a', token_type: 'Bearer', expires_in: 3_600 });
  const waits: number[] = [];
  const authorizer = authorizerOf({
    org: 'https://acme.okta.com',
    credentials: { kind: 'private key', clientId: '0oa1', key: createPrivateKey(pem) },
    scopes: READ,
    now: () => 0,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
    fetch: fetched,
  });
  expect(await authorizer('GET', new URL('https://acme.okta.com/api/v1/groups'))).toEqual({
    authorization: 'Bearer a',
  });
  expect(waits).toEqual([11_000]);
});

test('--write on a map of cdk.json is refused before anything is written', async () => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({
    'cdk.json': JSON.stringify({ context: { accessMap: parse(mapText(org.url)) } }),
  });
  expect(await run('okta apply --yes --write')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the map is part of cdk.json'),
  });
  expect(org.requests).toEqual([]);
  expect((await run('okta apply --yes')).code).toBe(0);
});

test.each<readonly [what: string, overlay: string, says: string]>([
  ['no okta block', '', 'expected an `okta` block in `stage.yaml`'],
  [
    'no clients of its own',
    'okta: { maxClockSkew: 30s }\n',
    'expected `okta.clients` in `stage.yaml`',
  ],
])(
  '--write on an overlay with %s is refused before anything is written',
  async (_, overlay, says) => {
    const org = await orgWith({ groups: GROUPS });
    const { run } = runnerIn({
      'base.yaml': mapText(org.url),
      'stage.yaml': `extends: base.yaml\n${overlay}`,
    });
    expect(await run('okta apply -m stage.yaml --yes --write')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(says),
    });
    expect(org.requests).toEqual([]);
    expect((await run('okta apply -m stage.yaml --yes')).code).toBe(0);
  },
);

test('--write puts into an overlay what its stage got', async () => {
  const org = await orgWith({ groups: GROUPS });
  const stage = 'extends: base.yaml\nokta:\n  clients: [app:orders-web]\n';
  const { run, cwd } = runnerIn({ 'base.yaml': mapText(org.url), 'stage.yaml': stage });
  expect(await run('okta apply -m stage.yaml --yes --write')).toMatchObject({ code: 0 });
  const written = readFileSync(join(cwd, 'stage.yaml'), 'utf8');
  expect(written).toMatch(
    /^extends: base.yaml\nokta:\n {2}issuer: http:\S+\/oauth2\/aus1\w+\n {2}clients: \[0oa1\w+\]\n$/,
  );
  expect((await run('okta plan stage.yaml')).code).toBe(0);
});

test('a plan whose map is gone is not applied with --write', async () => {
  const org = await orgWith({ groups: GROUPS });
  const { run, cwd } = runnerIn({ 'access.yaml': mapText(org.url) });
  await run('okta plan -o plan.json');
  rmSync(join(cwd, 'access.yaml'));
  const says = expect.stringContaining(
    'expected the map `access.yaml` to write to, found no readable file',
  );
  expect(await run('okta apply plan.json --yes --write')).toMatchObject({ code: 1, stderr: says });
  expect(writesOf(org.requests)).toEqual([]);
});
