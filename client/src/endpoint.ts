import { type Answer, readAnswer } from './answer.ts';
import type { PermissionsState } from './permissions-state.ts';

export interface EndpointOptions {
  /** The permissions endpoint: `https://api.example.com/permissions`. */
  readonly url: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** A failure of the endpoint that says nothing about the caller. */
export interface EndpointError extends Error {
  /** The answer's Retry-After. */
  readonly retryAfter?: string | null;
}

/**
 * Asks the permissions endpoint.
 * @param signal ends the request.
 * @param known the last answer: an equal one stays the same object, so that nothing renders again.
 * @throws EndpointError for a failure that says nothing about the caller: network, status,
 * unexpected body.
 */
export async function askEndpoint(
  { url, fetch: fetchOption }: EndpointOptions,
  token: string,
  signal: AbortSignal,
  known: Answer | undefined,
): Promise<PermissionsState> {
  const response = await (fetchOption ?? fetch)(url, {
    headers: { authorization: `Bearer ${token}` },
    credentials: 'omit',
    signal,
  });
  const { status, ok } = response;
  if (status === 401) return { status: 'signed-out' };
  const error = ok ? undefined : new Error(`the permissions endpoint answers ${status}`);
  // The endpoint accepts any valid token, so a 403 means that the caller may call nothing.
  if (status === 403) return { status: 'error', error, refused: true };
  if (error) throw Object.assign(error, { retryAfter: response.headers.get('retry-after') });
  const answer = readAnswer(await response.json());
  return {
    status: 'ready',
    answer: known && JSON.stringify(known) === JSON.stringify(answer) ? known : answer,
  };
}
