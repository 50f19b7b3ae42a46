import type { CopyTerms, KeyCopy, StoredKeys } from '../ports.ts';
import { MAX_CLOCK_DISTANCE_MS } from './key-timings.ts';

/** A key copy in this process: for tests and for embedding; it is shared with nobody. */
export function memoryKeyCopy(): KeyCopy {
  const items = new Map<string, StoredKeys>();
  return {
    read: async (issuer) => items.get(issuer),
    async write(issuer, keys, terms) {
      const stored = items.get(issuer);
      if (stored && isKept(stored, keys, terms)) return 'kept';
      items.set(issuer, structuredClone(keys));
      return 'written';
    },
  };
}

function isKept(
  stored: StoredKeys,
  { keys, fetchedAt }: StoredKeys,
  { now, rewriteAfterMs }: CopyTerms,
): boolean {
  if (stored.fetchedAt > now + MAX_CLOCK_DISTANCE_MS) return false;
  const isSame = JSON.stringify(stored.keys) === JSON.stringify(keys);
  return stored.fetchedAt >= fetchedAt || (isSame && stored.fetchedAt > fetchedAt - rewriteAfterMs);
}
