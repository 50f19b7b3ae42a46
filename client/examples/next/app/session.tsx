'use client';
/** The sign-in around all pages, and the permissions; on the server nobody is signed in. */
import { OktaAuth, toRelativeUrl } from '@okta/okta-auth-js';
import { Security, useOktaAuth } from '@okta/okta-react';
import { useRouter } from 'next/navigation';
import { createPermissions } from 'okta-group-authorizer-client';
import { PermissionsProvider } from 'okta-group-authorizer-client/react';
import type { ReactNode } from 'react';

const oktaAuth = new OktaAuth({
  /** The custom authorization server of the access map's `okta.issuer`. */
  issuer: process.env.NEXT_PUBLIC_ISSUER ?? '',
  /** A single-page application, one of the map's `okta.clients`. */
  clientId: process.env.NEXT_PUBLIC_CLIENT_ID ?? '',
  redirectUri: '/login/callback',
  scopes: ['openid', 'profile'],
});

/** One for all visitors of the server, where it asks nothing and knows nothing. */
const permissions = createPermissions({
  url: `${process.env.NEXT_PUBLIC_API}/permissions`,
  getToken: async (refused) => {
    if (refused !== undefined) await oktaAuth.tokenManager.renew('accessToken');
    return oktaAuth.getAccessToken();
  },
});

export function Session({ children }: { readonly children: ReactNode }) {
  const { replace } = useRouter();
  return (
    <Security
      oktaAuth={oktaAuth}
      restoreOriginalUri={async (_, uri) =>
        replace(toRelativeUrl(uri || '/', window.location.origin))
      }
    >
      {children}
    </Security>
  );
}

/** Inside of the pages: the callback's ends the wait for a session, and stands outside of it. */
export function PermissionsOfUser({ children }: { readonly children: ReactNode }) {
  const { authState } = useOktaAuth();
  if (authState === null) return <p>One moment …</p>;
  return (
    <PermissionsProvider permissions={permissions} token={authState}>
      {children}
    </PermissionsProvider>
  );
}
