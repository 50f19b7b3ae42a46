/** The stream that says whether the run runs, and what calls it answers. */
import type { ConsoleSetup, RunEvent, SeenCall } from '../wire.ts';
import type { Store } from './store.ts';

/** Calls are shown together: a flood of them must not render the page for each. */
const TOGETHER_MS = 100;
const RETRY_MS = 500;

/**
 * Follows the run for the life of the page.
 * @param onRunning called with the setup before the store has it, each time that the run is found
 */
export function followRun(store: Store, onRunning: (setup: ConsoleSetup) => Promise<void>): void {
  let waiting: SeenCall[] = [];
  const flush = (): void => {
    const calls = waiting;
    waiting = [];
    store.addCalls(calls);
  };
  const take = (call: SeenCall): void => {
    if (waiting.push(call) === 1) setTimeout(flush, TOGETHER_MS);
  };
  const connect = (): void => {
    const source = new EventSource('/api/calls');
    source.addEventListener('run', ({ data }) => {
      const { run } = JSON.parse(data) as RunEvent;
      waiting = [];
      store.forgetCalls();
      if (run === undefined) store.starting();
      else void showRun(store, onRunning);
    });
    source.addEventListener('message', ({ data }) => take(JSON.parse(data) as SeenCall));
    source.addEventListener('error', () => {
      store.stopped(Date.now());
      source.close();
      setTimeout(connect, RETRY_MS);
    });
  };
  connect();
}

async function showRun(
  store: Store,
  onRunning: (setup: ConsoleSetup) => Promise<void>,
): Promise<void> {
  try {
    const answer = await fetch('/api/setup');
    if (!answer.ok) return;
    const setup = (await answer.json()) as ConsoleSetup;
    await onRunning(setup);
    store.running(setup, Date.now());
  } catch {
    // The stream tells that the run has stopped.
  }
}
