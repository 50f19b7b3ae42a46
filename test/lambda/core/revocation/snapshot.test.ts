import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RevocationEntry } from '../../../../lambda/core/contract/revocation.ts';
import { entriesOf, snapshotChunks } from '../../../../lambda/core/revocation/snapshot.ts';
import { REFUSALS } from '../../../support/wire/refusals.ts';
import { groupSubject, userSubject } from '../../../support/wire/revocation.ts';

const reasons = REFUSALS.TOKEN_REVOKED.reasons;
const MAX_CHUNK_BYTES = 300_000;

const entries = fc.array(
  fc
    .record({
      subject: fc.oneof(fc.string(), fc.string({ unit: 'binary' })).map(groupSubject),
      issuedUpTo: fc.nat(2 ** 46),
      writtenAt: fc.nat(2 ** 46),
      reason: fc.constantFrom(...reasons),
      withMargin: fc.boolean(),
    })
    .map(
      ({ withMargin, ...rest }): RevocationEntry => ({
        ...rest,
        ...(withMargin && { withMargin }),
      }),
    ),
);

describe('a snapshot', () => {
  test('gives back what was put in, names of groups with breaks and backslashes too', () => {
    fc.assert(
      fc.property(entries, (all) => {
        expect(snapshotChunks(all).flatMap(entriesOf)).toEqual(all);
      }),
    );
    const odd = ['a\nb', 'a\\nb', '\\', '\n', '\\\n\\', ''].map((name) => ({
      ...{ subject: groupSubject(name), issuedUpTo: 1, writtenAt: 2 },
      reason: 'group_deleted' as const,
    }));
    expect(snapshotChunks(odd).flatMap(entriesOf)).toEqual(odd);
  });

  test('has chunks that an item has room for, however its names are written', () => {
    for (const letter of ['a', 'é', '中', '😀']) {
      const all = Array.from({ length: 3_000 }, (_, place) => ({
        ...{ subject: groupSubject(`${letter.repeat(120)}${place}`), issuedUpTo: 1, writtenAt: 2 },
        reason: 'group_deleted' as const,
      }));
      const chunks = snapshotChunks(all);
      const sizes = chunks.map((chunk) => Buffer.byteLength(chunk));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_CHUNK_BYTES);
      // None is left half empty.
      const total = sizes.reduce((sum, size) => sum + size, 0);
      expect(chunks).toHaveLength(Math.ceil(total / MAX_CHUNK_BYTES));
    }
  });

  test('is empty where nothing is live', () => {
    expect(snapshotChunks([])).toEqual([]);
    expect(entriesOf('')).toEqual([]);
  });

  // Chunks of a hub that is older or newer than its readers.
  test('is read as it was written before', () => {
    const chunk = '0000000zz00000000101user:00u1\n00000000000000000120group:a\\nb';
    expect(entriesOf(chunk)).toEqual([
      {
        ...{ subject: userSubject('00u1'), writtenAt: 1_295, issuedUpTo: 1 },
        ...{ reason: 'user_deactivated', withMargin: true },
      },
      { subject: 'group:a\nb', writtenAt: 0, issuedUpTo: 1, reason: 'user_deleted' },
    ]);
    expect(entriesOf('000000000000000001z0user:a\nnonsense\n00000000000000000100')).toEqual([
      { subject: 'user:a', writtenAt: 0, issuedUpTo: 1, reason: 'other' },
    ]);
  });
});
