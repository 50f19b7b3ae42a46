import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import type { FailureCode } from '../../../lambda/core/contract/failures.ts';
import { authorizerOf } from '../../../lib/okta/access.ts';
import { admitServiceApp } from '../../../local/okta-org/admission.ts';
import type { Fault } from '../../../local/okta-org/org-server.ts';
import { rsaKeyPair } from '../../support/rsa-keys.ts';
import {
  codesOf,
  failing,
  failureOf,
  foundBy,
  GROUPS,
  mapText,
  orgWith,
  runnerIn,
  stopOrgs,
  told,
  withNames,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const html = '<!doctype html><title>Sign in</title>';

const LACKING = '{"errorCode":"E0000015","errorSummary":"You do not have permission"}';
const SERVERS = '/api/v1/authorizationServers';

test.each<readonly [what: string, fault: Fault, code: FailureCode, names: readonly string[]]>([
  ['401', { status: 401 }, 'OKTA_CREDENTIALS_REFUSED', ['(401)']],
  [
    '403',
    { status: 403 },
    'OKTA_FORBIDDEN',
    [`\`GET ${SERVERS}\` (403)`, '`okta.authorizationServers.read`'],
  ],
  ['429 without end', { status: 429 }, 'OKTA_RATE_LIMITED', [`\`GET ${SERVERS}\` (429)`]],
  ['500', { status: 500 }, 'OKTA_FAILED', [`\`GET ${SERVERS}\` (500)`]],
  ['garbage', { status: 200, body: html }, 'OKTA_ANSWER_INVALID', [`\`GET ${SERVERS}\``]],
  ['an object for a list', { status: 200, body: '{}' }, 'OKTA_ANSWER_INVALID', [SERVERS]],
  ['a list of nothing', { status: 200, body: '[null, 3]' }, 'OKTA_ANSWER_INVALID', [SERVERS]],
  [
    'a list of objects without ids',
    { status: 200, body: '[{}]' },
    'OKTA_ANSWER_INVALID',
    [SERVERS],
  ],
  ['garbage as an error', { status: 500, body: html }, 'OKTA_FAILED', ['(500)']],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://evil.example.com' } },
    'OKTA_REDIRECTED',
    [`\`GET ${SERVERS}\``, '(302)'],
  ],
  [
    'no API Access Management',
    { status: 403, body: LACKING },
    'OKTA_ACCESS_MANAGEMENT_ABSENT',
    ['API Access Management'],
  ],
  [
    'no API Access Management, as Classic Engine says it',
    { status: 401, body: LACKING },
    'OKTA_ACCESS_MANAGEMENT_ABSENT',
    ['API Access Management'],
  ],
  [
    'no API Access Management, as if there were no such path',
    { status: 404 },
    'OKTA_ACCESS_MANAGEMENT_ABSENT',
    ['API Access Management'],
  ],
  [
    'a refusal in words',
    {
      status: 400,
      body: '{"errorSummary":"Api validation failed","errorCauses":[{"errorSummary":"why eyJhbGciOiJSUzI1NiJ9.e30.c2ln\\u0007"}]}',
    },
    'OKTA_REQUEST_REFUSED',
    ['(400)', 'Api validation failed; why <token>'],
  ],
])('an org that answers %s is told by every command', async (_, fault, code, names) => {
  const org = await orgWith({ groups: GROUPS });
  org.fault = () => fault;
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  // A request that Okta refuses is a problem; all else is an org that could not be asked.
  const exit = fault.status === 400 ? 1 : 3;
  for (const command of ['plan', 'apply --yes', 'verify']) {
    const failure = await failureOf(runner, command);
    expect(failure).toEqual(failing(exit, code, ...names));
    expect(failure.printed).not.toContain('eyJ');
  }
});

test.each(['plan', 'apply --yes', 'verify'])(
  'okta %s is refused in one sentence',
  async (command) => {
    const org = await orgWith({ groups: GROUPS });
    org.fault = () => ({ status: 401 });
    const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
    expect(await run(`okta ${command}`)).toEqual({
      code: 3,
      stdout: '',
      stderr: `okta-group-authorizer: \`${org.url}\` does not accept the credentials (401): make a new API token or key, and check that it belongs to this org\n`,
    });
  },
);

