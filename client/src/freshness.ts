import { dueIn, usedWindowEnds } from './due.ts';
import { isHidden, onChange } from './page.ts';
import type { StateStore } from './permissions-state.ts';
import type { Questions } from './questions.ts';

/** A page that comes back to the front asks again if its answer is older. */
const STALE_SECONDS = 15;
/** Maximum delay of a timer; a longer one would fire at once. */
const MAX_TIMER_SECONDS = 2_147_483;
/** Without an option and without a word of the endpoint. */
const DEFAULT_SECONDS = 300;

export interface Freshness {
  /** Sets the timer of the next request; none without listeners. */
  schedule(): void;
  /** @returns ends it */
  subscribe(listener: () => void): () => void;
}

/**
 * Asks again while somebody listens and the page is seen.
 * @param option seconds between two questions; 0: only `refresh` asks; undefined: as long as the
 * answer says that it is good.
 * @param seconds the time in epoch seconds.
 */
export function keepFresh(
  { state, listeners, tell }: StateStore,
  { join, facts }: Questions,
  option: number | undefined,
  seconds: () => number,
): Freshness {
  const refreshSeconds = (): number => option ?? state().answer?.goodForSeconds ?? DEFAULT_SECONDS;
  const refreshes = option === undefined || option > 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let windowEnd: typeof timer;
  let endWatch: (() => void) | undefined;

  /** What comes due while nobody sees the page is asked when it comes back. */
  const ask = (): void => {
    if (!isHidden()) void join();
  };
  const after = (delay: number, action: () => void): typeof timer =>
    setTimeout(action, 1_000 * Math.min(MAX_TIMER_SECONDS, Math.max(0, delay)));

  const schedule = (): void => {
    clearTimeout(timer);
    clearTimeout(windowEnd);
    if (!refreshes || listeners.size === 0) return;
    const now = seconds();
    const quotas = state().answer?.quotas ?? [];
    const all = { ...facts(), now, refreshSeconds: refreshSeconds(), quotas };
    timer = after(dueIn(all), ask);
    // From then on the quota is full, whether the endpoint has been asked or not.
    const next = Math.min(...usedWindowEnds(quotas).filter((end) => end > now));
    if (next < Number.POSITIVE_INFINITY) windowEnd = after(next - now, tell);
  };

  const isOlderThan = (age: number): boolean =>
    seconds() - facts().askedAt >= Math.max(age, facts().retryAfter ?? 0);
  const askIfOlderThan = (age: number): void => {
    if (facts().asked === 0 || (refreshes && isOlderThan(age))) ask();
    else schedule();
  };

  return {
    schedule,
    subscribe(listener) {
      if (listeners.size === 0) endWatch = onChange(() => askIfOlderThan(STALE_SECONDS));
      listeners.add(listener);
      askIfOlderThan(refreshSeconds());
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        endWatch?.();
        schedule();
      };
    },
  };
}
