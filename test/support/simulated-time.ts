/** A clock that jumps from one timer to the next: hours of a simulation pass in seconds. */
export interface SimulatedTime {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  after(ms: number): Promise<void>;
  /** Lets time pass, timer by timer, with all that waits for each. */
  runUntil(end: number): Promise<void>;
  /** The same for so many milliseconds. */
  advance(ms: number): Promise<void>;
  /** Moves the clock without a timer going off: an environment that is frozen. */
  freeze(ms: number): void;
}

interface Timer {
  readonly at: number;
  /** Timers of one moment go off in the order in which they were set. */
  readonly order: number;
  readonly ring: () => void;
}

const isSooner = (a: Timer, b: Timer): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);

/** Everything that waits for promises alone has run when this resolves. */
export const settle = (): Promise<void> => new Promise((done) => void setImmediate(done));

export function simulatedTime(start: number): SimulatedTime {
  let now = start;
  let made = 0;
  const timers: Timer[] = [];
  const runUntil = async (end: number): Promise<void> => {
    await settle();
    for (let first = timers[0]; first && first.at <= end; first = timers[0]) {
      pop(timers);
      now = Math.max(now, first.at);
      first.ring();
      await settle();
    }
    now = end;
  };
  return {
    now: () => now,
    runUntil,
    advance: (ms) => runUntil(now + ms),
    freeze: (ms) => {
      now += ms;
    },
    after: (ms) =>
      new Promise((ring) => {
        const at = now + Math.max(0, Math.ceil(ms));
        push(timers, { at, order: made++, ring });
      }),
  };
}

/** Waits for work at most so long, by such a clock. */
export const waitBy =
  (time: SimulatedTime) =>
  (ms: number, work: Promise<unknown>): Promise<unknown> =>
    Promise.race([work, time.after(ms)]);

/** A heap, the soonest first. */
function push(timers: Timer[], timer: Timer): void {
  let at = timers.push(timer) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = timers[above] as Timer;
    if (!isSooner(timer, parent)) break;
    timers[at] = parent;
    at = above;
  }
  timers[at] = timer;
}

function pop(timers: Timer[]): void {
  const last = timers.pop();
  if (!last || timers.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const right = left + 1;
    const child =
      right < timers.length && isSooner(timers[right] as Timer, timers[left] as Timer)
        ? right
        : left;
    if (child >= timers.length || !isSooner(timers[child] as Timer, last)) break;
    timers[at] = timers[child] as Timer;
    at = child;
  }
  timers[at] = last;
}
