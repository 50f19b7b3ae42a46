import { describe, expect, test } from '@jest/globals';
import type { KeyFetch } from '../../../lambda/adapters/key-memory.ts';
import { createKeySet } from '../../../lambda/adapters/key-set.ts';
import {
  HARD_AGE_MS,
  MAX_STALE_MS,
  MIN_SOFT_AGE_MS,
  SOFT_AGE_MS,
} from '../../../lambda/adapters/key-timings.ts';
import { inTime } from '../../support/in-time.ts';
import { ISSUER } from '../../support/model.ts';
import { afterTimers, stopTimers } from '../../support/stopped-timers.ts';
import { signingKey } from '../../support/tokens.ts';

const [a, b] = [signingKey('a').jwk, signingKey('b').jwk];

/** An issuer whose published keys, state and clock a test moves. */
function scene(published: readonly object[] = [a], maxAgeMs?: number) {
  const state = {
    now: 1_000_000_000,
    published,
    down: false,
    fetches: 0,
    hold: undefined as Promise<void> | undefined,
  };
  const fetch = async (): Promise<KeyFetch> => {
    state.fetches++;
    if (state.hold) await state.hold;
    if (state.down) throw new Error('down');
    return { keys: state.published, maxAgeMs };
  };
  const keys = createKeySet({ issuer: ISSUER, fetch, clock: { now: () => state.now } });
  return {
    state,
    keys: {
      find: keys.find,
      ready: () => afterTimers(keys.ready()),
      refetch: () => afterTimers(keys.refetch()),
    },
  };
}

