/**
 * The list of revoked tokens as an environment knows it: which tokens of an Okta org are revoked.
 */
import {
  clientSubject,
  ENTRY_LIFE_MS,
  groupSubject,
  type RevocationEntry,
  type RevocationReason,
  userClientSubject,
  userSubject,
} from '../contract/revocation.ts';
import { revokedUpTo, type SubjectState, withEntry } from './revoked-until.ts';

/** What an entry may name of a token. */
export interface TokenFacts {
  /** Absent of a machine. */
  readonly uid: string | undefined;
  readonly cid: string;
  /** As Okta names them, with the prefix that the map strips. */
  readonly groups: readonly string[];
  /** `iat`: whole seconds since 1970. */
  readonly issuedAt: number;
}

export interface RevokedTokens {
  /** Takes entries in any order; one that was taken before changes nothing. */
  add(entries: readonly RevocationEntry[]): void;
  /** Takes all entries that are live, and forgets the others: of an undo, both may be gone. */
  replaceBy(entries: readonly RevocationEntry[]): void;
  /**
   * Why a token is revoked, of several entries that of the latest T; undefined: no entry revokes
   * it.
   */
  reasonOf(token: TokenFacts): RevocationReason | undefined;
  /** Forgets entries whose tokens have all expired. @param now milliseconds since 1970. */
  forgetOld(now: number): void;
  /** Subjects of which anything is known. */
  readonly size: number;
  /** Grows with each change, so that what was found before may be kept beside it. */
  readonly revision: number;
}

export function revokedTokens(marginSeconds: number): RevokedTokens {
  const subjects = new Map<string, SubjectState>();
  let revision = 0;
  const lastOf = (entry: RevocationEntry): number => revokedUpTo(entry, marginSeconds);
  const latestOf = (subject: string, issuedAt: number): RevocationEntry | undefined => {
    const state = subjects.get(subject);
    if (!state) return undefined;
    const voiding = state.entries.filter((entry) => issuedAt <= lastOf(entry));
    return voiding.toSorted((a, b) => lastOf(b) - lastOf(a))[0];
  };
  const add = (entries: readonly RevocationEntry[]): void => {
    for (const entry of entries) {
      const known = subjects.get(entry.subject);
      const next = withEntry(known, entry);
      if (known && next.undoneAt === known.undoneAt && next.entries === known.entries) continue;
      subjects.set(entry.subject, next);
      revision++;
    }
  };
  return {
    add,
    replaceBy(entries) {
      subjects.clear();
      revision++;
      add(entries);
    },
    reasonOf(token) {
      if (subjects.size === 0) return undefined;
      for (const subject of subjectsOf(token)) {
        const entry = latestOf(subject, token.issuedAt);
        if (entry) return entry.reason;
      }
      return undefined;
    },
    forgetOld(now) {
      for (const [subject, { undoneAt, entries }] of subjects) {
        const lives = entries.some(({ issuedUpTo }) => issuedUpTo + ENTRY_LIFE_MS > now);
        // An undo counts for as long as what was written before it may still be read.
        if (!lives && undoneAt + ENTRY_LIFE_MS <= now) subjects.delete(subject);
      }
    },
    get size() {
      return subjects.size;
    },
    get revision() {
      return revision;
    },
  };
}

/** In the order in which they are looked up: from the most particular on. */
const subjectsOf = ({ uid, cid, groups }: TokenFacts): readonly string[] => [
  ...(uid === undefined ? [] : [userSubject(uid), userClientSubject(uid, cid)]),
  clientSubject(cid),
  ...(uid === undefined ? [] : groups.map(groupSubject)),
];
