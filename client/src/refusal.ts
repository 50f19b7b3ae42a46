import type { Permissions } from './caller-permissions.ts';
import type { Route } from './names.ts';
import type { Questions } from './questions.ts';
import type { QuotaState } from './quota.ts';
import type { Refusal } from './refused.ts';
import { secondsIn } from './retry-after.ts';
import type { PermissionsState } from './state.ts';

export interface Source extends Pick<Permissions, 'can' | 'quota' | 'state'> {
  readonly questions: Questions;
  /** Versions of the map that were asked for, each once: while two are served, answers alternate. */
  readonly versions: Set<string>;
}

/**
 * The response's status, its code and Retry-After where the gateway can carry them, else what the
 * permissions tell.
 */
export async function refusalOf(
  source: Source,
  now: () => number,
  response: Response,
  route?: Route,
): Promise<Refusal | undefined> {
  const { status, headers } = response;
  const { questions } = source;
  const { asked } = questions.facts();
  const version = headers.get('x-access-map-version');
  if (version && version !== source.state().answer?.mapVersion && !source.versions.has(version)) {
    source.versions.add(version);
    void questions.after(asked);
  }
  if (status === 401) {
    void questions.after(asked);
    return { kind: 'signed-out' };
  }
  if (status !== 403 && status !== 429) return undefined;
  const { code, quotaReset } = await bodyOf(response);
  if (status === 403 && code !== undefined && code !== 'QUOTA_EXCEEDED') {
    void questions.recent();
    return { kind: 'forbidden', code };
  }
  const retryAfter = secondsIn(headers.get('retry-after'), now()) ?? secondsIn(quotaReset, now());
  const isBare = status === 403 && code === undefined;
  const quota = (): QuotaState | undefined => source.quota(route);
  const may = (): boolean => route === undefined || source.can(route);
  const isSpent = (): boolean => quota()?.remaining === 0 && may();
  if (retryAfter === undefined || status === 403) {
    await questions.recent();
    // What is known does not explain the refusal, so it was asked for too early.
    if (may() && !isSpent()) await questions.after(asked);
  }
  if (isBare && !isSpent()) return { kind: kindOf(source.state(), may()) };
  const seconds = retryAfter ?? Math.max(1, Math.ceil((quota()?.resetsAt ?? 0) - now() / 1_000));
  return { kind: 'quota', retryAfterSeconds: seconds, retryAt: new Date(now() + seconds * 1_000) };
}

/** Of a refusal that names no reason and is none of a quota. */
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
