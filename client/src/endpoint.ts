import { type Answer, readAnswer } from './answer.ts';
import type { PermissionsState } from './state.ts';

export interface EndpointOptions {
  /** The permissions endpoint: `https://api.example.com/permissions`. */
  readonly url: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/**
 * Asks the permissions endpoint.
 * @param known the last answer: an equal one stays the same object, so that nothing renders again.
 * @throws for a failure that says nothing about the caller: network, status, unexpected body.
 */
export async function askEndpoint(
  { url, fetch: fetchOption }: EndpointOptions,
  token: string,
  known: () => Answer | undefined,
): Promise<PermissionsState> {
  const response = await (fetchOption ?? fetch)(url, {
    headers: { authorization: `Bearer ${token}` },
    credentials: 'omit',
  });
  if (response.status === 401) return { status: 'signed-out' };
  const error = response.ok
    ? undefined
    : new Error(`the permissions endpoint answers ${response.status}`);
  // The endpoint accepts any valid token, so a 403 means that the caller may call nothing.
  if (response.status === 403) return { status: 'error', error };
  if (error) throw error;
  const answer = readAnswer(await response.json());
  const last = known();
  return {
    status: 'ready',
    answer: last && JSON.stringify(last) === JSON.stringify(answer) ? last : answer,
  };
}
