import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Fault } from '../../../local/okta-org/org-server.ts';
import { sampled } from '../../support/tier.ts';
import {
  failing,
  failureOf,
  foundBy,
  GROUPS,
  mapText,
  orgWith,
  plannedBy,
  richOrg,
  runnerIn,
  shapeFaults,
  stopOrgs,
  told,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

test('apply tells a person what it plans, what clients need, and what it wrote', async () => {
  const org = await orgWith({ groups: GROUPS, firstServerId: 'aus1' });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  const { code, stdout } = await run('okta apply --yes --write');
  // What stands between is the plan as `okta plan` prints it.
  const [head, , ...parts] = stdout.replaceAll(org.url, 'ORG').split('\n\n');
  const [clientId] = org.store.apps.keys();
  expect([code, head, ...parts]).toEqual([
    0,
    'ORG, from orders:',
    'Plan: 9 to create, 0 to change, 0 to replace',
    `What a client needs, from server orders:
  issuer          ORG/oauth2/aus1
  token endpoint  ORG/oauth2/aus1/v1/token
  audience        api://orders
  scopes          openid
  client id       ${clientId} of orders-web, spa
Wrote access.yaml.
`,
  ]);
});

test('a plan is applied, and the second apply writes nothing', async () => {
  const { org, runner } = await richOrg();
  org.lag = 2;
  const planned = await runner.run('okta plan -o plan.json');
  expect(planned.code).toBe(1);
  expect(planned.stdout).toMatch(/^ {2}\+ .*server orders$/m);
  expect(writesOf(org.requests)).toEqual([]);
  const applied = await runner.run('okta apply plan.json --yes --write');
  expect(applied).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/issuer +http:\S+\/oauth2\/aus1/),
  });
  expect(shapeFaults(org.requests)).toEqual([]);
  org.requests.length = 0;
  expect(await runner.run('okta apply --yes --prune --write --json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"changes":0'),
  });
  expect(writesOf(org.requests)).toEqual([]);
  expect(await runner.run('okta plan')).toMatchObject({ code: 0 });
  expect(await runner.run('okta verify')).toMatchObject({ code: 0 });
  expect(shapeFaults(org.requests)).toEqual([]);
  const [rule] = org.store.groupRules.values();
  expect(rule).toMatchObject({ status: 'ACTIVE', name: 'oga/orders/sellers' });
});

test('neither credentials nor client secrets reach outputs, plan or map', async () => {
  const { org, runner } = await richOrg();
  const outputs = [];
  for (const command of [
    'plan -o plan.json',
    'plan --json',
    'apply plan.json --yes --write',
    'verify',
    'apply --yes',
  ]) {
    outputs.push(await runner.run(`okta ${command}`));
  }
  const files = ['plan.json', 'access.yaml'].map((file) =>
    readFileSync(join(runner.cwd, file), 'utf8'),
  );
  expect(JSON.stringify([...org.store.apps.values()])).toContain('secret-of-');
  expect(JSON.stringify([outputs, files])).not.toMatch(/secret-of-|api-token-of-the-test/);
});

describe('after any single call goes wrong', () => {
  const failed: Fault = { status: 500 };
  const lost: Fault = { status: 502, body: '<html>bad gateway</html>', after: true };
  const limited: Fault = {
    status: 429,
    headers: { 'x-rate-limit-reset': '1', date: new Date(0).toUTCString() },
  };
  const attempts = sampled(
    Array.from({ length: 21 }, (_, index) => index),
    5,
  );

  test.each([
    ['fails', failed],
    ['is answered by nobody, but done', lost],
    ['is limited', limited],
  ] as const)(
    'because it %s, applying the same plan again converges',
    async (_, fault) => {
      const counts = new Set<number>();
      // A limit is waited for inside of one call, so a few calls stand for all.
      for (const at of fault === limited ? sampled([0, 7, 13], 3) : attempts) {
        const { org, runner } = await richOrg();
        await runner.run('okta plan -o plan.json');
        let writes = 0;
        org.fault = ({ method }) => (method !== 'GET' && writes++ === at ? fault : undefined);
        const first = await failureOf(runner, 'apply plan.json --yes');
        const isDone = fault === limited || writes <= at;
        expect(first).toMatchObject(
          isDone
            ? { exit: 0 }
            : {
                ...{ exit: 3, code: 'OKTA_FAILED' },
                message: expect.stringMatching(new RegExp(`\\(${at} of \\d+ `)),
              },
        );
        const second = await runner.run('okta apply plan.json --yes');
        expect([at, second.code, second.stderr.includes('unexpected')]).toEqual([at, 0, false]);
        expect((await runner.run('okta plan')).code).toBe(0);
        counts.add(
          org.store.apps.size * 1_000 +
            org.store.groups.size * 100 +
            (org.store.claims.values().next().value?.size ?? 0),
        );
        await org.stop();
      }
      expect(counts.size).toBe(1);
    },
    // A sweep of whole applies: on a busy machine a timeout would tell nothing of the product.
    240_000,
  );
});

