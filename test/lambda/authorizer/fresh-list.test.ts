/** How old the list of revoked tokens may be, and what is read for it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { freshList } from '../../../lambda/authorizer/fresh-list.ts';
import type { RevocationEntry } from '../../../lambda/core/contract/revocation.ts';
import type { RevocationRead } from '../../../lambda/ports.ts';
import { settle, simulatedTime, waitBy } from '../../support/simulated-time.ts';
import { userSubject } from '../../support/wire/revocation.ts';

const entry = (uid: string): RevocationEntry => ({
  ...{ subject: userSubject(uid), issuedUpTo: 1_795_000_000_000, writtenAt: 1_795_000_000_000 },
  reason: 'user_suspended',
});
const token = (uid: string) => ({ uid, cid: '0oa1', groups: [], issuedAt: 1_795_000_000 });

interface Sent {
  readonly at: number;
  readonly since: number | undefined;
  answer(entries?: readonly RevocationEntry[], more?: Partial<RevocationRead>): Promise<void>;
  fail(): Promise<void>;
}

function scene(withinMs = 10_000) {
  const time = simulatedTime(1_795_000_000_000);
  const reads: Sent[] = [];
  const failures: unknown[] = [];
  const list = {
    read: (since: number | undefined): Promise<RevocationRead> =>
      new Promise((resolve, reject) => {
        const at = time.now();
        reads.push({
          ...{ at, since },
          answer: (entries = [], more = {}) => {
            resolve({ entries, cursor: at, ...more });
            return settle();
          },
          fail: () => {
            reject(new Error('no answer'));
            return settle();
          },
        });
      }),
  };
  const fresh = freshList({
    ...{ list, withinMs, marginSeconds: 2, clock: time, wait: waitBy(time) },
    onFailure: (error) => failures.push(error),
  });
  const last = (): Sent => reads.at(-1) as Sent;
  /** A list that was read now. */
  const begin = async (): Promise<void> => {
    const ready = fresh.ready();
    await last().answer();
    expect(await ready).toBe(true);
  };
  return { time, reads, failures, fresh, last, begin };
}

describe('the first answer', () => {
  test('waits for the list, which is read from its beginning', async () => {
    const { fresh, reads, last } = scene();
    const ready = fresh.ready();
    expect(reads.map(({ since }) => since)).toEqual([undefined]);
    await last().answer([entry('00u1')]);
    expect(await ready).toBe(true);
    expect(fresh.tokens.reasonOf(token('00u1'))).toBe('user_suspended');
    expect(fresh.ready()).toBe(true);
  });

  test('waits two seconds at most', async () => {
    const { fresh, time } = scene();
    const ready = fresh.ready();
    await time.advance(2_000);
    expect(await ready).toBe(false);
  });

  test('of several requests waits for one read', async () => {
    const { fresh, reads, last } = scene();
    const all = Promise.all([fresh.ready(), fresh.ready(), fresh.ready()]);
    expect(reads).toHaveLength(1);
    await last().answer();
    expect(await all).toEqual([true, true, true]);
  });

  test('is not made by a list that took longer than it may be old, but by what came since', async () => {
    const { fresh, time, reads, last } = scene(1_000);
    const ready = fresh.ready();
    await time.advance(1_500);
    await last().answer([entry('00u1')]);
    expect(reads.map(({ since }) => since)).toEqual([undefined, reads[0]?.at]);
    await last().answer();
    expect(await ready).toBe(true);
    expect(fresh.tokens.reasonOf(token('00u1'))).toBe('user_suspended');
  });
});

describe('the age of the list', () => {
  test('up to half of `within` costs nothing', async () => {
    const { fresh, time, reads, begin } = scene();
    await begin();
    time.freeze(4_999);
    expect(fresh.ready()).toBe(true);
    expect(reads).toHaveLength(1);
  });

  test('up to `within` is read beside the requests, once', async () => {
    const { fresh, time, reads, begin, last } = scene();
    await begin();
    time.freeze(5_000);
    expect([fresh.ready(), fresh.ready()]).toEqual([true, true]);
    expect(reads).toHaveLength(2);
    await last().answer();
    expect(fresh.ready()).toBe(true);
    expect(reads).toHaveLength(2);
  });

  test('beyond it is awaited, 300 ms at most', async () => {
    const { fresh, time, begin, last } = scene();
    await begin();
    time.freeze(10_001);
    const ready = fresh.ready();
    expect(ready).toBeInstanceOf(Promise);
    await last().answer();
    expect(await ready).toBe(true);
    time.freeze(10_001);
    const second = fresh.ready();
    await time.advance(300);
    expect(await second).toBe(false);
  });

  test('counts from when the read was sent', async () => {
    const { fresh, time, reads, begin, last } = scene();
    await begin();
    time.freeze(5_000);
    fresh.ready();
    time.freeze(4_000);
    await last().answer();
    // Sent 5 s ago, arrived 1 s ago.
    time.freeze(1_000);
    expect(fresh.ready()).toBe(true);
    expect(reads).toHaveLength(3);
  });

  test('of an answer that lay through a freeze is none: it is thrown away', async () => {
    const { fresh, time, reads, begin, last, failures } = scene();
    await begin();
    time.freeze(5_000);
    fresh.ready();
    time.freeze(3_600_000);
    await last().answer([entry('00u1')]);
    expect(fresh.tokens.size).toBe(0);
    const ready = fresh.ready();
    expect(reads).toHaveLength(3);
    // It goes on where the last read ended that counted.
    expect(last().since).toBe(reads[0]?.at);
    await last().answer([entry('00u1')]);
    expect(await ready).toBe(true);
    expect(failures).toEqual([]);
  });

  test('is endless where the clock was set back', async () => {
    const { fresh, time, reads, begin } = scene();
    await begin();
    time.freeze(-60_000);
    expect(fresh.ready()).toBeInstanceOf(Promise);
    expect(reads).toHaveLength(2);
  });
});

