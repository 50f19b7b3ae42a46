/** A state store in memory, for tests and for runs without AWS. */
import type { StateStore, StoredState } from './ports.ts';

export function memoryState(): StateStore {
  let stored: StoredState = { revision: 0 };
  return {
    async load() {
      return stored;
    },
    async save(state, over) {
      if (stored.revision !== over) return 'overtaken';
      stored = { state, revision: over + 1 };
      return 'saved';
    },
  };
}