test('what somebody destroys by hand is exactly what the next plan makes', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes');
  const { store } = org;
  const [serverId = ''] = store.servers.keys();
  const [policyId = ''] = store.policies.get(serverId)?.keys() ?? [];
  const tables: readonly (readonly [
    kind: string,
    table: Map<string, unknown> | undefined,
    more?: number,
  ])[] = [
    ['claim', store.claims.get(serverId)],
    ['scope', store.scopes.get(serverId)],
    ['policy rule', store.rules.get(policyId)],
    ['group rule', store.groupRules],
    ['trusted origin', store.origins],
  ];
  for (const [kind, table] of tables) {
    for (const [id, entity] of [...(table ?? [])]) {
      if ((entity as { readonly system?: boolean }).system) continue;
      table?.delete(id);
      const plan = JSON.parse((await runner.run('okta plan --json')).stdout) as {
        readonly steps: readonly { readonly action: string; readonly kind: string }[];
      };
      expect(
        plan.steps
          .filter(({ action }) => action !== 'activate')
          .map((step) => [step.action, step.kind]),
      ).toEqual([['create', kind]]);
      expect((await runner.run('okta apply --yes')).code).toBe(0);
    }
  }
  expect((await runner.run('okta plan')).code).toBe(0);
});

test('a server that somebody destroyed is reported, and not called as the maps say', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes --write');
  org.store.servers.clear();
  expect(await foundBy(runner, 'plan')).toEqual({
    code: 1,
    findings: [told({ level: 'blocks', code: 'MAP_ISSUER_ABSENT' })],
  });
});

test.each([
  ['app', 'apps', ['create app', 'assign app', 'assign app', 'assign app', 'update policy']],
  [
    'server',
    'servers',
    [
      'create server',
      'create scope',
      'create claim',
      'create claim',
      'create policy',
      'create policy rule',
    ],
  ],
] as const)(
  'an %s that somebody destroyed comes back with what belongs to it, and nothing else changes',
  async (_, table, expected) => {
    const { org, runner } = await richOrg();
    await runner.run('okta apply --yes');
    const { store } = org;
    const [id = ''] = [...store[table].values()]
      .filter(({ label }) => table === 'servers' || label === 'orders-web')
      .map((each) => each.id);
    store[table].delete(id);
    const plan = JSON.parse((await runner.run('okta plan --json')).stdout) as {
      readonly steps: readonly { readonly action: string; readonly kind: string }[];
    };
    expect(plan.steps.map(({ action, kind }) => `${action} ${kind}`)).toEqual(expected);
    expect((await runner.run('okta apply --yes')).code).toBe(0);
    expect((await runner.run('okta plan')).code).toBe(0);
  },
);

test('what somebody changes by hand is set right, and what is not ours in it stays', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes');
  const { store } = org;
  const [serverId = ''] = store.servers.keys();
  const claim = [...(store.claims.get(serverId)?.values() ?? [])].find(
    ({ name, claimType }) => name === 'groups' && claimType === 'RESOURCE',
  );
  const [policy] = store.policies.get(serverId)?.values() ?? [];
  const [rule] = store.rules.get(policy?.id ?? '')?.values() ?? [];
  Object.assign(claim ?? {}, {
    value: String(claim?.['value']).replace(/, "[^"]+"(?=\})/, ''),
    conditions: { scopes: ['email'] },
    status: 'INACTIVE',
  });
  const actions = {
    token: {
      accessTokenLifetimeMinutes: 1_440,
      refreshTokenLifetimeMinutes: 2_000,
      refreshTokenWindowMinutes: 1_500,
      inlineHook: { id: 'hook' },
    },
  };
  Object.assign(rule ?? {}, { actions });
  const planned = await runner.run('okta plan');
  expect(planned.stdout).toContain('token lifetime in minutes: 1440 -> 30');
  expect(planned.stdout).toMatch(
    /update claim groups\n +groups: \+ blocked\n +status: INACTIVE -> ACTIVE\n +scopes: - email/,
  );
  expect((await runner.run('okta apply --yes')).code).toBe(0);
  expect(rule).toMatchObject({
    actions: {
      token: {
        accessTokenLifetimeMinutes: 30,
        refreshTokenLifetimeMinutes: 2_000,
        inlineHook: { id: 'hook' },
      },
    },
  });
  // No apply takes away what somebody has added, and what may rewrite tokens is not in order.
  expect(await foundBy(runner, 'plan')).toEqual({
    code: 1,
    findings: expect.arrayContaining([
      told({ level: 'faults', code: 'RULE_INLINE_HOOK' }, '`access orders`', '`hook`'),
    ]),
  });
  expect(shapeFaults(org.requests)).toEqual([]);
});