describe('a read that fails', () => {
  test('is reported, and repeated no sooner than after a second while requests need it', async () => {
    const { fresh, time, reads, begin, last, failures } = scene();
    await begin();
    time.freeze(10_001);
    const ready = fresh.ready();
    await last().fail();
    expect(await ready).toBe(false);
    expect(failures).toHaveLength(1);
    time.freeze(999);
    expect(fresh.ready()).toBe(false);
    expect(reads).toHaveLength(2);
    time.freeze(1);
    const second = fresh.ready();
    expect(reads).toHaveLength(3);
    await last().answer();
    expect(await second).toBe(true);
  });

  test('beside the requests waits for the next half of `within`', async () => {
    const { fresh, time, reads, begin, last } = scene();
    await begin();
    time.freeze(5_000);
    fresh.ready();
    await last().fail();
    time.freeze(4_999);
    expect(fresh.ready()).toBe(true);
    expect(reads).toHaveLength(2);
    time.freeze(1);
    expect(fresh.ready()).toBe(true);
    expect(reads).toHaveLength(3);
  });

  test('since the environment was frozen is not the store’s failure', async () => {
    const { fresh, time, begin, last, failures } = scene();
    await begin();
    time.freeze(5_000);
    fresh.ready();
    const cut = last();
    time.freeze(60_000);
    const ready = fresh.ready();
    await cut.fail();
    await last().answer();
    expect(await ready).toBe(true);
    expect(failures).toEqual([]);
  });
});

describe('a read of the whole list', () => {
  const HOUR = 3_600_000;

  test('forgets what was undone while nobody called', async () => {
    const { fresh, time, last, begin } = scene();
    await begin();
    await time.advance(6_000);
    fresh.ready();
    await last().answer([entry('00u1'), entry('00u2')]);
    await time.advance(2 * HOUR);
    const ready = fresh.ready();
    await last().answer([entry('00u2')], { isWhole: true });
    expect(await ready).toBe(true);
    expect(fresh.tokens.reasonOf(token('00u1'))).toBeUndefined();
    expect(fresh.tokens.reasonOf(token('00u2'))).toBe('user_suspended');
  });

  test('forgets nothing that a read has brought that was sent after it', async () => {
    const { fresh, time, reads, begin } = scene();
    await begin();
    await time.advance(2 * HOUR);
    fresh.ready();
    await time.advance(2_600);
    const ready = fresh.ready();
    await reads[2]?.answer([entry('00u1')]);
    expect(await ready).toBe(true);
    await reads[1]?.answer([], { isWhole: true });
    expect(fresh.tokens.reasonOf(token('00u1'))).toBe('user_suspended');
  });
});

describe('whatever requests come when', () => {
  test('no decision is made by an older list, and no read is sent that is not due', async () => {
    const step = fc.record({
      pause: fc.integer({ min: 0, max: 12_000 }),
      answers: fc.boolean(),
      takes: fc.integer({ min: 0, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const withinMs = 4_000;
        const { fresh, time, reads, begin } = scene(withinMs);
        await begin();
        const known = new Set(reads);
        let readAt = time.now();
        for (const { pause, answers, takes } of steps) {
          await time.advance(pause);
          const ready = fresh.ready();
          const isSent = reads.length > known.size;
          if (isSent) {
            const sent = reads.at(-1) as Sent;
            const before = reads.at(-2) as Sent;
            known.add(sent);
            expect(sent.at - before.at).toBeGreaterThanOrEqual(1_000);
            await time.advance(takes);
            await (answers ? sent.answer() : sent.fail());
            if (answers) readAt = sent.at;
          }
          await time.advance(2_000);
          const askedAt = time.now() - 2_000 - (isSent ? takes : 0);
          const isYoung = askedAt - readAt <= withinMs;
          if (await ready) expect(isYoung).toBe(true);
          else expect(isYoung && takes < 300 && answers).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});
