import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RevocationEntry } from '../../../../lambda/core/contract/revocation.ts';
import { liveEntries } from '../../../../lambda/core/revocation/live-entries.ts';
import { revokedTokens } from '../../../../lambda/core/revocation/revoked-tokens.ts';
import { entriesOf, snapshotChunks } from '../../../../lambda/core/revocation/snapshot.ts';
import { sized } from '../../../support/tier.ts';
import {
  clientSubject,
  groupSubject,
  userClientSubject,
  userSubject,
} from '../../../support/wire/revocation.ts';

const T = 1_795_000_000_700;
const SECOND = 1_795_000_000;
/** A day and ten minutes after T. */
const LIFE_MS = 87_000_000;

const entry = (given: Partial<RevocationEntry> = {}): RevocationEntry => ({
  ...{ subject: userSubject('00u1'), issuedUpTo: T, reason: 'user_suspended', writtenAt: T + 50 },
  ...given,
});

const token = (
  given: Partial<Parameters<ReturnType<typeof revokedTokens>['reasonOf']>[0]> = {},
) => ({
  ...{ uid: '00u1', cid: '0oa1', groups: ['staff', 'readers'], issuedAt: SECOND },
  ...given,
});

const evaluate = (
  entries: readonly RevocationEntry[],
  facts = token(),
  marginSeconds = 2,
): string | undefined => {
  const list = revokedTokens(marginSeconds);
  list.add(entries);
  return list.reasonOf(facts);
};

describe('a token is revoked', () => {
  test.each<[string, Partial<RevocationEntry>, Parameters<typeof token>[0], boolean]>([
    ['issued in the second of T', {}, {}, true],
    ['issued in the second after T', {}, { issuedAt: SECOND + 1 }, false],
    ['T on the second itself', { issuedUpTo: SECOND * 1_000 }, {}, true],
    ['T a millisecond before the second', { issuedUpTo: SECOND * 1_000 - 1 }, {}, false],
    ['within the margin', { withMargin: true }, { issuedAt: SECOND + 2 }, true],
    ['beyond the margin', { withMargin: true }, { issuedAt: SECOND + 3 }, false],
    ['another user', {}, { uid: '00u2' }, false],
    ['a machine of the name', {}, { uid: undefined, cid: '00u1' }, false],
    ['user by client', { subject: userClientSubject('00u1', '0oa1') }, {}, true],
    ['user by another client', { subject: userClientSubject('00u1', '0oa2') }, {}, false],
    ['client', { subject: clientSubject('0oa1') }, {}, true],
    ['client of a machine', { subject: clientSubject('0oa1') }, { uid: undefined }, true],
    ['another client', { subject: clientSubject('0oa2') }, {}, false],
    ['group', { subject: groupSubject('readers') }, {}, true],
    ['a group that the token lacks', { subject: groupSubject('admins') }, {}, false],
    ['a group for a machine', { subject: groupSubject('readers') }, { uid: undefined }, false],
    ['a group called as a user', { subject: groupSubject('00u1') }, {}, false],
  ])('or not: %s', (_, given, facts, isRevoked) => {
    expect(evaluate([entry(given)], token(facts))).toBe(isRevoked ? 'user_suspended' : undefined);
  });

  test('for the reason of the latest T', () => {
    const later = entry({ reason: 'user_deactivated', issuedUpTo: T + 1_000, writtenAt: T });
    expect(evaluate([entry(), later])).toBe('user_deactivated');
    expect(evaluate([later, entry()])).toBe('user_deactivated');
  });

  test('by nothing that a whole list lacks', () => {
    const list = revokedTokens(2);
    list.add([entry(), entry({ subject: clientSubject('0oa9') })]);
    const { revision } = list;
    list.replaceBy([entry({ subject: clientSubject('0oa9') })]);
    expect(list.reasonOf(token())).toBeUndefined();
    expect(list.reasonOf(token({ cid: '0oa9' }))).toBe('user_suspended');
    expect(list.revision).toBeGreaterThan(revision);
  });

  test('by no entry of an empty list', () => {
    expect(evaluate([])).toBeUndefined();
  });
});

describe('an undo', () => {
  const undo = entry({ undo: true, reason: 'by_hand', writtenAt: T + 100 });

  test('takes back what was written before it, in whatever order it comes', () => {
    expect(evaluate([entry(), undo])).toBeUndefined();
    expect(evaluate([undo, entry()])).toBeUndefined();
  });

  test('takes back nothing that was written in its millisecond or later', () => {
    for (const writtenAt of [T + 100, T + 101]) {
      const after = entry({ writtenAt });
      expect(evaluate([entry(), undo, after])).toBe('user_suspended');
      expect(evaluate([after, undo, entry()])).toBe('user_suspended');
    }
  });

  test('of another subject takes back nothing', () => {
    expect(evaluate([entry(), { ...undo, subject: clientSubject('0oa1') }])).toBe('user_suspended');
  });
});

