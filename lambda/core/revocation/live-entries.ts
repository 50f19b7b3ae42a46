/** What of the list still revokes tokens: what a snapshot keeps, and what `revoke --list` shows. */
import { ENTRY_LIFE_MS, type RevocationEntry } from '../contract/revocation.ts';
import { type SubjectState, withEntry } from './revoked-until.ts';

/**
 * Entries that count: none that was undone, whose life is over, or that another makes needless; in
 * the order of writing.
 * @param now milliseconds since 1970.
 */
export function liveEntries(
  entries: Iterable<RevocationEntry>,
  now: number,
): readonly RevocationEntry[] {
  const subjects = new Map<string, SubjectState>();
  for (const entry of entries)
    subjects.set(entry.subject, withEntry(subjects.get(entry.subject), entry));
  return [...subjects.values()]
    .flatMap((state) => state.entries)
    .filter(({ issuedUpTo }) => issuedUpTo + ENTRY_LIFE_MS > now)
    .toSorted((a, b) => a.writtenAt - b.writtenAt);
}