test('a rule gets another expression in place, and another group by replacement', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes');
  const [rule] = org.store.groupRules.values();
  Object.assign(rule ?? {}, {
    conditions: { expression: { value: 'true', type: 'urn:okta:expression:1.0' } },
  });
  expect((await runner.run('okta apply --yes')).stdout).toContain(
    'expression: true -> user.department == "Sales"',
  );
  expect(org.store.groupRules.get(rule?.id ?? '')).toMatchObject({ status: 'ACTIVE' });
  Object.assign(rule ?? {}, {
    actions: { assignUserToGroups: { groupIds: [[...org.store.groups.keys()][0]] } },
  });
  expect((await runner.run('okta apply --yes')).stdout).toContain(
    '-/+ replace: create group rule oga/orders/sellers',
  );
  expect([...org.store.groupRules.keys()]).not.toContain(rule?.id);
  expect((await runner.run('okta plan')).code).toBe(0);
});

test('a rule whose change fails half-way is finished by the same plan', async () => {
  for (const at of sampled([0, 1, 2, 3], 3)) {
    for (const action of ['expression', 'group']) {
      const { org, runner } = await richOrg();
      await runner.run('okta apply --yes');
      const [rule] = org.store.groupRules.values();
      if (action === 'expression')
        Object.assign(rule ?? {}, { conditions: { expression: { value: 'true' } } });
      else
        Object.assign(rule ?? {}, {
          actions: { assignUserToGroups: { groupIds: [[...org.store.groups.keys()][0]] } },
        });
      await runner.run('okta plan -o plan.json');
      let writes = 0;
      org.fault = ({ method }) =>
        method !== 'GET' && writes++ === at ? { status: 503 } : undefined;
      await runner.run('okta apply plan.json --yes');
      expect([at, action, (await runner.run('okta apply plan.json --yes')).code]).toEqual([
        at,
        action,
        0,
      ]);
      expect((await runner.run('okta plan')).code).toBe(0);
      expect([...org.store.groupRules.values()].map(({ status }) => status)).toEqual(['ACTIVE']);
      await org.stop();
    }
  }
});

test('owned objects that the map dropped are listed, and removed with --prune only', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes');
  const small = runnerIn({ 'access.yaml': mapText(org.url) });
  expect((await plannedBy(small)).dropped).toContainEqual(
    expect.objectContaining({ action: 'delete', kind: 'app', name: 'batch' }),
  );
  await small.run('okta apply --yes');
  expect([...org.store.apps.values()].map(({ label }) => label)).toContain('batch');
  await small.run('okta plan -o plan.json');
  expect((await small.run('okta apply plan.json --yes --prune')).code).toBe(0);
  expect([...org.store.apps.values()].map(({ label }) => label)).toEqual(['foreign', 'orders-web']);
  expect(org.store.groupRules.size).toBe(0);
  expect([...org.store.groups.values()].length).toBeGreaterThan(4);
  expect((await plannedBy(small)).dropped).toEqual([]);
  expect(shapeFaults(org.requests)).toEqual([]);
});

test('a plan is refused when the org has changed since', async () => {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  await runner.run('okta plan -o plan.json');
  const [readers] = [...org.store.groups.values()].filter(
    (group) => (group['profile'] as { name: string }).name === 'readers',
  );
  org.store.groups.delete(readers?.id ?? '');
  org.store.groups.set('00gother', {
    id: '00gother',
    type: 'OKTA_GROUP',
    profile: { name: 'readers' },
  });
  expect(await failureOf(runner, 'apply plan.json --yes')).toEqual(
    failing(1, 'PLAN_OUTDATED', '`group:readers`'),
  );
  expect(writesOf(org.requests)).toEqual([]);
});

test('a step that nobody reviewed is not written', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes');
  await runner.run('okta plan -o plan.json');
  const [serverId = ''] = org.store.servers.keys();
  org.store.scopes.get(serverId)?.clear();
  expect(await failureOf(runner, 'apply plan.json --yes')).toEqual(
    failing(1, 'PLAN_OUTDATED', 'scope `orders:read`'),
  );
});

