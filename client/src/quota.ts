import type { Quota, QuotaWindow } from './answer.ts';

/** The window that binds first. */
export interface QuotaState {
  readonly name: string;
  readonly per: string;
  readonly limit: number;
  /** Absent when it is not known. */
  readonly remaining?: number;
  /** Epoch seconds at which the window ends and all of `limit` is there again. */
  readonly resetsAt: number;
}

/**
 * The quota that binds the next call: a strict one that is spent, else the tightest of the strict
 * ones and of the one that pays, which is the first with room, else that with room again soonest.
 * @param second epoch second: a window that has ended since the answer is full again.
 */
export function nextQuota(
  quotas: readonly Quota[],
  second: number,
  route?: string,
): QuotaState | undefined {
  const states = (strict: boolean) =>
    quotas
      .filter((quota) => (quota.strict === true) === strict)
      .flatMap((quota) => tightestOf(quota, second, route));
  const shared = states(false);
  const paying =
    shared.find(({ remaining }) => remaining !== 0) ??
    shared.sort((a, b) => a.resetsAt - b.resetsAt)[0];
  return [...states(true), ...(paying ? [paying] : [])].sort(byRoom)[0];
}

const byRoom = (a: QuotaState, b: QuotaState): number =>
  (a.remaining ?? a.limit) - (b.remaining ?? b.limit) || b.resetsAt - a.resetsAt;

function tightestOf(
  { name, windows }: Quota,
  second: number,
  route: string | undefined,
): readonly QuotaState[] {
  return windows
    .filter(({ routes }) => route === undefined || !routes || routes.includes(route))
    .map((window) => ({ name, ...refilled(window, second) }))
    .sort(byRoom)
    .slice(0, 1);
}

const refilled = (
  { routes: _, ...window }: QuotaWindow,
  second: number,
): Omit<QuotaWindow, 'routes'> =>
  window.remaining !== undefined && second >= window.resetsAt
    ? { ...window, remaining: window.limit }
    : window;
