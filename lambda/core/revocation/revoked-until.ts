/**
 * Which tokens an entry revokes: those issued up to the second of T, which only grows by subject,
 * and what an undo leaves of it.
 */
import type { RevocationEntry } from '../contract/revocation.ts';

/**
 * The last `iat` that the entry revokes, in whole seconds since 1970.
 * @param marginSeconds the map's `margin`, for entries to which it applies.
 */
export const revokedUpTo = (
  { issuedUpTo, withMargin }: Pick<RevocationEntry, 'issuedUpTo' | 'withMargin'>,
  marginSeconds: number,
): number => Math.floor(issuedUpTo / 1_000) + (withMargin === true ? marginSeconds : 0);

/** What is known of one subject. */
export interface SubjectState {
  /** When the last undo was written: nothing written before it counts. */
  readonly undoneAt: number;
  /** Effective entries, without those that another one covers; nearly always one. */
  readonly entries: readonly RevocationEntry[];
}

const NOTHING: SubjectState = { undoneAt: Number.NEGATIVE_INFINITY, entries: [] };

/**
 * Takes an entry in; in whatever order entries come, and however often, the outcome is the same.
 */
export function withEntry(state: SubjectState | undefined, entry: RevocationEntry): SubjectState {
  if (!state && entry.undo !== true) return { undoneAt: NOTHING.undoneAt, entries: [entry] };
  const { undoneAt, entries } = state ?? NOTHING;
  const { writtenAt } = entry;
  if (entry.undo === true) {
    if (writtenAt <= undoneAt) return { undoneAt, entries };
    return { undoneAt: writtenAt, entries: entries.filter((one) => one.writtenAt >= writtenAt) };
  }
  // What was written in the millisecond of an undo counts: better one token too many.
  if (writtenAt < undoneAt || entries.some((one) => isCovered(entry, one)))
    return { undoneAt, entries };
  return { undoneAt, entries: [...entries.filter((one) => !isCovered(one, entry)), entry] };
}

/** Whether another entry revokes as much, for any margin, and no undo takes it back sooner. */
const isCovered = (one: RevocationEntry, by: RevocationEntry): boolean =>
  by.writtenAt >= one.writtenAt &&
  by.issuedUpTo >= one.issuedUpTo &&
  (by.withMargin === true || one.withMargin !== true);
