/** Whether a caller may, and if not, why not: what a button shows. */
import type { Answer } from './answer.ts';
import type { Permission, Route } from './names.ts';
import type { StateStore } from './permissions-state.ts';
import { nextQuota } from './quota.ts';

/** A route or a permission, or several of which any or all are asked for. */
export type Wanted =
  | Route
  | Permission
  | { readonly any: readonly (Route | Permission)[] }
  | { readonly all: readonly (Route | Permission)[] };

export type Reason =
  /** Nothing is known yet. */
  | 'loading'
  /** Nobody is signed in, or the token is no longer valid. */
  | 'signed-out'
  /** The permissions cannot be had: an outage, no refusal. */
  | 'error'
  /** The rules do not allow it. */
  | 'forbidden'
  /**
   * The rules allow it, and the quota that the call would be charged to is used up.
   */
  | 'quota';

export interface Allowance {
  /** Whether the rules allow it: no, as long as that is not known. */
  readonly allowed: boolean;
  readonly reason?: Reason;
  /** With `quota`: epoch second at which there is room again. */
  readonly retryAt?: number;
}

/** @param second the time in epoch seconds. */
export function allowanceOf(store: StateStore, second: number, what: Wanted): Allowance {
  const one = (name: string): Allowance => oneOf(store, second, name);
  const none: Allowance = { allowed: false, reason: 'forbidden' };
  if (typeof what === 'string') return one(what);
  if ('all' in what) {
    const all = what.all.map(one);
    const exhausted = all.find(({ reason }) => reason);
    return all.find(({ allowed }) => !allowed) ?? exhausted ?? all[0] ?? none;
  }
  const any = what.any.map(one);
  const allowed = any.filter((each) => each.allowed);
  const ready = allowed.find(({ reason }) => !reason);
  return ready ?? allowed[0] ?? any[0] ?? none;
}

function oneOf({ state, has }: StateStore, second: number, name: string): Allowance {
  const { status, refused, answer } = state();
  if (answer === undefined)
    return { allowed: false, reason: status === 'ready' || refused ? 'forbidden' : status };
  if (!has(name)) return { allowed: false, reason: 'forbidden' };
  const retryAt = exhaustedUntil(answer, second, name);
  return retryAt === undefined ? { allowed: true } : { allowed: true, reason: 'quota', retryAt };
}

/**
 * When there is room again. A permission's routes are not known here, so that no quota is charged
 * for it; in shadow mode a used up quota refuses nobody.
 */
function exhaustedUntil(
  { quotas, shadow }: Answer,
  second: number,
  name: string,
): number | undefined {
  if (shadow?.some(({ route }) => route === name)) return undefined;
  const quota = name.includes(' ') ? nextQuota(quotas, second, name) : undefined;
  return quota?.remaining === 0 ? quota.resetsAt : undefined;
}
