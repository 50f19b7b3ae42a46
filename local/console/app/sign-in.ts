/**
 * Authorization code flow with PKCE, as a single-page app does it. Source: RFC 7636, 4; RFC 9700,
 * 2.1.
 */
import type { ConsoleSetup } from '../wire.ts';

const TOKEN = 'console.token';
const PENDING = 'console.sign-in';

/**
 * In this tab's storage, so that a reload stays signed in. A real app keeps it in memory and lets
 * its library renew it.
 */
export const savedToken = (): string | null => sessionStorage.getItem(TOKEN);

export const signOut = (): void => sessionStorage.removeItem(TOKEN);

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));
const redirectUri = (): string => `${location.origin}/callback`;

export async function signIn({
  authorizationEndpoint,
  clientId,
  scope,
}: ConsoleSetup): Promise<void> {
  const [verifier, state] = [random(), random()];
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state }));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri(),
    scope,
    state,
    nonce: random(),
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  });
  location.assign(`${authorizationEndpoint}?${query}`);
}

/** Ends a sign-in that came back to `/callback`. @returns what went wrong, if something did */
export async function finishSignIn({
  tokenEndpoint,
  clientId,
}: ConsoleSetup): Promise<string | undefined> {
  if (location.pathname !== '/callback') return undefined;
  const query = new URLSearchParams(location.search);
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? '{}') as {
    readonly verifier?: string;
    readonly state?: string;
  };
  sessionStorage.removeItem(PENDING);
  history.replaceState(null, '', '/');
  const code = query.get('code');
  if (code === null)
    return query.get('error_description') ?? query.get('error') ?? 'the issuer sent no code';
  if (pending.state === undefined || query.get('state') !== pending.state)
    return 'the answer belongs to another sign-in';
  const form = {
    grant_type: 'authorization_code',
    code,
    client_id: clientId,
    redirect_uri: redirectUri(),
    code_verifier: pending.verifier ?? '',
  };
  const answer = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams(form),
  }).catch(() => undefined);
  if (answer === undefined) return `${tokenEndpoint} gave no answer that this page may read`;
  const { access_token: token, error_description: why } = await answer.json().catch(() => ({}));
  if (typeof token !== 'string') return why ?? `the issuer answers ${answer.status}`;
  sessionStorage.setItem(TOKEN, token);
  return undefined;
}
