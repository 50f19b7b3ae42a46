import { dueIn } from './due.ts';
import { onVisible } from './page.ts';
import type { Questions } from './questions.ts';
import type { StateStore } from './state.ts';

/** A page that comes back to the front asks again if its answer is older. */
const STALE_SECONDS = 15;
/** Maximum delay of a timer; a longer one would fire at once. */
const MAX_TIMER_SECONDS = 2_147_483;

export interface Freshness {
  /** Sets the timer of the next request; none without listeners. */
  schedule(): void;
  /** @returns ends it */
  subscribe(listener: () => void): () => void;
}

/**
 * Asks again while somebody listens.
 * @param refreshSeconds 0: only `refresh` asks.
 * @param seconds the time in epoch seconds.
 */
export function keepFresh(
  { state, listeners }: StateStore,
  { refresh, facts }: Questions,
  refreshSeconds: number,
  seconds: () => number,
): Freshness {
  const refreshes = refreshSeconds > 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let endWatch: (() => void) | undefined;

  const schedule = (): void => {
    clearTimeout(timer);
    if (!refreshes || listeners.size === 0) return;
    const { caller, ...asked } = facts();
    const quotas = state().answer?.quotas ?? [];
    const due = dueIn({ ...asked, now: seconds(), refreshSeconds, quotas, exp: caller?.exp });
    timer = setTimeout(refresh, 1_000 * Math.min(MAX_TIMER_SECONDS, Math.max(0, due)));
  };

  const isOlderThan = (age: number): boolean => seconds() - facts().askedAt >= age;
  const onReturn = (): void => {
    if (isOlderThan(STALE_SECONDS)) void refresh();
  };

  return {
    schedule,
    subscribe(listener) {
      if (listeners.size === 0 && refreshes) endWatch = onVisible(onReturn);
      listeners.add(listener);
      if (facts().asked === 0 || (refreshes && isOlderThan(refreshSeconds))) void refresh();
      else schedule();
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        endWatch?.();
        schedule();
      };
    },
  };
}
