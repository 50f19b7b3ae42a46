import { afterEach, expect, jest, test } from '@jest/globals';
import { sampled } from '../../support/tier.ts';
import {
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

interface Client {
  readonly settings: { readonly oauthClient: Record<string, unknown> };
  readonly credentials: { readonly oauthClient: Record<string, unknown> };
}

test('redirect URIs that somebody has changed are set right', async () => {
  const org = await orgWith({ groups: GROUPS });
  const runner = runnerIn({ 'access.yaml': mapText(org.url) });
  const { run } = runner;
  await run('okta apply --yes');
  const app = [...org.store.apps.values()][0] as unknown as Client;
  Object.assign(app.settings.oauthClient, { redirect_uris: ['https://evil.example.com/cb'] });
  const says = 'redirectUris: + https://app.example.com/callback, - https://evil.example.com/cb';
  expect((await run('okta plan')).stdout).toContain(`~ update app orders-web\n      ${says}`);
  expect((await foundBy(runner, 'verify')).findings).toContainEqual(
    told({ level: 'error', code: 'DIFFERS_FROM_MAP' }, '`orders-web`', 'redirectUris'),
  );
  org.requests.length = 0;
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(writesOf(org.requests)).toHaveLength(1);
  expect((await run('okta plan')).code).toBe(0);
});

const web = (named: string): string =>
  `apps: [{ label: orders-web, type: spa, redirectUris: [https://app.example.com/callback], ${named} }]`;

/**
 * What somebody changes, what is reported, and the key or the field by which the map says that it
 * is meant.
 */
test.each(
  sampled<readonly [what: string, change: (app: Client) => void, finding: unknown, named: string]>(
    [
      [
        'a loose grant type',
        ({ settings }) =>
          Object.assign(settings.oauthClient, { grant_types: ['authorization_code', 'implicit'] }),
        told('APP_GRANT_UNNAMED', '`orders-web`', '`implicit`'),
        'grants: [authorization_code, implicit]',
      ],
      [
        'PKCE that is off',
        ({ credentials }) => Object.assign(credentials.oauthClient, { pkce_required: false }),
        told('APP_WITHOUT_PKCE', '`orders-web`'),
        'pkce: false',
      ],
      [
        'redirect URIs with wildcards',
        ({ settings }) => Object.assign(settings.oauthClient, { wildcard_redirect: 'SUBDOMAIN' }),
        told('APP_REDIRECT_WILDCARD', '`orders-web`'),
        'app.settings.oauthClient.wildcard_redirect',
      ],
      [
        'one grant type more than its type needs',
        ({ settings }) =>
          Object.assign(settings.oauthClient, {
            grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:token-exchange'],
          }),
        told(
          'APP_GRANT_UNNAMED',
          '`orders-web`',
          '`urn:ietf:params:oauth:grant-type:token-exchange`',
        ),
        'grants: [authorization_code, "urn:ietf:params:oauth:grant-type:token-exchange"]',
      ],
    ],
    3,
  ),
)('%s is reported, never written, until the map names it', async (_, change, finding, named) => {
  const org = await orgWith({ groups: GROUPS });
  const isField = named.startsWith('app.');
  const text = mapText(org.url);
  const runner = runnerIn({
    'access.yaml': text,
    'named.yaml': isField
      ? mapText(org.url, { manage: `accepted: [${named}]` })
      : text.replace(/apps: .*/, web(named)),
    // What stands for several settings takes none of them.
    'accepted.yaml': mapText(org.url, {
      manage: 'accepted: [app.settings.oauthClient, app.credentials.oauthClient.pkce_required]',
    }),
  });
  const { run } = runner;
  await run('okta apply --yes');
  change([...org.store.apps.values()][0] as unknown as Client);
  org.requests.length = 0;
  for (const command of ['verify', 'plan'])
    expect([command, await foundBy(runner, command)]).toEqual([
      command,
      { code: 1, findings: expect.arrayContaining([finding]) },
    ]);
  await run('okta apply --yes');
  expect(writesOf(org.requests)).toEqual([]);
  expect(await foundBy(runner, 'verify accepted.yaml')).toEqual({
    code: 1,
    findings: expect.arrayContaining([told('MAP_ACCEPTED_UNUSED', '`app.settings.oauthClient`')]),
  });
  expect((await run('okta apply -m named.yaml --yes')).code).toBe(0);
  expect((await run('okta verify named.yaml')).code).toBe(0);
});

test.each(
  sampled<readonly [what: string, change: (app: Client, service: Client) => void]>(
    [
      [
        'a removed refresh token',
        ({ settings }) =>
          Object.assign(settings.oauthClient, { grant_types: ['authorization_code'] }),
      ],
      [
        'a key in place of a secret',
        (_, { credentials, settings }) => {
          Object.assign(credentials.oauthClient, { token_endpoint_auth_method: 'private_key_jwt' });
          Object.assign(settings.oauthClient, { jwks: { keys: [{ kty: 'RSA', kid: 'k1' }] } });
        },
      ],
      [
        'a network zone',
        ({ settings }) =>
          Object.assign(settings.oauthClient, {
            network: { connection: 'ZONE', include: ['nzo1'] },
          }),
      ],
    ],
    2,
  ),
)('what somebody has tightened stays: %s', async (_, change) => {
  const org = await orgWith({ groups: GROUPS });
  const apps =
    'apps: [{ label: orders-web, type: spa, redirectUris: [https://app.example.com/callback] }, { label: batch, type: service }]';
  const { run } = runnerIn({
    'access.yaml': mapText(org.url, { manage: 'scopes: true' }).replace(/apps: .*/, apps),
  });
  await run('okta apply --yes');
  const [web, service] = ['orders-web', 'batch'].map((label) =>
    [...org.store.apps.values()].find((app) => app['label'] === label),
  );
  change(web as unknown as Client, service as unknown as Client);
  const before = JSON.stringify([...org.store.apps.values()]);
  expect((await run('okta verify')).code).toBe(0);
  expect((await run('okta apply --yes --json')).stdout).toContain('"changes":0');
  expect(JSON.stringify([...org.store.apps.values()])).toBe(before);
});

test('a plan shows everything that a creation sends', async () => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({
    'access.yaml': mapText(org.url),
    'unlimited.yaml': mapText(org.url, { manage: 'refreshTokenLifetime: unlimited' }),
  });
  const { stdout } = await run('okta plan');
  for (const shown of [
    'refreshTokenLifetimeMinutes: 43200',
    'refreshTokenWindowMinutes: 10080',
    'token_endpoint_auth_method: none',
    'pkce_required: true',
    'dpop_bound_access_tokens: false',
    'response_types: code',
  ])
    expect(stdout).toContain(shown);
  expect((await run('okta plan unlimited.yaml')).stdout).toContain(
    'refreshTokenLifetimeMinutes: 0 (no end)',
  );
});
