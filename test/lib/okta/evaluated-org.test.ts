import { afterEach, expect, jest, test } from '@jest/globals';
import type { OktaFindingCode } from '../../../lambda/core/contract/okta-findings.ts';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import type { Entity } from '../../../local/okta-org/org-store.ts';
import { sampled } from '../../support/tier.ts';
import {
  foundBy,
  GROUPS,
  mapText,
  orgWith,
  plannedBy,
  type Runner,
  runnerIn,
  stopOrgs,
  told,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const must = (entity: Entity | undefined): Entity => {
  if (!entity) throw new Error('the org lacks it');
  return entity;
};

interface Applied {
  readonly org: LocalOrg;
  readonly runner: Runner;
  readonly server: Entity;
  readonly policy: Entity;
  readonly rule: Entity;
  readonly app: Entity;
}

async function applied(manage = ''): Promise<Applied> {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({ 'access.yaml': mapText(org.url, { manage }) });
  await runner.run('okta apply --yes --write');
  const server = must([...org.store.servers.values()][0]);
  const policy = must([...(org.store.policies.get(server.id)?.values() ?? [])][0]);
  const rule = must([...(org.store.rules.get(policy.id)?.values() ?? [])][0]);
  const app = must([...org.store.apps.values()][0]);
  org.requests.length = 0;
  return { org, runner, server, policy, rule, app };
}

const at = (entity: Entity, ...keys: readonly string[]): Record<string, unknown> =>
  keys.reduce<Record<string, unknown>>((value, key) => {
    value[key] ??= {};
    return value[key] as Record<string, unknown>;
  }, entity);

/**
 * What somebody sets in Okta, what verify finds, what it names, and the field by which a map takes
 * it as it is.
 */
const SETTINGS: readonly (readonly [
  what: string,
  change: (applied: Applied) => void,
  code: OktaFindingCode,
  names: readonly string[],
  field: string,
])[] = [
  [
    'a token inline hook',
    ({ rule }) => Object.assign(at(rule, 'actions', 'token'), { inlineHook: { id: 'cal1' } }),
    'RULE_INLINE_HOOK',
    ['`cal1`'],
    'rule.actions.token.inlineHook',
  ],
  [
    'keys of a client that proves itself otherwise',
    ({ app }) =>
      Object.assign(at(app, 'settings', 'oauthClient'), { jwks: { keys: [{ kid: 'k1' }] } }),
    'APP_KEYS_UNJUDGED',
    ['`k1`'],
    'app.settings.oauthClient.jwks',
  ],
  [
    'an address of keys',
    ({ app }) =>
      Object.assign(at(app, 'settings', 'oauthClient'), { jwks_uri: 'https://x.test/k' }),
    'APP_KEYS_URI',
    ['`https://x.test/k`'],
    'app.settings.oauthClient.jwks_uri',
  ],
  [
    'a field that Okta adds, which is false',
    ({ rule }) => Object.assign(at(rule, 'actions', 'token'), { checked: false }),
    'FIELD_UNJUDGED',
    ['`access orders`', '`rule.actions.token.checked`'],
    'rule.actions.token.checked',
  ],
  [
    'a user who is excluded',
    ({ rule }) => Object.assign(at(rule, 'conditions', 'people'), { users: { exclude: ['00u1'] } }),
    'RULE_FOR_SOME_PEOPLE',
    ['`00u1`'],
    'rule.conditions.people',
  ],
  [
    'a group in place of everybody',
    ({ rule }) =>
      Object.assign(at(rule, 'conditions', 'people'), {
        groups: { include: ['00g1'] },
        users: { include: ['00u2'] },
      }),
    'RULE_FOR_SOME_PEOPLE',
    ['`00g1`', '`00u2`'],
    'rule.conditions.people',
  ],
  [
    'scopes in place of all',
    ({ rule }) => Object.assign(at(rule, 'conditions'), { scopes: { include: ['openid'] } }),
    'RULE_FOR_SOME_SCOPES',
    ['`openid`'],
    'rule.conditions.scopes',
  ],
  [
    'a field of the rule that is new in Okta',
    ({ rule }) => Object.assign(at(rule, 'actions', 'token'), { mayImpersonate: true }),
    'FIELD_UNJUDGED',
    ['`access orders`'],
    'rule.actions.token.mayImpersonate',
  ],
  [
    'a field of the server that is new in Okta',
    ({ server }) => Object.assign(server, { tokenFormat: 'OPAQUE' }),
    'FIELD_UNJUDGED',
    ['`orders`'],
    'server.tokenFormat',
  ],
  [
    'a field of the app that is new in Okta',
    ({ app }) => Object.assign(at(app, 'settings', 'oauthClient'), { newSwitch: 'ON' }),
    'FIELD_UNJUDGED',
    ['`orders-web`'],
    'app.settings.oauthClient.newSwitch',
  ],
];

test.each(sampled(SETTINGS, 5))(
  '%s is reported, never undone, and accepted by name',
  async (...row) => {
    const [, change, code, names, field] = row;
    const all = await applied();
    change(all);
    const { org, runner } = all;
    for (const [command, of] of [
      ['verify', { level: 'error', field }],
      ['plan', { level: 'faults' }],
    ] as const)
      expect(await foundBy(runner, command)).toEqual({
        code: 1,
        findings: expect.arrayContaining([told({ code, ...of }, ...names)]),
      });
    const before = JSON.stringify([...org.store.rules.values()].map((rules) => [...rules]));
    await runner.run('okta apply --yes');
    expect(writesOf(org.requests)).toEqual([]);
    expect(JSON.stringify([...org.store.rules.values()].map((rules) => [...rules]))).toBe(before);
    const accepted = runnerIn({
      'access.yaml': mapText(org.url, { manage: `accepted: [${field}]` }),
    });
    expect(await foundBy(accepted, 'verify')).toEqual({
      code: 0,
      findings: expect.arrayContaining([told({ level: 'note', code, field }, ...names)]),
    });
    expect((await accepted.run('okta plan')).code).toBe(0);
  },
);

test('refresh tokens without end are reported, never undone, and accepted by the key of the map alone', async () => {
  const { org, runner, rule } = await applied();
  Object.assign(at(rule, 'actions', 'token'), { refreshTokenLifetimeMinutes: 0 });
  for (const command of ['verify', 'plan'])
    expect(await foundBy(runner, command)).toEqual({
      code: 1,
      findings: expect.arrayContaining([told('RULE_REFRESH_LIFETIME', '`access orders`')]),
    });
  const field = 'rule.actions.token.refreshTokenLifetimeMinutes';
  const verify = async (manage: string): Promise<number> =>
    (await runnerIn({ 'access.yaml': mapText(org.url, { manage }) }).run('okta verify')).code;
  expect(await verify(`accepted: [${field}]`)).toBe(1);
  expect(await verify('refreshTokenLifetime: unlimited')).toBe(0);
});

test('a field that nothing knows is a warning where it can give our clients no token', async () => {
  const { org, runner, server } = await applied();
  addPolicy(org, server.id, { priority: 2, grants: ['password'], clients: ['0oaother'] });
  const rule = must(org.store.rules.get('00pforeign2')?.get('0prforeign'));
  Object.assign(rule, { somethingNew: 'x' });
  expect(await foundBy(runner, 'verify')).toEqual({
    code: 0,
    findings: expect.arrayContaining([
      told(
        { level: 'warning', code: 'FIELD_UNJUDGED', field: 'rule.somethingNew' },
        '`Default Rule`',
      ),
    ]),
  });
});

test.each([
  ['unlimited', 0],
  ['90d', 129_600],
  ['10m', 15],
])('a refresh lifetime of %s is set once, and stays', async (named, minutes) => {
  const { org, rule } = await applied();
  const { run } = runnerIn({
    'access.yaml': mapText(org.url, { manage: `refreshTokenLifetime: ${named}` }),
  });
  const changes = [{ what: 'refreshTokenLifetimeMinutes', from: 43_200, to: minutes }];
  expect((await plannedBy({ run })).steps).toMatchObject([
    { action: 'update', kind: 'policy rule', changes: expect.arrayContaining(changes) },
  ]);
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(rule).toMatchObject({ actions: { token: { refreshTokenLifetimeMinutes: minutes } } });
  expect((await run('okta plan')).code).toBe(0);
  expect((await run('okta verify')).code).toBe(0);
});

test('a client with DPoP-bound tokens is named, without advice to weaken it', async () => {
  const { runner, app } = await applied();
  Object.assign(at(app, 'settings', 'oauthClient'), { dpop_bound_access_tokens: true });
  for (const command of ['verify', 'plan']) {
    const { code, findings } = await foundBy(runner, command);
    expect([command, code]).toEqual([command, 1]);
    expect(findings).toContainEqual(told('APP_DPOP', '`orders-web`'));
    expect(JSON.stringify(findings)).not.toMatch(/switch\S* off|turn\S* off/i);
  }
});

test('a server that encrypts tokens is reported', async () => {
  const { runner, server } = await applied();
  Object.assign(server, { accessTokenEncryptedResponseAlgorithm: 'RSA-OAEP-256' });
  expect((await foundBy(runner, 'verify')).findings).toContainEqual(
    told('SERVER_ENCRYPTS_TOKENS', '`RSA-OAEP-256`'),
  );
});

interface Foreign {
  readonly priority: number;
  readonly grants: readonly string[];
  readonly minutes?: number;
  readonly clients?: readonly string[];
}

function addPolicy(
  { store }: LocalOrg,
  server: string,
  { priority, grants, minutes = 15, clients = ['ALL_CLIENTS'] }: Foreign,
): void {
  for (const policy of store.policies.get(server)?.values() ?? [])
    if (Number(policy['priority']) >= priority) policy['priority'] = Number(policy['priority']) + 1;
  const id = `00pforeign${priority}`;
  store.policies.get(server)?.set(id, {
    id,
    name: 'Default Policy',
    type: 'OAUTH_AUTHORIZATION_POLICY',
    status: 'ACTIVE',
    priority,
    conditions: { clients: { include: clients } },
  });
  const conditions = {
    people: { groups: { include: ['EVERYONE'] } },
    grantTypes: { include: grants },
    scopes: { include: ['*'] },
  };
  const actions = { token: { accessTokenLifetimeMinutes: minutes } };
  const rule = { id: '0prforeign', name: 'Default Rule', status: 'ACTIVE', conditions, actions };
  store.rules.set(id, new Map([['0prforeign', rule]]));
}

test.each<readonly [what: string, foreign: Foreign, wrong: unknown]>([
  [
    'below, with grants that ours has not',
    { priority: 2, grants: ['authorization_code', 'password', 'implicit'], minutes: 1_440 },
    told('RULE_GRANT_UNNAMED', '`orders-web`', '1440', '`implicit`', '`password`'),
  ],
  [
    'below, with grants that ours takes',
    { priority: 2, grants: ['authorization_code'] },
    undefined,
  ],
  [
    'below, for other clients',
    { priority: 2, grants: ['password'], clients: ['0oaother'] },
    undefined,
  ],
  ['above, with grants of machines', { priority: 1, grants: ['client_credentials'] }, undefined],
  [
    'above, with our grants',
    { priority: 1, grants: ['authorization_code'] },
    told('POLICY_PRECEDED', '`Default Policy`', '`access orders`'),
  ],
])('a policy of somebody else %s', async (_, foreign, wrong) => {
  const { org, runner, server } = await applied();
  addPolicy(org, server.id, foreign);
  const { code, findings } = await foundBy(runner, 'verify');
  const errors = findings.filter(({ level }) => level === 'error');
  expect([code, errors]).toEqual(
    wrong === undefined ? [0, []] : [1, expect.arrayContaining([wrong])],
  );
});

test('the local org goes on to the next policy where no rule of one matches', async () => {
  const { org, server, app } = await applied();
  const users = { id: '00ua', status: 'ACTIVE', profile: { login: 'a@example.com' } };
  org.store.users.set('00ua', users);
  org.store.assignedUsers.set(app.id, new Set(['00ua']));
  addPolicy(org, server.id, { priority: 2, grants: ['password'], minutes: 1_440 });
  Object.assign(at(app, 'settings', 'oauthClient'), {
    grant_types: ['authorization_code', 'password'],
  });
  const request = { clientId: app.id, login: 'a@example.com', scopes: ['openid'] };
  const lifetime = (grantType: string) => org.tokenFor(server.id, { ...request, grantType });
  expect(lifetime('authorization_code')).toMatchObject({ lifetimeSeconds: 900 });
  expect(lifetime('password')).toMatchObject({ lifetimeSeconds: 86_400 });
  users.status = 'SUSPENDED';
  expect(lifetime('password')).toMatchObject({ kind: 'refused' });
});

interface Hosts {
  readonly org: string;
  readonly custom: string;
  readonly id: string;
}

test.each<readonly [what: string, mode: string, issuerOf: (at: Hosts) => string, code: number]>([
  ['the org’s host', 'ORG_URL', ({ org, id }) => `${org}/oauth2/${id}`, 0],
  ['a custom host', 'ORG_URL', ({ custom, id }) => `${custom}/oauth2/${id}`, 1],
  ['the org’s host', 'CUSTOM_URL', ({ org, id }) => `${org}/oauth2/${id}`, 1],
  ['a custom host', 'CUSTOM_URL', ({ custom, id }) => `${custom}/oauth2/${id}`, 0],
  ['the org’s host', 'DYNAMIC', ({ org, id }) => `${org}/oauth2/${id}`, 0],
  ['a custom host', 'DYNAMIC', ({ custom, id }) => `${custom}/oauth2/${id}`, 0],
])('an issuer on %s finds its server in mode %s', async (_, mode, issuerOf, code) => {
  // Another server that says the same id stands for another host of the org.
  const { url: custom } = await orgWith();
  const org = await orgWith({ groups: GROUPS, customUrl: custom });
  const first = runnerIn({ 'access.yaml': mapText(org.url, { manage: `issuerMode: ${mode}` }) });
  expect((await first.run('okta apply --yes')).code).toBe(0);
  const [id = ''] = org.store.servers.keys();
  const issuer = issuerOf({ org: org.url, custom, id });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url, { okta: `issuer: ${issuer}` }) });
  expect(await plannedBy({ run })).toMatchObject({ ok: true, exit: 0, steps: [] });
  expect((await run('okta verify')).code).toBe(code);
});

