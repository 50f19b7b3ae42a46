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
 * The quota that the next call would be charged to: the first with room, else the one that has room
 * again soonest.
 * @param second epoch second: a window that has ended since the answer is full again.
 */
export function nextQuota(
  quotas: readonly Quota[],
  second: number,
  route?: string,
): QuotaState | undefined {
  const states = quotas.flatMap(({ name, windows }) => {
    const [tightest] = windows
      .filter(({ routes }) => route === undefined || !routes || routes.includes(route))
      .map((window) => ({ name, ...refilled(window, second) }))
      .sort(
        (a, b) => (a.remaining ?? a.limit) - (b.remaining ?? b.limit) || b.resetsAt - a.resetsAt,
      );
    return tightest ? [tightest] : [];
  });
  return (
    states.find(({ remaining }) => remaining !== 0) ??
    states.sort((a, b) => a.resetsAt - b.resetsAt)[0]
  );
}

const refilled = (
  { routes: _, ...window }: QuotaWindow,
  second: number,
): Omit<QuotaWindow, 'routes'> =>
  window.remaining !== undefined && second >= window.resetsAt
    ? { ...window, remaining: window.limit }
    : window;
