'use client';
import { useOktaAuth } from '@okta/okta-react';
import { Can, usePermissionsStatus, useQuota } from 'okta-group-authorizer-client/react';

export function Orders() {
  const { oktaAuth } = useOktaAuth();
  const status = usePermissionsStatus();
  const quota = useQuota();
  if (status === 'signed-out')
    return (
      <button type="button" onClick={() => void oktaAuth.signInWithRedirect({ originalUri: '/' })}>
        Sign in
      </button>
    );
  return (
    <>
      <Can
        do="POST /orders"
        loading={<p>One moment …</p>}
        fallback={<p>Ask your team lead if you want to place orders.</p>}
        error={<p>Your permissions could not be loaded.</p>}
      >
        <button type="button">New order</button>
      </Can>
      {status === 'ready' && (
        <button type="button" onClick={() => void oktaAuth.signOut()}>
          Sign out
        </button>
      )}
      {quota && (
        <p>
          {quota.remaining} of {quota.limit} calls left
        </p>
      )}
    </>
  );
}