const SILENT = 'http://127.0.0.2:9';

test.each<readonly [what: string, mode: string, issuers: (at: Hosts) => string]>([
  ['that does not answer', 'ORG_URL', ({ id }) => `${SILENT}/oauth2/${id}`],
  ['that does not answer', 'DYNAMIC', ({ id }) => `${SILENT}/oauth2/${id}`],
  ['of another org', 'CUSTOM_URL', ({ custom, id }) => `${custom}/oauth2/${id}`],
  ['of another org', 'DYNAMIC', ({ custom, id }) => `${custom}/oauth2/${id}`],
  [
    'of another org beside its own',
    'DYNAMIC',
    ({ org, custom, id }) => `[${org}/oauth2/${id}, ${custom}/oauth2/${id}]`,
  ],
])('an issuer with the server’s id on a host %s (%s) is an error', async (...row) => {
  const [what, issuerMode, issuers] = row;
  const { url: custom } = await orgWith({ orgId: '00o1other' });
  const org = await orgWith({ groups: GROUPS });
  const first = runnerIn({ 'access.yaml': mapText(org.url) });
  expect((await first.run('okta apply --yes')).code).toBe(0);
  const [id = ''] = org.store.servers.keys();
  Object.assign(must(org.store.servers.get(id)), { issuerMode });
  const okta = `issuer: ${issuers({ org: org.url, custom, id })}`;
  const runner = runnerIn({ 'access.yaml': mapText(org.url, { okta }) });
  org.requests.length = 0;
  const host = what.includes('org') ? custom : SILENT;
  for (const command of ['plan', 'verify'])
    expect(await foundBy(runner, command)).toEqual({
      code: 1,
      findings: expect.arrayContaining([told('MAP_ISSUER_HOST', `\`${host}\``)]),
    });
  expect((await runner.run('okta apply --yes --prune')).code).toBe(1);
  expect(writesOf(org.requests)).toEqual([]);
});