test.each([
  ['apply', undefined, 2, '`--yes`'],
  ['apply', async (): Promise<string> => 'y', 1, ''],
  ['apply', async (): Promise<string> => ' yes ', 0, ''],
] as const)('%s asks, and only "yes" writes', async (command, ask, code, named) => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  const ran = await run(`okta ${command}`, ask ? { ask } : {});
  expect(ran.code).toBe(code);
  expect(ran.stderr).toContain(named);
  expect(writesOf(org.requests).length > 0).toBe(code === 0);
});

test('an app, its policy and its origin follow the map, and client ids stay', async () => {
  const org = await orgWith({ groups: GROUPS });
  const one = runnerIn({ 'access.yaml': mapText(org.url) });
  await one.run('okta apply --yes');
  const [before] = org.store.apps.keys();
  Object.assign(org.store.apps.get(before ?? '') ?? {}, {
    accessibility: { selfService: true },
    features: ['SSO'],
    orn: 'orn',
    created: '2026-01-01T00:00:00.000Z',
  });
  const text = mapText(org.url, { manage: 'tokenLifetime: 1h' })
    .replace('https://app.example.com/callback', 'https://next.example.com/cb')
    .replace('[app:orders-web]', '[app:orders-web, 0oaother]');
  org.store.apps.set('0oaother', { id: '0oaother', label: 'other', status: 'ACTIVE' });
  org.store.assignments.set('0oaother', new Set([...org.store.groups.keys()]));
  const next = runnerIn({ 'access.yaml': text });
  const planned = await next.run('okta plan');
  expect(planned.stdout).toContain(
    '~ update app orders-web\n      redirectUris: + https://next.example.com/cb, - https://app.example.com/callback',
  );
  expect(planned.stdout).toContain('~ update policy access orders\n      clients: + 0oaother');
  expect((await plannedBy(next)).dropped).toContainEqual(
    expect.objectContaining({
      action: 'delete',
      kind: 'trusted origin',
      name: 'https://app.example.com',
    }),
  );
  expect((await next.run('okta apply --yes --prune')).code).toBe(0);
  expect(shapeFaults(org.requests)).toEqual([]);
  expect([...org.store.apps.keys()][0]).toBe(before);
  expect(org.store.apps.get(before ?? '')).toMatchObject({ accessibility: { selfService: true } });
  expect([...org.store.origins.values()].map(({ origin }) => origin)).toEqual([
    'https://next.example.com',
  ]);
  expect((await next.run('okta plan')).code).toBe(0);
});

test('what stands inactive is activated, and an app of another type is not replaced', async () => {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({
    'access.yaml': mapText(org.url),
    'web.yaml': mapText(org.url).replace('type: spa', 'type: web'),
  });
  const { run } = runner;
  await run('okta apply --yes');
  const [serverId = ''] = org.store.servers.keys();
  const [policy] = org.store.policies.get(serverId)?.values() ?? [];
  const [rule] = org.store.rules.get(policy?.id ?? '')?.values() ?? [];
  const all = [org.store.servers.get(serverId), policy, rule, [...org.store.apps.values()][0]];
  for (const entity of all) Object.assign(entity ?? {}, { status: 'INACTIVE' });
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(all.map((entity) => entity?.['status'])).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE']);
  expect(shapeFaults(org.requests)).toEqual([]);
  expect((await foundBy(runner, 'plan web.yaml')).findings).toContainEqual(
    told({ level: 'blocks', code: 'APP_TYPE' }, '`orders-web`', '`browser`', '`web`'),
  );
});

test('apply --json prints what clients need, and asks nothing', async () => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect(await run('okta apply --json', { ask: async () => 'yes' })).toMatchObject({ code: 2 });
  expect(writesOf(org.requests)).toEqual([]);
  const { code, stdout } = await run('okta apply --yes --write --json');
  const [[id, server] = ['']] = org.store.servers;
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    {
      ok: true,
      exit: 0,
      problems: [],
      org: org.url,
      maps: ['orders'],
      changes: expect.any(Number),
      servers: [
        {
          name: 'orders',
          issuer: server?.['issuer'],
          audience: 'api://orders',
          scopes: ['openid'],
        },
      ],
      clients: [{ label: 'orders-web', clientId: [...org.store.apps.keys()][0] }],
      files: ['Wrote access.yaml.'],
    },
  ]);
  expect(id).toMatch(/^aus/);
});