test.each([
  ['/api/v1/groups/rules', 401, 'group rules'],
  ['/api/v1/groups/rules', 403, 'group rules'],
  ['/api/v1/trustedOrigins', 401, 'trusted origins'],
])('a feature that %s lacks is reported when it comes as %s', async (path, status, names) => {
  const org = await orgWith({ groups: GROUPS });
  org.fault = (request) => (request.path === path ? { status, body: LACKING } : undefined);
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  expect(await failureOf(runner, 'plan')).toEqual(
    failing(3, 'OKTA_FEATURE_ABSENT', path, `(${status}`, names),
  );
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
      problems: [
        {
          level: 'error',
          severity: 'error',
          code: 'OKTA_CREDENTIALS_REFUSED',
          text: expect.any(String),
          message: expect.any(String),
        },
      ],
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
  const runner = runnerIn({ 'access.yaml': mapText(org.url, { groups: RULED }) });
  const { run } = runner;
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
  const refused = await failureOf(runner, 'apply --yes', { wait });
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(refused).toEqual(failing(3, 'OKTA_RECONCILING', '(423)', '/api/v1/groups/rules'));
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

test('an org that is not there is reported', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((done) => server.close(done));
  const runner = runnerIn({ 'access.yaml': mapText(url) });
  expect(await failureOf(runner, 'plan')).toEqual(
    failing(3, 'OKTA_UNREACHABLE', `\`${url}\``, 'ECONNREFUSED'),
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
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  expect(await failureOf(runner, 'plan')).toEqual(
    failing(3, 'OKTA_PAGE_FOREIGN', '`/api/v1/groups`'),
  );
});

test('pages that do not end are given up', async () => {
  const org = await orgWith({ groups: GROUPS });
  org.fault = ({ path }) =>
    path === '/api/v1/groups'
      ? { status: 200, body: '[]', headers: { link: `<${org.url}/api/v1/groups>; rel="next"` } }
      : undefined;
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  expect(await failureOf(runner, 'plan')).toEqual(
    failing(3, 'OKTA_PAGES_ENDLESS', '`/api/v1/groups`'),
  );
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

test.each<
  readonly [what: string, answers: readonly Response[], code: FailureCode, names: readonly string[]]
>([
  [
    'a token with less than was asked for',
    [Response.json({ access_token: 'a', token_type: 'Bearer', scope: READ.slice(1).join(' ') })],
    'OKTA_SCOPE_UNGRANTED',
    ['`okta.authorizationServers.read`'],
  ],
  [
    'a token with no scope at all',
    [Response.json({ access_token: 'a', token_type: 'Bearer', scope: '' })],
    'OKTA_SCOPE_UNGRANTED',
    READ,
  ],
  ['a page', [new Response('<html>', { status: 200 })], 'OKTA_ANSWER_INVALID', ['200']],
  [
    'one more wish for a nonce',
    [1, 2, 3].map(() => Response.json({ error: 'use_dpop_nonce' }, { status: 400 })),
    'OKTA_PROOF_REFUSED',
    ['DPoP'],
  ],
  ['a fault', [new Response('', { status: 503 })], 'OKTA_FAILED', ['503']],
  [
    'another refusal',
    [Response.json({ error: 'invalid_request', error_description: 'no' }, { status: 400 })],
    'OKTA_TOKEN_REFUSED',
    ['invalid_request', ': no'],
  ],
  [
    'a scope that is refused',
    [
      Response.json({ error: 'invalid_scope' }, { status: 400 }),
      Response.json({ access_token: 'a' }),
      Response.json({ access_token: 'a' }),
      Response.json({ error: 'invalid_scope' }, { status: 400 }),
      Response.json({ access_token: 'a' }),
    ],
    'OKTA_SCOPE_UNGRANTED',
    ['`okta.apps.read`'],
  ],
  [
    'a client that may not',
    [Response.json({ error: 'access_denied' }, { status: 403 })],
    'OKTA_TOKEN_REFUSED',
    ['403, access_denied'],
  ],
  ['a refusal without words', [new Response('', { status: 401 })], 'OKTA_TOKEN_REFUSED', ['(401)']],
])(
  'a token endpoint that answers %s is reported before anything is asked',
  async (_, answers, code, names) => {
    const left = [...answers];
    const authorizer = authorizerOf({
      org: 'https://acme.okta.com',
      credentials: { kind: 'private key', clientId: '0oa1', key: createPrivateKey(pem) },
      scopes: READ,
      now: () => 0,
      wait: async () => undefined,
      fetch: async () => left.shift() ?? new Response('', { status: 500 }),
    });
    await expect(
      authorizer('GET', new URL('https://acme.okta.com/api/v1/groups')),
    ).rejects.toMatchObject({ code, message: withNames(...names) });
    expect(left).toEqual([]);
  },
);

test.each([false, true])('a scope that is not granted is named (DPoP: %s)', async (requireDpop) => {
  const granted = READ.filter((scope) => !scope.includes('apps'));
  const service = { clientId: '0oaservice', publicKey, granted, requireDpop };
  const org = await orgWith({ groups: GROUPS, admission: admitServiceApp(service) });
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  const env = { OKTA_CLIENT_CLIENTID: '0oaservice', OKTA_CLIENT_PRIVATEKEY: pem };
  expect(await failureOf(runner, 'plan', { env })).toEqual(
    failing(3, 'OKTA_SCOPE_UNGRANTED', 'no token with `okta.apps.read`:'),
  );
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
    const runner = runnerIn({ 'access.yaml': mapText(org.url) });
    const { run } = runner;
    const env = {
      OKTA_CLIENT_ORGURL: `${org.url}/`,
      OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
      OKTA_CLIENT_CLIENTID: '0oaservice',
      OKTA_CLIENT_PRIVATEKEY: key,
    };
    expect(await run('okta plan', { env })).toMatchObject({ code: 1, stderr: '' });
    const refused = await failureOf(runner, 'apply --yes', { env });
    expect(refused).toEqual(failing(3, 'OKTA_SCOPE_UNGRANTED', '`okta.apps.manage`'));
    const narrow = await failureOf(runner, 'apply --yes', {
      env: { ...env, OKTA_CLIENT_SCOPES: READ.join(' ') },
    });
    expect(narrow).toEqual(
      failing(3, 'OKTA_FORBIDDEN', '`POST /api/v1/apps` (403)', '`okta.apps.manage`'),
    );
    expect(writesOf(org.requests).every(({ status }) => status === 403)).toBe(true);
    granted.push(...MANAGE);
    expect(await run('okta apply --yes', { env })).toMatchObject({ code: 0 });
    expect(JSON.stringify([refused, narrow])).not.toContain('PRIVATE KEY');
  },
);

test('a key that the app does not know is reported', async () => {
  const other = rsaKeyPair().publicKey;
  const org = await orgWith({
    groups: GROUPS,
    admission: admitServiceApp({ clientId: '0oaservice', publicKey: other, granted: READ }),
  });
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  const env = { OKTA_CLIENT_CLIENTID: '0oaservice', OKTA_CLIENT_PRIVATEKEY: pem };
  expect(await failureOf(runner, 'plan', { env })).toEqual(
    failing(3, 'OKTA_KEY_REFUSED', `\`${org.url}\``, 'client_assertion'),
  );
});

test.each<
  readonly [env: Readonly<Record<string, string>>, code: FailureCode, names: readonly string[]]
>([
  [
    {},
    'OKTA_CREDENTIALS_ABSENT',
    ['`OKTA_CLIENT_CLIENTID`', '`OKTA_CLIENT_PRIVATEKEY`', '`OKTA_CLIENT_TOKEN`'],
  ],
  [
    { OKTA_CLIENT_TOKEN: 'x', OKTA_CLIENT_ORGURL: 'https://prod.okta.com' },
    'OKTA_CREDENTIALS_ORG',
    ['`https://prod.okta.com`'],
  ],
  [
    { OKTA_CLIENT_CLIENTID: 'x', OKTA_CLIENT_PRIVATEKEY: 'my secret' },
    'OKTA_CREDENTIALS_INVALID',
    ['`OKTA_CLIENT_PRIVATEKEY`'],
  ],
  [
    { OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey', OKTA_CLIENT_TOKEN: 'x' },
    'OKTA_CREDENTIALS_ABSENT',
    ['`OKTA_CLIENT_CLIENTID`', '`OKTA_CLIENT_PRIVATEKEY`'],
  ],
  [
    { OKTA_CLIENT_TOKEN: 'my secret\nx-evil: 1' },
    'OKTA_CREDENTIALS_INVALID',
    ['`OKTA_CLIENT_TOKEN`'],
  ],
])('credentials %j are reported without being shown', async (env, code, names) => {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  const failure = await failureOf(runner, 'plan', { env });
  expect(failure).toEqual(failing(3, code, ...names));
  expect(failure.printed).not.toContain('my secret');
  expect(org.requests).toEqual([]);
});

test.each<readonly [text: string, code: FailureCode, ...names: readonly string[]]>([
  ['{}', 'PLAN_FOREIGN'],
  ['{', 'PLAN_FOREIGN'],
  ['{"format":"okta-group-authorizer/okta-plan","version":1}', 'PLAN_VERSION', ' 2 ', '`1`'],
  ['{"format":"okta-group-authorizer/okta-plan","version":2}', 'PLAN_INCOMPLETE'],
  [
    '{"format":"okta-group-authorizer/okta-plan","version":2,"org":"http://evil.example.com","digest":"x","maps":[],"desired":{"org":"http://evil.example.com","maps":[],"renamed":{},"servers":[],"groups":[],"apps":[],"origins":[]},"plan":{"steps":[],"dropped":[],"ids":{}}}',
    'PLAN_ORG_INVALID',
    '`http://evil.example.com`',
  ],
  [
    '{"format":"okta-group-authorizer/okta-plan","version":2,"org":"https://acme.okta.com","digest":"x","maps":[],"desired":{"org":"https://acme.okta.com"},"plan":{"steps":[],"dropped":[],"ids":{}}}',
    'PLAN_INCOMPLETE',
  ],
])('a file %s is no plan', async (text, code, ...names) => {
  const runner = runnerIn({ 'plan.json': text });
  expect(await failureOf(runner, 'apply plan.json --yes')).toEqual(
    failing(1, code, '`plan.json`', ...names),
  );
});

test('a map without okta.manage is reported', async () => {
  const runner = runnerIn({
    'access.yaml': mapText('https://acme.okta.com')
      .replace(/ {2}manage:[\s\S]*?(?=routes:)/, '')
      .replace('app:orders-web', '0oa1'),
  });
  expect(await failureOf(runner, 'plan')).toEqual(
    failing(1, 'MAP_UNMANAGED', '`okta.manage`', '`access.yaml`'),
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
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  const before = process.listenerCount('SIGINT');
  expect(await failureOf(runner, 'apply --yes')).toEqual(failing(1, 'APPLY_INTERRUPTED', '(3 of '));
  expect([writesOf(org.requests).length, process.listenerCount('SIGINT')]).toEqual([3, before]);
  expect((await runner.run('okta apply --yes')).code).toBe(0);
});

test('an apply ends where Okta does not say the id of what it made', async () => {
  const org = await orgWith({ groups: GROUPS });
  org.fault = ({ method, path }) =>
    method === 'POST' && path === '/api/v1/apps' ? { status: 200, body: '{}' } : undefined;
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  expect(await failureOf(runner, 'apply --yes')).toEqual(
    failing(1, 'APPLY_WITHOUT_ID', '`app:orders-web`'),
  );
});

test('an apply ends where a rule of a group does not become active, after 20 looks', async () => {
  const org = await orgWith({ groups: GROUPS });
  let looks = 0;
  org.fault = ({ method, path }) => {
    if (method !== 'GET' || !path.startsWith('/api/v1/groups/rules/')) return undefined;
    looks++;
    return { status: 200, body: '{"id":"0pr1","status":"INACTIVE"}' };
  };
  const runner = runnerIn({ 'access.yaml': mapText(org.url, { groups: RULED }) });
  expect(await failureOf(runner, 'apply --yes')).toEqual(
    failing(1, 'APPLY_UNSETTLED', 'group rule', 'active', '20'),
  );
  expect(looks).toBe(20);
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
  const runner = runnerIn({
    'cdk.json': JSON.stringify({ context: { accessMap: parse(mapText(org.url)) } }),
  });
  expect(await failureOf(runner, 'apply --yes --write')).toEqual(
    failing(1, 'MAP_UNWRITABLE', 'cdk.json'),
  );
  expect(org.requests).toEqual([]);
  expect((await runner.run('okta apply --yes')).code).toBe(0);
});

test.each<readonly [what: string, overlay: string, key: string]>([
  ['no okta block', '', '`okta`'],
  ['no clients of its own', 'okta: { maxClockSkew: 30s }\n', '`okta.clients`'],
])(
  '--write on an overlay with %s is refused before anything is written',
  async (_, overlay, key) => {
    const org = await orgWith({ groups: GROUPS });
    const runner = runnerIn({
      'base.yaml': mapText(org.url),
      'stage.yaml': `extends: base.yaml\n${overlay}`,
    });
    expect(await failureOf(runner, 'apply -m stage.yaml --yes --write')).toEqual(
      failing(1, 'MAP_UNWRITABLE', key, '`stage.yaml`'),
    );
    expect(org.requests).toEqual([]);
    expect((await runner.run('okta apply -m stage.yaml --yes')).code).toBe(0);
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
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  await runner.run('okta plan -o plan.json');
  rmSync(join(runner.cwd, 'access.yaml'));
  expect(await failureOf(runner, 'apply plan.json --yes --write')).toEqual(
    failing(1, 'MAP_UNWRITABLE', '`access.yaml`'),
  );
  expect(writesOf(org.requests)).toEqual([]);
});