stopTimers();

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the key set of an issuer', () => {
  test('fetches once and then answers from memory', async () => {
    const { state, keys } = scene();
    expect(await keys.ready()).toBe(true);
    state.now += SOFT_AGE_MS - 1;
    expect(await keys.ready()).toBe(true);
    expect(state.fetches).toBe(1);
    expect(keys.find('a')?.jwk).toMatchObject({ kid: 'a' });
  });

  test('past the soft age fetches beside the request', async () => {
    const { state, keys } = scene();
    await keys.ready();
    state.published = [b];
    state.now += SOFT_AGE_MS;
    await keys.ready();
    await settled();
    expect(keys.find('a')).toBeUndefined();
    expect(keys.find('b')).toBeDefined();
  });

  test('past the hard age a withdrawn key is gone before the request is evaluated, after a freeze too', async () => {
    const { state, keys } = scene();
    await keys.ready();
    state.published = [b];
    state.now += 2 * 3_600_000;
    expect(await keys.ready()).toBe(true);
    expect(keys.find('a')).toBeUndefined();
  });

  test('takes a shorter age from the issuer and never a longer one', async () => {
    const short = scene([a], 60_000);
    await short.keys.ready();
    short.state.now += 60_000;
    await short.keys.ready();
    const long = scene([a], 3_600_000_000);
    await long.keys.ready();
    long.state.now += SOFT_AGE_MS;
    await long.keys.ready();
    expect([short.state.fetches, long.state.fetches]).toEqual([2, 2]);
  });

  test.each([0, 1_000])(
    'asks an issuer that names an age of %d ms once a minute at most',
    async (maxAgeMs) => {
      const { state, keys } = scene([a], maxAgeMs);
      await keys.ready();
      state.now += MIN_SOFT_AGE_MS - 1;
      await keys.ready();
      expect(state.fetches).toBe(1);
      state.now += 1;
      await keys.ready();
      expect(state.fetches).toBe(2);
    },
  );

  test('keeps the last copy while the issuer is down, for a day', async () => {
    const { state, keys } = scene();
    await keys.ready();
    state.down = true;
    state.now += HARD_AGE_MS;
    expect(await keys.ready()).toBe(true);
    expect(keys.find('a')).toBeDefined();
    state.now += MAX_STALE_MS;
    expect(await keys.ready()).toBe(false);
  });

  test('has no usable copy when the first fetch fails, and recovers with the issuer', async () => {
    const { state, keys } = scene();
    state.down = true;
    expect(await keys.ready()).toBe(false);
    state.down = false;
    state.now += 1_000;
    expect(await keys.ready()).toBe(true);
  });

  test('looks for an unknown key once a second at most, whatever arrives', async () => {
    const { state, keys } = scene();
    await keys.ready();
    for (let n = 0; n < 1_000; n++) {
      state.now += 10;
      await keys.refetch();
    }
    expect(state.fetches).toBeLessThanOrEqual(11);
    state.published = [a, b];
    state.now += 1_000;
    await keys.refetch();
    expect(keys.find('b')).toBeDefined();
  });

  test('lets all callers have the answer of one fetch', async () => {
    const { state, keys } = scene();
    let release = (): void => undefined;
    state.hold = new Promise((resolve) => {
      release = resolve;
    });
    const both = Promise.all([keys.ready(), keys.ready(), keys.refetch()]);
    setImmediate(release);
    expect(await both).toEqual([true, true, true]);
    expect(state.fetches).toBe(1);
  });

  test('shares one fetch among callers, and waits a second for it at most', async () => {
    const { state, keys } = scene();
    state.hold = new Promise(() => undefined);
    const results = await Promise.all([keys.ready(), keys.ready()]);
    expect(results).toEqual([false, false]);
    expect(state.fetches).toBe(1);
  });

  test('gives up a fetch that a freeze left hanging, and never takes its answer back', async () => {
    const { state, keys } = scene();
    let release = (): void => undefined;
    state.hold = new Promise((resolve) => {
      release = resolve;
    });
    await keys.ready();
    state.hold = undefined;
    state.published = [b];
    state.now += 3_600_000;
    expect(await keys.ready()).toBe(true);
    state.published = [a];
    release();
    await settled();
    expect(keys.find('b')).toBeDefined();
    expect(keys.find('a')).toBeUndefined();
  });

  test('gives up a fetch that was begun beside an earlier call, so that the first call past the hard age has one of its own', async () => {
    const { state, keys } = scene();
    await keys.ready();
    state.now += HARD_AGE_MS - 1;
    state.hold = new Promise(() => undefined);
    await keys.ready();
    state.hold = undefined;
    state.published = [b];
    state.now += 1_000;
    await keys.ready();
    expect(keys.find('a')).toBeUndefined();
  });

  test('does not take a short wait for an earlier call’s fetch for a failure of the issuer', async () => {
    const { state, keys } = scene();
    await keys.ready();
    state.now += HARD_AGE_MS - 500;
    state.hold = new Promise(() => undefined);
    await keys.ready();
    state.now += 900;
    await keys.ready();
    state.hold = undefined;
    state.published = [b];
    state.now += 100;
    await keys.ready();
    expect(keys.find('a')).toBeUndefined();
  });

  test('does not take what a freeze broke off for a failure of the issuer', async () => {
    const { state, keys } = scene();
    await keys.ready();
    state.now += HARD_AGE_MS;
    let breakOff = (): void => undefined;
    state.hold = new Promise((_, reject) => {
      breakOff = () => reject(new Error('reset'));
    });
    // Waited for in vain; then the environment freezes.
    await keys.ready();
    state.hold = new Promise((resolve) => setTimeout(resolve, 20));
    state.published = [b];
    state.now += 60_000;
    breakOff();
    await settled();
    await keys.ready();
    expect(keys.find('a')).toBeUndefined();
  });

  test('lets requests that come later wait for the rest of one second only', async () => {
    const { state, keys } = scene();
    await keys.ready();
    state.now += HARD_AGE_MS;
    state.hold = new Promise(() => undefined);
    const first = keys.ready();
    state.now += 900;
    await expect(inTime(600, keys.ready())).resolves.toEqual(expect.any(Boolean));
    await first;
  });

  test.each([
    ['another key type', { ...a, kty: 'EC' }],
    ['an encryption key', { ...a, use: 'enc' }],
    ['another algorithm', { ...a, alg: 'RS512' }],
    ['a short modulus', signingKey('a', 1_024).jwk],
    ['a broken modulus', { ...a, n: '!' }],
    ['an exponent of 3', { ...a, e: 'Aw' }],
    ['an exponent of 65,535', { ...a, e: 'AP__' }],
    ['a key that signs only', { ...a, key_ops: ['sign'] }],
    ['a key for nothing', { ...a, key_ops: [] }],
    ['operations that are no list', { ...a, key_ops: 'verify' }],
  ])('does not use %s', async (_, unusable) => {
    const { keys } = scene([unusable, b]);
    await keys.ready();
    expect(keys.find('a')).toBeUndefined();
    expect(keys.find('b')).toBeDefined();
  });

  test('uses a key that says it is for verifying', async () => {
    const { keys } = scene([{ ...a, key_ops: ['verify'] }]);
    await keys.ready();
    expect(keys.find('a')).toBeDefined();
  });

  test('uses neither of two keys with one id', async () => {
    const { keys } = scene([a, { ...b, kid: 'a' }, b]);
    await keys.ready();
    expect(keys.find('a')).toBeUndefined();
  });

  test('takes an answer without a usable key for a failure and keeps the copy', async () => {
    const { state, keys } = scene();
    await keys.ready();
    state.published = [];
    state.now += HARD_AGE_MS;
    expect(await keys.ready()).toBe(true);
    expect(keys.find('a')).toBeDefined();
  });
});
