import { afterEach, expect, jest, test } from '@jest/globals';
import { GROUPS, mapText, orgWith, runnerIn, stopOrgs, writesOf } from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

interface Client {
  readonly settings: { readonly oauthClient: Record<string, unknown> };
  readonly credentials: { readonly oauthClient: Record<string, unknown> };
}

test.each<readonly [what: string, drift: (app: Client) => void, says: string]>([
  [
    'redirect URIs',
    ({ settings }) =>
      Object.assign(settings.oauthClient, { redirect_uris: ['https://evil.example.com/cb'] }),
    'redirectUris: + https://app.example.com/callback, - https://evil.example.com/cb',
  ],
  [
    'grant types',
    ({ settings }) =>
      Object.assign(settings.oauthClient, { grant_types: ['authorization_code', 'implicit'] }),
    'grantTypes: + refresh_token, - implicit',
  ],
  [
    'response types',
    ({ settings }) => Object.assign(settings.oauthClient, { response_types: ['code', 'token'] }),
    'responseTypes: - token',
  ],
  [
    'way to prove itself',
    ({ credentials }) =>
      Object.assign(credentials.oauthClient, { token_endpoint_auth_method: 'client_secret_post' }),
    'authMethod: client_secret_post -> none',
  ],
])('an app whose %s somebody has changed is set right', async (_, drift, says) => {
  const org = await orgWith({ groups: GROUPS });
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  await run('okta apply --yes');
  drift([...org.store.apps.values()][0] as unknown as Client);
  expect((await run('okta plan')).stdout).toContain(`~ update app orders-web\n      ${says}`);
  expect((await run('okta verify')).stdout).toContain('app `orders-web` differs from the map in');
  org.requests.length = 0;
  expect((await run('okta apply --yes')).code).toBe(0);
  expect(writesOf(org.requests)).toHaveLength(1);
  expect((await run('okta plan')).code).toBe(0);
});
