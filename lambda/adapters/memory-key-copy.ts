import type { KeyCopy, StoredKeys } from '../ports.ts';
import { COPY_REWRITE_MS } from './key-set.ts';

/** A key copy in this process: for tests and for embedding; it is shared with nobody. */
export function memoryKeyCopy(): KeyCopy {
  const items = new Map<string, StoredKeys>();
  return {
    read: async (issuer) => items.get(issuer),
    async write(issuer, keys) {
      const stored = items.get(issuer);
      if (stored && (stored.fetchedAt >= keys.fetchedAt || isCurrent(stored, keys))) return;
      items.set(issuer, structuredClone(keys));
    },
  };
}

const isCurrent = (stored: StoredKeys, keys: StoredKeys): boolean =>
  JSON.stringify(stored.keys) === JSON.stringify(keys.keys) && stored.fetchedAt > keys.fetchedAt - COPY_REWRITE_MS;
