/**
 * Windows found full: no write can succeed before they end, and a failed condition is billed like a
 * write.
 */
import type { Charge, Count } from '../core/quota/charge.ts';
import { windowAt } from '../core/quota/window.ts';

export interface ExhaustedWindows {
  /** Keeps those of the counts that have reached their window's limit. */
  remember(charge: Charge, counts: readonly Count[]): void;
  /** The windows of this charge that are known to be full now. */
  find(charge: Charge, nowMs: number): readonly Count[];
}

interface ExhaustedWindow {
  readonly count: Count;
  /** Epoch seconds. */
  readonly endsAt: number;
}

/**
 * Maximum number of remembered windows. Beyond it all are forgotten, which costs one write per
 * counter.
 */
const MAX_EXHAUSTED = 10_000;

export function exhaustedWindows(): ExhaustedWindows {
  const exhausted = new Map<string, ExhaustedWindow>();
  const slotOf = ({ key }: Charge, id: string): string => `${id} ${key}`;
  return {
    remember(charge, counts) {
      for (const { id, per, limit } of charge.windows) {
        const count = counts.find((one) => one.id === id);
        if (!count || count.used < limit) continue;
        if (exhausted.size >= MAX_EXHAUSTED) exhausted.clear();
        exhausted.set(slotOf(charge, id), { count, endsAt: windowAt(per, count.start).end });
      }
    },
    find: (charge, nowMs) =>
      charge.windows.flatMap(({ id, limit }) => {
        const known = exhausted.get(slotOf(charge, id));
        return known && nowMs < known.endsAt * 1_000 && known.count.used >= limit
          ? known.count
          : [];
      }),
  };
}
