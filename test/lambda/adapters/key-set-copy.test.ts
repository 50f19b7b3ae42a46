/** The key set and the copy that all environments share. */
import { describe, expect, test } from '@jest/globals';
import { createKeySet, type KeysInUse } from '../../../lambda/adapters/key-set.ts';
import {
  COPY_REWRITE_MS,
  HARD_AGE_MS,
  MAX_STALE_MS,
  SOFT_AGE_MS,
} from '../../../lambda/adapters/key-timings.ts';
import { memoryKeyCopy } from '../../../lambda/adapters/memory-key-copy.ts';
import type { KeyCopy, StoredKeys } from '../../../lambda/ports.ts';
import { inTime } from '../../support/in-time.ts';
import { ISSUER } from '../../support/model.ts';
import { afterTimers, stopTimers } from '../../support/stopped-timers.ts';
import { signingKey } from '../../support/tokens.ts';

const [a, b] = [signingKey('a').jwk, signingKey('b').jwk];
const settled = () => new Promise((resolve) => setImmediate(resolve));

interface World {
  now: number;
  published: readonly object[];
  down: boolean;
  hangs: boolean;
}

/** A world in which environments come and go, and a copy outlives them. */
function world(shared: KeyCopy = memoryKeyCopy()) {
  const state: World = { now: 1_000_000_000_000, published: [a], down: false, hangs: false };
  const writes: StoredKeys[] = [];
  const copy: KeyCopy = {
    read: (issuer) => shared.read(issuer),
    write: (issuer, keys, terms) => {
      writes.push(keys);
      return shared.write(issuer, keys, terms);
    },
  };
  const fetch = async () => {
    if (state.hangs) await new Promise(() => undefined);
    if (state.down) throw new Error('down');
    return { keys: state.published, maxAgeMs: undefined };
  };
  const environment = (maxStaleMs?: number) => {
    const outcomes: KeysInUse[] = [];
    const onFetched = (outcome: KeysInUse) => void outcomes.push(outcome);
    const clock = { now: () => state.now };
    const keys = createKeySet({
      issuer: ISSUER,
      fetch,
      clock,
      copy,
      onFetched,
      ...(maxStaleMs !== undefined && { maxStaleMs }),
    });
    return {
      keys: {
        find: keys.find,
        ready: () => afterTimers(keys.ready()),
        refetch: () => afterTimers(keys.refetch()),
        warmUp: () => afterTimers(keys.warmUp()),
      },
      outcomes,
    };
  };
  return { state, shared, writes, environment };
}

stopTimers();

