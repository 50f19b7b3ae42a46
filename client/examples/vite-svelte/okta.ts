/** The sign-in and the permissions: once for the page, outside of Svelte. */
import { OktaAuth } from '@okta/okta-auth-js';
import { createPermissions } from 'okta-group-authorizer-client';

export const oktaAuth = new OktaAuth({
  /** The custom authorization server of the access map's `okta.issuer`. */
  issuer: import.meta.env.VITE_ISSUER,
  /** A single-page application, one of the map's `okta.clients`. */
  clientId: import.meta.env.VITE_CLIENT_ID,
  redirectUri: `${window.location.origin}/login/callback`,
  scopes: ['openid', 'profile'],
  restoreOriginalUri: async (_, uri) => history.replaceState(null, '', uri ?? '/'),
});

export const permissions = createPermissions({
  url: `${import.meta.env.VITE_API}/permissions`,
  // The access token, which is for the API; one that the gateway has refused is renewed first.
  getToken: async (refused) => {
    if (refused !== undefined) await oktaAuth.tokenManager.renew('accessToken');
    return oktaAuth.getAccessToken();
  },
});

/** Ends a sign-in that is under way; from then on the permissions follow the token. */
export async function start(): Promise<void> {
  if (oktaAuth.isLoginRedirect()) await oktaAuth.handleLoginRedirect();
  await oktaAuth.start();
  oktaAuth.authStateManager.subscribe(() => void permissions.refresh());
}