test('the server `default` is found by its issuer, kept, and released when a map leaves it', async () => {
  const org = await orgWith({ groups: GROUPS, defaultServer: true });
  const map = (more: string): string =>
    mapText(org.url, { okta: more })
      .replace('audience: api://orders', 'audience: api://default')
      .replace('server: orders', 'server: default');
  const server = must([...org.store.servers.values()][0]);
  server['description'] = 'managed by okta-group-authorizer, map orders';
  const runner = runnerIn({
    'access.yaml': map(''),
    'other.yaml': mapText(org.url).replace('server: orders', 'server: other'),
  });
  const { run } = runner;
  expect((await run('okta apply --yes --write')).code).toBe(0);
  expect(await plannedBy(runner)).toMatchObject({ ok: true, steps: [], dropped: [] });
  expect((await run('okta verify')).code).toBe(0);
  expect((await run('okta apply -m other.yaml --yes --prune')).code).toBe(0);
  expect(org.store.servers.get(server.id)).toMatchObject({ default: true, description: '' });
  expect(org.store.policies.get(server.id)?.size).toBe(0);
});

test.each<readonly [what: string, issuer: (org: string) => string, finding: unknown]>([
  [
    'another server',
    (org) => `${org}/oauth2/ausnone`,
    told({ level: 'blocks', code: 'MAP_ISSUER_ABSENT' }, '/oauth2/ausnone`'),
  ],
  [
    'the default server of another org of Okta',
    () => 'https://other.okta.com/oauth2/default',
    told({ level: 'blocks', code: 'MAP_ISSUER_HOST' }, '`https://other.okta.com`'),
  ],
])('with an issuer of %s nothing is made and nothing counts as dropped', async (...row) => {
  const [, issuer, finding] = row;
  const org = await orgWith({ groups: GROUPS, defaultServer: true });
  const runner = runnerIn({
    'first.yaml': mapText(org.url),
    'access.yaml': mapText(org.url, { okta: `issuer: ${issuer(org.url)}` }),
  });
  await runner.run('okta apply -m first.yaml --yes');
  org.requests.length = 0;
  expect((await foundBy(runner, 'plan')).findings).toContainEqual(finding);
  const { steps, dropped } = await plannedBy(runner);
  expect([...steps, ...dropped].filter(({ kind }) => kind === 'server')).toEqual([]);
  expect((await runner.run('okta apply --yes --prune')).code).toBe(1);
  expect(writesOf(org.requests)).toEqual([]);
  expect((await runner.run('okta verify')).code).toBe(1);
});

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