const anyEntry = fc.record({
  subject: fc.constantFrom(userSubject('00u1'), clientSubject('0oa1'), groupSubject('readers')),
  issuedUpTo: fc.integer({ min: 0, max: 12_000 }),
  writtenAt: fc.integer({ min: 0, max: 12 }),
  withMargin: fc.constantFrom(true as const, undefined),
  undo: fc.option(fc.constant(true as const), { nil: undefined }),
  reason: fc.constantFrom('by_hand' as const, 'user_locked' as const),
});
const asEntry = ({
  withMargin,
  undo,
  ...rest
}: {
  readonly withMargin: true | undefined;
  readonly undo: true | undefined;
} & Omit<RevocationEntry, 'withMargin' | 'undo'>): RevocationEntry => ({
  ...rest,
  ...(withMargin && { withMargin }),
  ...(undo && { undo }),
});
const anyEntries = fc.array(anyEntry, { maxLength: 9 }).map((all) => all.map(asEntry));

/** The rule as the design says it, without any memory. */
function isVoidBySpec(
  entries: readonly RevocationEntry[],
  issuedAt: number,
  margin: number,
): boolean {
  const named = new Set(['user:00u1', 'client:0oa1', 'group:readers']);
  return entries.some(
    (one) =>
      one.undo !== true &&
      named.has(one.subject) &&
      issuedAt <= Math.floor(one.issuedUpTo / 1_000) + (one.withMargin ? margin : 0) &&
      !entries.some(
        (other) => other.undo && other.subject === one.subject && other.writtenAt > one.writtenAt,
      ),
  );
}

describe('whatever is written', () => {
  test('the list says what the entries say, in any order, doubled, and after compaction', () => {
    fc.assert(
      fc.property(
        anyEntries,
        fc.integer({ min: 0, max: 15 }),
        fc.nat(3),
        (entries, iat, margin) => {
          const facts = token({ issuedAt: iat });
          const expected = isVoidBySpec(entries, iat, margin);
          const orders = [entries, entries.toReversed(), [...entries, ...entries]];
          for (const order of orders)
            expect(evaluate(order, facts, margin) !== undefined).toBe(expected);
          const kept = snapshotChunks(liveEntries(entries, 0)).flatMap(entriesOf);
          expect(evaluate(kept, facts, margin) !== undefined).toBe(expected);
          // A reader that starts reads the end of the list beside the snapshot.
          expect(evaluate([...kept, ...entries], facts, margin) !== undefined).toBe(expected);
        },
      ),
      { numRuns: sized(500, 150) },
    );
  });

  test('a list with entries and undos in two readings says the same', () => {
    fc.assert(
      fc.property(anyEntries, anyEntries, fc.integer({ min: 0, max: 15 }), (one, two, iat) => {
        const list = revokedTokens(2);
        list.add(one);
        list.add(two);
        const expected = isVoidBySpec([...one, ...two], iat, 2);
        expect(list.reasonOf(token({ issuedAt: iat })) !== undefined).toBe(expected);
      }),
    );
  });
});

describe('the list', () => {
  test('tells a change by its revision, and none where nothing changed', () => {
    const list = revokedTokens(2);
    list.add([entry()]);
    const { revision } = list;
    list.add([entry(), entry({ writtenAt: T, issuedUpTo: T - 5 })]);
    expect(list.revision).toBe(revision);
    list.add([entry({ writtenAt: T + 60, issuedUpTo: T + 5_000 })]);
    expect(list.revision).toBeGreaterThan(revision);
  });

  test('forgets what can revoke nothing any more, and not before', () => {
    const list = revokedTokens(2);
    list.add([entry(), entry({ subject: clientSubject('0oa9'), undo: true })]);
    list.forgetOld(T + LIFE_MS - 1);
    expect(list.size).toBe(2);
    list.forgetOld(T + LIFE_MS + 50);
    expect(list.size).toBe(0);
  });

  test('of live entries holds none whose life is over', () => {
    expect(liveEntries([entry()], T + LIFE_MS - 1)).toHaveLength(1);
    expect(liveEntries([entry()], T + LIFE_MS)).toEqual([]);
  });
});
