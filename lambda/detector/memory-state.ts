/** A state store in memory, for tests and for runs without AWS. */
import type { StateStore, StoredState } from './detector-ports.ts';

export function memoryState(): StateStore {
  let stored: StoredState = { revision: 0 };
  return {
    async load() {
      return stored;
    },
    async save(state, expectedRevision) {
      if (stored.revision !== expectedRevision) return 'overtaken';
      stored = { state, revision: expectedRevision + 1 };
      return 'saved';
    },
  };
}
