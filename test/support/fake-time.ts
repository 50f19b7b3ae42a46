/** A clock that only a test moves, with timers that go off when it has come so far. */
export interface FakeTime {
  readonly now: () => number;
  /** Resolves when so many milliseconds have passed. */
  after(ms: number): Promise<void>;
  /** Moves the clock to each timer on the way, and lets what waits for it run. */
  advance(ms: number): Promise<void>;
  /** Moves the clock without a timer going off: an environment that is frozen. */
  freeze(ms: number): void;
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

export function fakeTime(start = 1_795_000_000_000): FakeTime {
  let now = start;
  let timers: { readonly at: number; readonly ring: () => void }[] = [];
  const ringDue = async (): Promise<void> => {
    for (;;) {
      const due = timers.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)[0];
      if (!due) return;
      timers = timers.filter((timer) => timer !== due);
      due.ring();
      await settle();
    }
  };
  return {
    now: () => now,
    after: (ms) => new Promise((ring) => void timers.push({ at: now + ms, ring })),
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = Math.min(...timers.map(({ at }) => at), end);
        now = Math.max(now, next);
        await ringDue();
        if (next >= end) return;
      }
    },
    freeze(ms) {
      now += ms;
    },
  };
}

/** Waits for work at most so long, by such a clock; whether the work ended in time. */
export const waitBy =
  (time: FakeTime) =>
  (ms: number, work: Promise<unknown>): Promise<unknown> =>
    Promise.race([work, time.after(ms)]);
