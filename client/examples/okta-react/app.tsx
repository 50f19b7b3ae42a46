/**
 * An app with Okta's sign-in whose pages and buttons follow the access map: `@okta/okta-react`,
 * `react-router-dom` and `okta-group-authorizer-client`. Rendered inside of a router; its buttons'
 * calls are refused by the gateway whatever is shown.
 */
import { type OktaAuth, toRelativeUrl } from '@okta/okta-auth-js';
import { LoginCallback, Security, useOktaAuth } from '@okta/okta-react';
import { createPermissions, type Permissions, type Refusal } from 'okta-group-authorizer-client';
import {
  Can,
  PermissionsProvider,
  RequirePermission,
  useCan,
  useFirstAllowed,
  usePermissions,
  usePermissionsStatus,
  useQuota,
} from 'okta-group-authorizer-client/react';
import { type ReactElement, useMemo, useState } from 'react';
import { Navigate, Outlet, Route, Routes, useLocation, useNavigate } from 'react-router-dom';

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
    () => createPermissions({ url: `${api}/permissions`, getToken: accessTokenOf(oktaAuth) }),
    [oktaAuth, api],
  );
  return (
    <Security
      oktaAuth={oktaAuth}
      restoreOriginalUri={async (_, uri) =>
        navigate(toRelativeUrl(uri || '/', window.location.origin), { replace: true })
      }
    >
      <Routes>
        {/* Outside of the gate: it is what ends the wait for a session. */}
        <Route path="/login/callback" element={<LoginCallback />} />
        <Route element={<PermissionsOfUser permissions={permissions} />}>
          <Route path="/" element={<Home />} />
          <Route path="/sign-in" element={<SignIn />} />
          <Route
            path="/orders"
            element={
              <RequirePermission do="orders:read" signedOut={<SignInFirst />}>
                <Orders api={api} />
              </RequirePermission>
            }
          />
          <Route
            path="/manage"
            element={
              <RequirePermission do="orders:write" signedOut={<SignInFirst />}>
                <h1>Manage orders</h1>
              </RequirePermission>
            }
          />
        </Route>
      </Routes>
    </Security>
  );
}

/** Okta's token; one that the gateway has refused is renewed first. */
const accessTokenOf = (oktaAuth: OktaAuth) => async (refused?: string) => {
  if (refused !== undefined) await oktaAuth.tokenManager.renew('accessToken');
  return oktaAuth.getAccessToken();
};

/** Follows Okta's token: a renewed one, another user's, none. */
function PermissionsOfUser({ permissions }: { readonly permissions: Permissions }): ReactElement {
  const { authState } = useOktaAuth();
  // Okta is still restoring the session: who asked now would be told that nobody is signed in, for
  // the blink of an eye.
  if (authState === null) return <p>Signing in …</p>;
  return (
    <PermissionsProvider permissions={permissions} token={authState.accessToken?.accessToken}>
      <Outlet />
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
    <SignInFirst />
  ) : (
    <p>There is nothing here that you may open.</p>
  );
}

/** To the sign-in page, which leads back to where the user wanted to go. */
function SignInFirst(): ReactElement {
  const { pathname, search } = useLocation();
  return <Navigate to="/sign-in" replace state={{ from: pathname + search }} />;
}

function SignIn(): ReactElement {
  const { oktaAuth } = useOktaAuth();
  const from = (useLocation().state as { readonly from?: string } | null)?.from ?? '/';
  return (
    <button type="button" onClick={() => void oktaAuth.signInWithRedirect({ originalUri: from })}>
      Sign in
    </button>
  );
}

function SignOut(): ReactElement {
  const { oktaAuth } = useOktaAuth();
  return (
    <button type="button" onClick={() => void oktaAuth.signOut()}>
      Sign out
    </button>
  );
}

function Orders({ api }: Pick<AppProps, 'api'>): ReactElement {
  const quota = useQuota('POST /orders');
  return (
    <>
      <h1>Orders</h1>
      <SignOut />
      <Can do="POST /orders" fallback={<p>Ask your team lead if you want to place orders.</p>}>
        <NewOrder api={api} />
      </Can>
      {quota?.remaining !== undefined && (
        <p>
          {quota.remaining} of {quota.limit} calls left this {quota.per}
        </p>
      )}
    </>
  );
}

/** A button that knows beforehand, and what the gateway said when it was pressed. */
function NewOrder({ api }: Pick<AppProps, 'api'>): ReactElement {
  const { oktaAuth } = useOktaAuth();
  const permissions = usePermissions();
  const { reason, retryAfter } = useCan('POST /orders');
  const [said, say] = useState('');
  const place = async () => {
    const response = await fetch(`${api}/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${oktaAuth.getAccessToken()}` },
    });
    const refusal = await permissions.refusal(response, 'POST /orders');
    say(refusal ? SENTENCES[refusal.kind] : 'Ordered.');
    // The call was charged.
    if (!refusal) await permissions.refresh();
  };
  return (
    <>
      <button type="button" disabled={reason === 'quota'} onClick={() => void place()}>
        New order
      </button>
      {reason === 'quota' && <p>Your calls are used up. There is room again in {retryAfter} s.</p>}
      <p role="status">{said}</p>
    </>
  );
}

const SENTENCES: Readonly<Record<Refusal['kind'], string>> = {
  'signed-out': 'Sign in again.',
  forbidden: 'You may not place orders.',
  quota: 'Refused: your calls are used up.',
  unknown: 'Refused, and nobody can tell why at the moment.',
};
