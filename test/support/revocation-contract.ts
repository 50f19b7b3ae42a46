import { describe, expect, test } from '@jest/globals';
import type { NewRevocation } from '../../lambda/core/contract/revocation.ts';
import type { RevocationList, RevocationWriter } from '../../lambda/ports.ts';
import { clientSubject, groupSubject, userSubject } from './wire/revocation.ts';

/** One hub's list, and the hub's clock and heart. */
export interface RevocationStores {
  readonly list: RevocationList;
  readonly writer: RevocationWriter;
  /** Milliseconds since 1970, of all of them. */
  readonly now: () => number;
  readonly pass: (ms: number) => void;
  readonly beat: () => Promise<void>;
  /** Compacts what is there into a snapshot. */
  readonly snapshot: () => Promise<void>;
}

let made = 0;

/** What every list of revoked tokens must keep, whatever it is made of. */
export function revocationContract(name: string, begin: () => Promise<RevocationStores>): void {
  const one = (given: Partial<NewRevocation> = {}): NewRevocation => ({
    ...{ subject: userSubject(`00u${++made}`), issuedUpTo: 1_795_000_000_000 },
    ...{ reason: 'user_suspended' as const, ...given },
  });
  const subjectsIn = async (list: RevocationList, since?: number): Promise<readonly string[]> => {
    const { entries } = await list.read(since);
    return [...new Set(entries.map(({ subject }) => subject))].toSorted();
  };

  describe(`${name} keeps the contract of a list of revoked tokens`, () => {
    test('gives back what was written, with all that an entry says', async () => {
      const { list, writer, beat, now } = await begin();
      await beat();
      const written = [
        one({ withMargin: true, reason: 'group_removed' }),
        one({ subject: groupSubject('a "b"\n\\ü中'), reason: 'group_deleted' }),
        one({ subject: clientSubject('0oa1'), undo: true, reason: 'by_hand' }),
      ];
      expect(await writer.write('event', written)).toBe('written');
      const { entries, cursor } = await list.read(undefined);
      const writtenAt = now();
      expect(entries).toEqual(written.map((revocation) => ({ ...revocation, writtenAt })));
      expect(cursor).toBe(now());
    });

    test('writes an event once, however often it comes', async () => {
      const { list, writer, beat } = await begin();
      await beat();
      const revocation = one();
      expect(await writer.write('twice', [revocation])).toBe('written');
      expect(await writer.write('twice', [revocation])).toBe('known');
      const both = await Promise.all([1, 2].map(() => writer.write('at once', [one()])));
      expect(both.toSorted()).toEqual(['known', 'written']);
      expect((await list.read(undefined)).entries).toHaveLength(2);
    });

    test('knows an event without entries from then on', async () => {
      const { list, writer, beat } = await begin();
      await beat();
      expect(await writer.write('empty', [])).toBe('written');
      expect((await list.read(undefined)).entries).toHaveLength(0);
      expect(await writer.write('empty', [one()])).toBe('known');
      expect((await list.read(undefined)).entries).toHaveLength(0);
    });

    test('tells a reader what was written since its last read, and a minute before', async () => {
      const { list, writer, beat, pass } = await begin();
      await beat();
      const [old, near, late] = [one(), one(), one()];
      await writer.write('old', [old]);
      pass(2_000);
      await writer.write('near', [near]);
      pass(59_000);
      await beat();
      const { cursor } = await list.read(undefined);
      await writer.write('late', [late]);
      await beat();
      expect(await subjectsIn(list, cursor)).toEqual([near.subject, late.subject].toSorted());
    });

    test('tells a reader that starts the snapshot and what came since', async () => {
      const { list, writer, beat, pass, snapshot } = await begin();
      await beat();
      const [kept, undone, late] = [one(), one(), one()];
      await writer.write('kept', [kept]);
      await writer.write('undone', [undone]);
      pass(1_000);
      await writer.write('undo', [{ ...undone, undo: true }]);
      pass(130_000);
      await beat();
      await snapshot();
      await writer.write('late', [late]);
      expect(await subjectsIn(list)).toEqual([kept.subject, late.subject].toSorted());
    });

    test('says which reads are of everything: after an hour both an entry and its undo may be gone', async () => {
      const { list, writer, beat, pass, snapshot } = await begin();
      await beat();
      const undone = one();
      await writer.write('undone', [undone]);
      const { cursor, isWhole } = await list.read(undefined);
      expect(isWhole).toBe(true);
      expect(await list.read(cursor)).not.toHaveProperty('isWhole');
      pass(1);
      await writer.write('undo', [{ ...undone, undo: true }]);
      pass(3_600_000);
      await beat();
      await snapshot();
      expect(await list.read(cursor)).toEqual({
        entries: [],
        cursor: cursor + 3_600_001,
        isWhole: true,
      });
    });

    test('is not read where the hub does not live', async () => {
      const { list, writer, beat, pass } = await begin();
      await writer.write('unheard', [one()]);
      await expect(list.read(undefined)).rejects.toThrow('no heartbeat');
      await beat();
      const { cursor } = await list.read(undefined);
      pass(59_999);
      await list.read(cursor);
      pass(1);
      await expect(list.read(cursor)).rejects.toThrow('60 s old');
      await expect(list.read(undefined)).rejects.toThrow('60 s old');
      await beat();
      expect((await list.read(cursor)).entries).toHaveLength(1);
    });

    test('gives every entry of more than a page', async () => {
      const { list, writer, beat } = await begin();
      await beat();
      const many = Array.from({ length: 60 }, (_, n) =>
        one({ subject: groupSubject(`${n}`.repeat(400)) }),
      );
      for (let at = 0; at < 60; at += 20) await writer.write(`many ${at}`, many.slice(at, at + 20));
      expect(await subjectsIn(list)).toHaveLength(60);
    });

    test('leaves an event that comes once more when it was first written', async () => {
      const { list, writer, beat, pass, now } = await begin();
      await beat();
      const revocation = one();
      await writer.write('lost', [revocation]);
      pass(30_000);
      expect(await writer.write('lost', [revocation])).toBe('known');
      await beat();
      const { entries } = await list.read(undefined);
      expect(entries.map(({ writtenAt }) => writtenAt)).toEqual([now() - 30_000]);
    });
  });
}
