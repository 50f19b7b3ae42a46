/** Calls that wait for something to pay with, by counter, in the order in which they came. */

export interface WaitingCalls {
  /**
   * @param pay tried after each thing that came; undefined where it pays nothing for this call.
   * @returns what `pay` gave, or undefined when nothing that pays has come in time.
   */
  wait<T>(key: string, withinMs: number, pay: () => T | undefined): Promise<T | undefined>;
  /** Something came: each call of the counter tries to pay. */
  tryAll(key: string): void;
}

/** Tries to pay, and says whether the call still waits. */
type WaitingCall = () => boolean;

export function waitingCalls(): WaitingCalls {
  const waiting = new Map<string, Set<WaitingCall>>();
  const leave = (key: string, call: WaitingCall): void => {
    const calls = waiting.get(key);
    calls?.delete(call);
    if (calls?.size === 0) waiting.delete(key);
  };
  return {
    wait: (key, withinMs, pay) =>
      new Promise((resolve) => {
        const call = (): boolean => {
          const paid = pay();
          if (paid === undefined) return true;
          clearTimeout(timer);
          resolve(paid);
          return false;
        };
        const timer = setTimeout(() => {
          leave(key, call);
          resolve(undefined);
        }, withinMs);
        waiting.set(key, (waiting.get(key) ?? new Set()).add(call));
      }),
    tryAll(key) {
      for (const call of waiting.get(key) ?? []) if (!call()) leave(key, call);
    },
  };
}
