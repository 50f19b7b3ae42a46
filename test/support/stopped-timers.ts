/**
 * Timers that stand still until a test lets time pass, while sockets, promises and immediates go
 * on: a wait takes no time of the run, and no answer comes late because the machine is busy.
 */
import { afterEach, beforeEach, jest } from '@jest/globals';

/** Stops the timers of this module's tests. The time of day goes on, as signatures need it. */
export function stopTimers(): void {
  beforeEach(() => {
    jest.useFakeTimers({
      doNotFake: ['Date', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'],
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
}

/** Time for what is under way on this machine's own sockets, in turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((done) => void setImmediate(done));
}

/**
 * Lets so many milliseconds pass in two halves. What the sockets bring comes between them, so that
 * a timer which each byte would set again does not go off.
 */
export async function pass(ms: number): Promise<void> {
  for (const part of [Math.floor(ms / 2), Math.ceil(ms / 2)]) {
    await settle();
    await jest.advanceTimersByTimeAsync(part);
  }
}

/**
 * What a promise comes to, where nothing is left to wait for but timers: they go off in turn until
 * it settles.
 */
export async function afterTimers<Value>(promise: Promise<Value>): Promise<Value> {
  let isSettled = false;
  const noted = promise.finally(() => {
    isSettled = true;
  });
  // Whoever awaits the promise hears of its failure.
  noted.catch(() => undefined);
  await settle();
  while (!isSettled && jest.getTimerCount() > 0) {
    await jest.advanceTimersToNextTimerAsync();
    await settle();
  }
  return promise;
}
