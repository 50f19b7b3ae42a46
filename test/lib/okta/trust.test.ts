import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { FailureCode } from '../../../lambda/core/contract/failures.ts';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import {
  failing,
  failureOf,
  GROUPS,
  mapText,
  orgWith,
  type Runner,
  runnerIn,
  stopOrgs,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

describe('a reviewed plan', () => {
  async function reviewed(): Promise<{ readonly org: LocalOrg; readonly runner: Runner }> {
    const org = await orgWith({ groups: GROUPS });
    const groups = '  readers: { allow: [orders:read] }\n  bosses: { allow: [POST /orders] }';
    const runner = runnerIn({
      'access.yaml': mapText(org.url, { manage: 'createGroups: true', groups }),
    });
    await runner.run('okta plan -o plan.json');
    org.requests.length = 0;
    return { org, runner };
  }

  test.each([
    ['steps are taken out', /"steps": \[[\s\S]*?\n {4}\]/, '"steps": []'],
    ['the desired state is another', 'api://orders', 'api://other'],
  ])('is refused when %s of the file', async (_, from, to) => {
    const { org, runner } = await reviewed();
    const file = join(runner.cwd, 'plan.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(from, to));
    expect(readFileSync(file, 'utf8')).not.toBe(text);
    expect(await failureOf(runner, 'apply plan.json --yes')).toEqual(failing(1, 'PLAN_EDITED'));
    expect(org.requests).toEqual([]);
  });

  test.each<readonly [what: string, change: (org: LocalOrg) => void, name: string]>([
    [
      'app',
      ({ store }) => {
        store.apps.set('0oaevil', { id: '0oaevil', label: 'orders-web', status: 'ACTIVE' });
        store.assignments.set('0oaevil', new Set());
      },
      'app `orders-web`',
    ],
    [
      'group',
      ({ store }) =>
        store.groups.set('00gevil', {
          id: '00gevil',
          type: 'OKTA_GROUP',
          profile: { name: 'bosses' },
        }),
      'group `bosses`',
    ],
  ])('is refused when somebody has made the %s that it would create', async (_, change, name) => {
    const { org, runner } = await reviewed();
    change(org);
    expect(await failureOf(runner, 'apply plan.json --yes --write')).toEqual(
      failing(1, 'PLAN_OUTDATED', name),
    );
    expect(writesOf(org.requests)).toEqual([]);
  });
});

test.each<readonly [env: Readonly<Record<string, string>>, code: FailureCode]>([
  [{ OKTA_CLIENT_TOKEN: 'x' }, 'OKTA_CREDENTIALS_ORG'],
  [{ OKTA_CLIENT_TOKEN: 'x', OKTA_CLIENT_ORGURL: '' }, 'OKTA_CREDENTIALS_ORG'],
  [{ OKTA_CLIENT_TOKEN: 'x', OKTA_CLIENT_ORGURL: 'https://acme.invalid/' }, 'OKTA_UNREACHABLE'],
])('an API token goes to the org of the environment alone (%#)', async (env, code) => {
  const runner = runnerIn({ 'access.yaml': mapText('https://acme.invalid') });
  expect(await failureOf(runner, 'plan', { env })).toEqual(
    failing(3, code, '`https://acme.invalid`'),
  );
});

describe('the policy that is made', () => {
  const users = [{ login: 'a@example.com', uid: '00ua', groups: ['readers'] }];

  async function applied(): Promise<{
    readonly org: LocalOrg;
    readonly server: string;
    readonly rule: Record<string, unknown>;
  }> {
    const org = await orgWith({ groups: GROUPS, users });
    const { run } = runnerIn({ 'access.yaml': mapText(org.url, { manage: 'scopes: true' }) });
    expect((await run('okta apply --yes')).code).toBe(0);
    const [server = ''] = org.store.servers.keys();
    const [policy = ''] = org.store.policies.get(server)?.keys() ?? [];
    return { org, server, rule: [...(org.store.rules.get(policy)?.values() ?? [])][0] ?? {} };
  }

  test('gives its client tokens for every scope, other clients and machines none', async () => {
    const { org, server } = await applied();
    const [clientId = ''] = org.store.apps.keys();
    const person = { clientId, login: 'a@example.com', scopes: ['openid', 'orders:read'] };
    expect(org.tokenFor(server, person)).toMatchObject({
      kind: 'granted',
      claims: { groups: ['readers'] },
      lifetimeSeconds: 900,
    });
    expect(org.tokenFor(server, { ...person, clientId: '0oaother' })).toMatchObject({
      error: 'access_denied',
    });
    expect(org.tokenFor(server, { clientId, scopes: ['orders:read'] })).toMatchObject({
      error: 'access_denied',
    });
  });

  test('is sent as it must be, and so is the app', async () => {
    const { org } = await applied();
    const sent = (end: string): unknown =>
      org.requests.find(({ method, path }) => method === 'POST' && path.endsWith(end))?.body;
    const [clientId = ''] = org.store.apps.keys();
    expect(sent('/policies')).toEqual({
      type: 'OAUTH_AUTHORIZATION_POLICY',
      status: 'ACTIVE',
      name: 'access orders',
      description: 'managed by okta-group-authorizer, map orders',
      priority: 1,
      conditions: { clients: { include: [clientId] } },
    });
    expect(sent('/rules')).toEqual({
      type: 'RESOURCE_ACCESS',
      status: 'ACTIVE',
      name: 'access orders',
      priority: 1,
      conditions: {
        people: { groups: { include: ['EVERYONE'] } },
        grantTypes: { include: ['authorization_code'] },
        scopes: { include: ['*'] },
      },
      actions: {
        token: {
          accessTokenLifetimeMinutes: 15,
          refreshTokenLifetimeMinutes: 43_200,
          refreshTokenWindowMinutes: 10_080,
        },
      },
    });
    expect(sent('/apps')).toMatchObject({
      credentials: { oauthClient: { token_endpoint_auth_method: 'none', pkce_required: true } },
      settings: { oauthClient: { application_type: 'browser', response_types: ['code'] } },
    });
  });

  test.each([
    ['grant types', { grantTypes: { include: ['implicit'] } }],
    ['scopes', { scopes: { include: ['openid'] } }],
    ['people', { people: { groups: { include: ['00gelsewhere'] } } }],
  ])('gives no token when its rule has other %s', async (_, change) => {
    const { org, server, rule } = await applied();
    const [clientId = ''] = org.store.apps.keys();
    Object.assign(rule['conditions'] as object, change);
    const person = { clientId, login: 'a@example.com', scopes: ['openid', 'orders:read'] };
    expect(org.tokenFor(server, person)).toMatchObject({ kind: 'refused', error: 'access_denied' });
  });
});
