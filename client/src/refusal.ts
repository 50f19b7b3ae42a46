import type { Permissions } from './caller-permissions.ts';
import type { Route } from './names.ts';
import type { PermissionsState } from './permissions-state.ts';
import type { Questions } from './questions.ts';
import type { Refusal } from './refused.ts';
import { secondsIn } from './retry-after.ts';

const UNEXPLAINED_MS = 1_000;

export interface Source extends Pick<Permissions, 'can' | 'quota' | 'state'> {
  readonly questions: Questions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Tells by the response's status, its code and Retry-After where the gateway can carry them, else
 * by what the permissions tell.
 */
export function refusals({ can, quota, state, questions, now }: Source): Permissions['refusal'] {
  /**
   * Versions of the map that were asked for, each once: while two are served, answers alternate.
   */
  const versions = new Set([null, '']);
  /** A fresh answer has just not explained a refusal, e.g. a back end's own: no other will soon. */
  let unexplainedUntil = 0;

  /** @param asked questions so far. */
  const reasonOf = async (response: Response, asked: number, route?: Route): Promise<Refusal> => {
    const { status, headers } = response;
    const { code, quotaReset } = await bodyOf(response);
    const isForbidden = status === 403;
    if (isForbidden && code !== undefined && code !== 'QUOTA_EXCEEDED') {
      void questions.recent();
      return { kind: 'forbidden', code };
    }
    const may = (): boolean => route === undefined || can(route);
    const isSpent = (): boolean => quota(route)?.remaining === 0 && may();
    const isUnexplained = (): boolean => may() && !isSpent();
    const given = secondsIn(headers.get('retry-after'), now()) ?? secondsIn(quotaReset, now());
    if (given === undefined || isForbidden) {
      await questions.recent();
      // What is known does not explain the refusal, so it was asked for too early.
      if (isUnexplained() && now() >= unexplainedUntil) {
        await questions.after(asked);
        if (isUnexplained()) unexplainedUntil = now() + UNEXPLAINED_MS;
      }
    }
    if (isForbidden && code === undefined && !isSpent()) return { kind: kindOf(state(), may()) };
    const seconds = given ?? Math.max(1, Math.ceil((quota(route)?.resetsAt ?? 0) - now() / 1_000));
    return {
      kind: 'quota',
      retryAfterSeconds: seconds,
      retryAt: new Date(now() + seconds * 1_000),
    };
  };

  return async (response, route) => {
    const { status, headers } = response;
    const { asked } = questions.facts();
    const version = headers.get('x-access-map-version');
    if (version !== state().answer?.mapVersion && !versions.has(version)) {
      versions.add(version);
      void questions.after(asked);
    }
    if (status === 401) {
      void questions.after(asked);
      return { kind: 'signed-out' };
    }
    return status === 403 || status === 429 ? reasonOf(response, asked, route) : undefined;
  };
}

/** The kind of a refusal that names no reason and comes from no quota. */
function kindOf(
  { status, answer, refused, error }: PermissionsState,
  may: boolean,
): 'signed-out' | 'unknown' | 'forbidden' {
  if (status === 'signed-out') return status;
  const isUnknown = error !== undefined && !refused && (!answer || may);
  return isUnknown ? 'unknown' : 'forbidden';
}

/** The gateway response of a REST API; what has no value there is empty or `-`. */
async function bodyOf(
  response: Response,
): Promise<{ readonly code?: string | undefined; readonly quotaReset?: unknown }> {
  try {
    const { code, quotaReset } = ((await response.clone().json()) ?? {}) as {
      readonly code?: unknown;
      readonly quotaReset?: unknown;
    };
    return {
      code: typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : undefined,
      quotaReset,
    };
  } catch {
    return {};
  }
}
