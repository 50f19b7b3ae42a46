import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { KeyFetch } from '../../../lambda/adapters/key-memory.ts';
import { createKeySet } from '../../../lambda/adapters/key-set.ts';
import {
  FAILURE_PAUSE_MS,
  FETCH_TIMEOUT_MS,
  MAX_FETCH_MS,
  SOFT_AGE_MS,
} from '../../../lambda/adapters/key-timings.ts';
import { oktaTokenVerifier } from '../../../lambda/adapters/okta-token-verifier.ts';
import { model } from '../../support/model.ts';
import { accessToken, signingKey } from '../../support/tokens.ts';

const [known, next] = [signingKey('known'), signingKey('next')];

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

type Mood = 'up' | 'down' | 'hangs' | 'empty';

function scene(mood: Mood = 'up') {
  const issuer = { mood, published: [known.jwk] as readonly object[], fetches: 0 };
  const clock = { now: () => Date.now() };
  const fetch = async (): Promise<KeyFetch> => {
    issuer.fetches++;
    if (issuer.mood === 'hangs') {
      await new Promise((resolve) => setTimeout(resolve, FETCH_TIMEOUT_MS));
      throw new Error('no answer');
    }
    if (issuer.mood === 'down') throw new Error('down');
    return { keys: issuer.mood === 'empty' ? [] : issuer.published, maxAgeMs: undefined };
  };
  const { verify } = oktaTokenVerifier(model({ routes: [] }), clock, (name) =>
    createKeySet({ issuer: name, fetch, clock }),
  );
  const ask = async (key: typeof known) => {
    const startedAt = Date.now();
    const answer = Promise.resolve(verify(accessToken(key, Math.floor(Date.now() / 1_000))));
    let isDone = false;
    void answer.then(() => {
      isDone = true;
    });
    await jest.advanceTimersByTimeAsync(0);
    while (!isDone) await jest.advanceTimersByTimeAsync(10);
    const outcome = await answer;
    return { says: 'code' in outcome ? outcome.code : 'good', waitedMs: Date.now() - startedAt };
  };
  return { issuer, ask };
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe.each<readonly [Mood, number]>([
  ['down', 0],
  ['hangs', 1_000],
  ['empty', 0],
])('while the issuer is %s, a token with an unknown kid', (mood, firstWaitMs) => {
  /** With keys, and the first failure told. */
  const failing = async () => {
    const world = scene();
    expect(await world.ask(known)).toEqual({ says: 'good', waitedMs: 0 });
    await pass(2_000);
    world.issuer.mood = mood;
    const first = await world.ask(next);
    expect(first).toEqual({ says: 'KEYS_UNAVAILABLE', waitedMs: firstWaitMs });
    return world;
  };

  test('is refused at once after the first, for ten seconds, and known keys are unharmed', async () => {
    const { ask } = await failing();
    const endsAt = Date.now() + FAILURE_PAUSE_MS;
    while (Date.now() < endsAt) {
      expect(await ask(next)).toEqual({ says: 'KEYS_UNAVAILABLE', waitedMs: 0 });
      expect(await ask(known)).toEqual({ says: 'good', waitedMs: 0 });
      await pass(100);
    }
    expect(await ask(next)).toEqual({ says: 'KEYS_UNAVAILABLE', waitedMs: firstWaitMs });
  });

  test('is never said to be unpublished, whenever a pause ends between two fetches', async () => {
    const { ask } = await failing();
    for (const endsAt = Date.now() + 3 * FAILURE_PAUSE_MS; Date.now() < endsAt; await pass(170))
      expect((await ask(next)).says).toBe('KEYS_UNAVAILABLE');
  });

  test('makes one fetch a second beside the calls', async () => {
    const { issuer, ask } = await failing();
    const before = issuer.fetches;
    for (let n = 0; n < 80; n++) {
      await ask(next);
      await pass(100);
    }
    expect(issuer.fetches - before).toBeGreaterThanOrEqual(7);
    expect(issuer.fetches - before).toBeLessThanOrEqual(9);
  });

  test('is good within two seconds of the recovery', async () => {
    const { issuer, ask } = await failing();
    await ask(next);
    await pass(500);
    issuer.mood = 'up';
    issuer.published = [known.jwk, next.jwk];
    const recoveredAt = Date.now();
    while ((await ask(next)).says !== 'good') await pass(50);
    expect(Date.now() - recoveredAt).toBeLessThanOrEqual(2_000);
  });

  test('is KEY_UNKNOWN again once a fetch succeeds', async () => {
    const { issuer, ask } = await failing();
    issuer.mood = 'up';
    await pass(1_000);
    await ask(next);
    expect((await ask(next)).says).toBe('KEY_UNKNOWN');
  });
});

test('a fetch that answered without the key pauses nothing beyond its second', async () => {
  const { issuer, ask } = scene();
  await ask(known);
  for (let n = 0; n < 20; n++) {
    await pass(1_000);
    expect(await ask(next)).toEqual({ says: 'KEY_UNKNOWN', waitedMs: 0 });
  }
  issuer.published = [known.jwk, next.jwk];
  await pass(1_000);
  expect(await ask(next)).toEqual({ says: 'good', waitedMs: 0 });
});

test('the failure of an older fetch pauses nothing after the answer to a later one', async () => {
  const { issuer, ask } = scene();
  await ask(known);
  await pass(2_000);
  issuer.mood = 'hangs';
  await ask(next);
  issuer.mood = 'up';
  await ask(next);
  await pass(FETCH_TIMEOUT_MS);
  expect((await ask(next)).says).toBe('KEY_UNKNOWN');
});

test('a fetch beside a request that fails pauses nothing: a freeze may have broken it off', async () => {
  const { issuer, ask } = scene();
  await ask(known);
  issuer.mood = 'down';
  await pass(SOFT_AGE_MS);
  await ask(known);
  issuer.mood = 'up';
  await pass(1_000);
  expect(await ask(next)).toEqual({ says: 'KEY_UNKNOWN', waitedMs: 0 });
});

test('an environment without keys waits, all its calls together for one fetch', async () => {
  const { issuer, ask } = scene('hangs');
  const both = await Promise.all([ask(next), ask(known)]);
  expect(both.map(({ says }) => says)).toEqual(['KEYS_UNAVAILABLE', 'KEYS_UNAVAILABLE']);
  expect(both[0]?.waitedMs).toBeGreaterThanOrEqual(1_000);
  expect(issuer.fetches).toBe(1);
});

test('a fetch that the adapter ends is not taken for one that froze', () => {
  expect(FETCH_TIMEOUT_MS).toBeLessThan(MAX_FETCH_MS);
});
