/**
 * An app with Okta's sign-in whose pages and buttons follow the access map: `@okta/okta-react`,
 * `react-router-dom` and `okta-group-authorizer-client`. Rendered inside of a router; its buttons'
 * calls are refused by the gateway whatever is shown.
 */
import { type OktaAuth, toRelativeUrl } from '@okta/okta-auth-js';
import { LoginCallback, Security, useOktaAuth } from '@okta/okta-react';
import { createPermissions, type Permissions } from 'okta-group-authorizer-client';
import {
  Can,
  PermissionsProvider,
  RequirePermission,
  useFirstAllowed,
  usePermissionsStatus,
  useQuota,
} from 'okta-group-authorizer-client/react';
import { type ReactElement, type ReactNode, useMemo } from 'react';
import { Navigate, Route, Routes, useNavigate } from 'react-router-dom';

export interface AppProps {
  readonly oktaAuth: OktaAuth;
  /** The API's URL: `https://api.example.com`. */
  readonly api: string;
}

export function App({ oktaAuth, api }: AppProps): ReactElement {
  const navigate = useNavigate();
  const permissions = useMemo(
    // The access token, which is for the API; the ID token is for this app and the authorizer
    // refuses it.
    () =>
      createPermissions({ url: `${api}/permissions`, getToken: () => oktaAuth.getAccessToken() }),
    [oktaAuth, api],
  );
  return (
    <Security
      oktaAuth={oktaAuth}
      restoreOriginalUri={async (_, uri) =>
        navigate(toRelativeUrl(uri || '/', window.location.origin), { replace: true })
      }
    >
      <PermissionsOfUser permissions={permissions}>
        <Routes>
          <Route path="/" element={<Home />} />
          <Route path="/login/callback" element={<LoginCallback />} />
          <Route path="/sign-in" element={<SignIn />} />
          <Route
            path="/orders"
            element={
              <RequirePermission do="orders:read" signedOut={<Navigate to="/sign-in" replace />}>
                <Orders />
              </RequirePermission>
            }
          />
          <Route
            path="/manage"
            element={
              <RequirePermission do="orders:write" signedOut={<Navigate to="/sign-in" replace />}>
                <h1>Manage orders</h1>
              </RequirePermission>
            }
          />
        </Routes>
      </PermissionsOfUser>
    </Security>
  );
}

/** Follows Okta's token: a renewed one, another user's, none. */
function PermissionsOfUser({
  permissions,
  children,
}: {
  readonly permissions: Permissions;
  readonly children: ReactNode;
}): ReactElement {
  const { authState } = useOktaAuth();
  // Okta is still restoring the session: who asked now would be told that nobody is signed in, for
  // the blink of an eye.
  if (authState === null) return <p>Signing in …</p>;
  return (
    <PermissionsProvider permissions={permissions} token={authState.accessToken?.accessToken}>
      {children}
    </PermissionsProvider>
  );
}

/** To the best page that the user may open. */
function Home(): ReactElement {
  const start = useFirstAllowed([
    ['orders:write', '/manage'],
    ['orders:read', '/orders'],
  ]);
  const status = usePermissionsStatus();
  if (start !== undefined) return <Navigate to={start} replace />;
  if (status === 'loading') return <p>One moment …</p>;
  return status === 'signed-out' ? (
    <Navigate to="/sign-in" replace />
  ) : (
    <p>There is nothing here that you may open.</p>
  );
}

function SignIn(): ReactElement {
  const { oktaAuth } = useOktaAuth();
  return (
    <button type="button" onClick={() => void oktaAuth.signInWithRedirect({ originalUri: '/' })}>
      Sign in
    </button>
  );
}

function Orders(): ReactElement {
  const quota = useQuota('GET /orders');
  return (
    <>
      <h1>Orders</h1>
      <Can do="POST /orders" fallback={<p>Ask your team lead if you want to place orders.</p>}>
        <button type="button">New order</button>
      </Can>
      {quota?.remaining !== undefined && (
        <p>
          {quota.remaining} of {quota.limit} calls left this {quota.per}
        </p>
      )}
    </>
  );
}