describe('the shared copy of an issuer’s keys', () => {
  test('is written at the first fetch, and read by a fresh environment while the issuer is down', async () => {
    const { state, environment } = world();
    await environment().keys.ready();
    state.down = true;
    state.now += 3_600_000;
    const fresh = environment();
    expect(await fresh.keys.ready()).toBe(true);
    expect(fresh.keys.find('a')).toBeDefined();
    expect(fresh.outcomes).toEqual([{ source: 'copy', ageMs: 3_600_000 }]);
  });

  test('is read when the issuer is slow, so that a fresh environment waits no more than a second', async () => {
    const { state, environment } = world();
    await environment().keys.ready();
    state.hangs = true;
    expect(await inTime(1_500, environment().keys.ready())).toBe(true);
  });

  test('is not used beyond a day, or what the deployment says', async () => {
    const { state, environment } = world();
    await environment().keys.ready();
    state.down = true;
    state.now += MAX_STALE_MS - 1;
    expect(await environment().keys.ready()).toBe(true);
    expect(await environment(HARD_AGE_MS).keys.ready()).toBe(false);
    state.now += 1;
    expect(await environment().keys.ready()).toBe(false);
  });

  test('teaches an environment a key that it has not seen, when only the issuer is down', async () => {
    const { state, environment } = world();
    const old = environment();
    await old.keys.ready();
    state.published = [a, b];
    state.now += 2_000;
    await environment().keys.ready();
    state.down = true;
    expect(old.keys.find('b')).toBeUndefined();
    await old.keys.refetch();
    expect(old.keys.find('b')).toBeDefined();
  });

  test('takes a withdrawn key from an environment that another one knows to be gone', async () => {
    const { state, environment } = world();
    const old = environment();
    await old.keys.ready();
    state.published = [b];
    state.now += 60_000;
    await environment().keys.ready();
    state.down = true;
    state.now += HARD_AGE_MS;
    expect(await old.keys.ready()).toBe(true);
    expect(old.keys.find('a')).toBeUndefined();
  });

  test('never replaces keys that were fetched later', async () => {
    const stale: KeyCopy = {
      read: async () => ({ keys: [b], fetchedAt: 1 }),
      write: async () => 'kept',
    };
    const { state, environment } = world(stale);
    const { keys } = environment();
    await keys.ready();
    state.down = true;
    state.now += HARD_AGE_MS;
    expect(await keys.ready()).toBe(true);
    expect([keys.find('a') !== undefined, keys.find('b')]).toEqual([true, undefined]);
  });

  test.each([
    [
      'from the future, which would pass for young for ever',
      (now: number) => ({ keys: [a], fetchedAt: now + 3_600_000 }),
    ],
    [
      'without a usable key',
      (now: number) => ({ keys: [{ ...a, use: 'enc' }, 'text', null], fetchedAt: now }),
    ],
  ])('is not used when it is %s', async (_, stored) => {
    const { state, environment } = world({
      read: async () => stored(state.now),
      write: async () => 'kept',
    });
    state.down = true;
    expect(await environment().keys.ready()).toBe(false);
  });

  test('is not missed by an environment with keys of its own when the table fails as well', async () => {
    const broken: KeyCopy = {
      read: () => Promise.reject(new Error('down')),
      write: () => Promise.reject(new Error('down')),
    };
    const { state, environment } = world(broken);
    const { keys, outcomes } = environment();
    expect(await keys.ready()).toBe(true);
    state.down = true;
    state.now += HARD_AGE_MS;
    expect(await keys.ready()).toBe(true);
    expect(outcomes.at(-1)).toEqual({ source: 'memory', ageMs: HARD_AGE_MS });
    expect(await environment().keys.ready()).toBe(false);
  });

  test('delays a request by a fifth of a second at most, however long a write takes', async () => {
    const hanging: KeyCopy = {
      read: async () => undefined,
      write: () => new Promise(() => undefined),
    };
    expect(await inTime(500, world(hanging).environment().keys.ready())).toBe(true);
  });

  test('is offered by an environment when the keys change, once an hour otherwise, and again after a failure', async () => {
    const { state, writes, environment } = world();
    const { keys } = environment();
    await keys.ready();
    for (let minute = 0; minute < 59; minute += 5) {
      state.now += SOFT_AGE_MS;
      await keys.ready();
      await settled();
    }
    expect(writes.length).toBe(2);
    expect((writes[1]?.fetchedAt ?? 0) - (writes[0]?.fetchedAt ?? 0)).toBe(COPY_REWRITE_MS);
    state.published = [a, b];
    state.now += SOFT_AGE_MS;
    await keys.ready();
    await settled();
    expect(writes.length).toBe(3);
  });

  test.each([
    ['failed', () => Promise.reject(new Error('down'))],
    ['stored nothing', () => Promise.resolve('kept' as const)],
    ['never ended', () => new Promise<never>(() => undefined)],
  ])('is offered again after a write that %s', async (_, write) => {
    let writes = 0;
    const failing: KeyCopy = {
      read: async () => undefined,
      write: () => {
        writes++;
        return write();
      },
    };
    const { state, environment } = world(failing);
    const { keys } = environment();
    await keys.ready();
    await settled();
    state.now += SOFT_AGE_MS;
    await keys.ready();
    await settled();
    expect(writes).toBe(2);
  });

  test('is in the table when an environment has warmed up, though the table takes most of a second', async () => {
    let stored = false;
    const slow: KeyCopy = {
      read: async () => undefined,
      write: async () => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        stored = true;
        return 'written';
      },
    };
    await world(slow).environment().keys.warmUp();
    expect(stored).toBe(true);
  });

  test('holds an environment up for about a second at most as it warms up', async () => {
    const hanging: KeyCopy = {
      read: async () => undefined,
      write: () => new Promise(() => undefined),
    };
    await expect(
      inTime(1_800, world(hanging).environment().keys.warmUp()),
    ).resolves.toBeUndefined();
  });

  test('is in the table before the first answer of an environment that did not warm up', async () => {
    let stored = false;
    const slow: KeyCopy = {
      read: async () => undefined,
      write: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        stored = true;
        return 'written';
      },
    };
    await world(slow).environment().keys.ready();
    expect(stored).toBe(true);
  });

  test('is written often enough to be of use where keys may be used for an hour only', async () => {
    const { state, writes, environment } = world();
    const { keys } = environment(3_600_000);
    for (let minute = 0; minute < 60; minute += 5) {
      await keys.ready();
      await settled();
      state.now += SOFT_AGE_MS;
    }
    const distances = writes
      .slice(1)
      .map(({ fetchedAt }, at) => fetchedAt - (writes[at]?.fetchedAt ?? 0));
    expect(distances).toEqual([900_000, 900_000, 900_000]);
  });

  test('holds the public parts alone', async () => {
    const { writes, environment, state } = world();
    state.published = [{ ...a, d: 'private', x5c: ['certificate'], extra: 1 }];
    await environment().keys.ready();
    expect(Object.keys(writes[0]?.keys[0] ?? {}).sort()).toEqual([
      'alg',
      'e',
      'kid',
      'kty',
      'n',
      'use',
    ]);
  });
});