test('a grant of our rule that the map does not name stays away where somebody took it away', async () => {
  const org = await orgWith({ groups: GROUPS });
  const text = mapText(org.url).replace(
    'type: spa, redirectUris: [https://app.example.com/callback]',
    'type: native, redirectUris: [com.example.app:/callback]',
  );
  const runner = runnerIn({ 'access.yaml': text });
  await runner.run('okta apply --yes --write');
  const rule = must([...org.store.rules.values()].flatMap((rules) => [...rules.values()])[0]);
  const include = (grants: readonly string[]): void => {
    at(rule, 'conditions')['grantTypes'] = { include: grants };
  };
  expect(at(rule, 'conditions')['grantTypes']).toEqual({
    include: ['authorization_code', DEVICE],
  });
  include(['authorization_code']);
  for (const command of ['plan', 'verify', 'apply --yes'])
    expect([command, (await runner.run(`okta ${command}`)).code]).toEqual([command, 0]);
  expect(at(rule, 'conditions')['grantTypes']).toEqual({ include: ['authorization_code'] });
  expect((await runner.run('okta export')).stdout).toMatch(
    /grant_type_whitelist\s+= \["authorization_code"\]/,
  );
  // What its type cannot do without, and what the map names, comes back.
  include([DEVICE]);
  expect((await runner.run('okta plan')).code).toBe(1);
  include(['authorization_code']);
  const named = text.replace(
    'type: native,',
    `type: native, grants: [authorization_code, "${DEVICE}"],`,
  );
  const { run } = runnerIn({ 'access.yaml': named });
  expect((await run('okta verify')).code).toBe(1);
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(at(rule, 'conditions')['grantTypes']).toEqual({
    include: ['authorization_code', DEVICE],
  });
});
