/**
 * A day in the life of the authorizer's key handling, on a fake clock: the issuer rotates,
 * withdraws, fails and recovers while environments come, freeze and go. Everything between an event
 * and its answer is the code that runs in Lambda.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { HARD_AGE_MS, MAX_STALE_MS, MAX_WAIT_MS } from '../../../lambda/adapters/key-timings.ts';
import { memoryKeyCopy } from '../../../lambda/adapters/memory-key-copy.ts';
import { environment, type Outcome } from '../../support/token-scene.ts';
import { accessToken, base64url, type SigningKey, signingKey } from '../../support/tokens.ts';

// Signing, not waiting, is what takes time here.
jest.setTimeout(30_000);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const [k1, k2, k3, k4] = ['k1', 'k2', 'k3', 'k4'].map((kid) => signingKey(kid)) as [
  SigningKey,
  SigningKey,
  SigningKey,
  SigningKey,
];
const unpublished = signingKey('junk');

type Mood = 'up' | 'down' | 'hangs' | 'slow' | 'empty' | 'odd';
const issuer = { published: [k1], mood: 'up' as Mood, fetches: 0 };
const copy = memoryKeyCopy();

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * As the adapter behaves: an answer in 30 ms, a failure at once, or a failure after two seconds.
 */
async function fetch() {
  issuer.fetches++;
  const keys = issuer.published.map(({ jwk }) => jwk);
  switch (issuer.mood) {
    case 'up':
      await after(30);
      return { keys, maxAgeMs: 3_832_304 * SECOND };
    case 'slow':
      await after(900);
      return { keys, maxAgeMs: undefined };
    case 'empty':
      return { keys: [], maxAgeMs: undefined };
    case 'odd':
      return {
        keys: [{ kty: 'RSA', kid: 'k9' }, null, { ...k1.jwk, use: 'enc' }],
        maxAgeMs: undefined,
      };
    case 'down':
      throw new Error('503');
    case 'hangs':
      await after(2 * SECOND);
      throw new Error('no answer');
  }
}

const newEnvironment = () => environment({ fetch, copy });
type Environment = ReturnType<typeof newEnvironment>;
let one: Environment;

beforeAll(() => {
  jest.useFakeTimers({ now: Date.parse('2026-11-22T08:00:00Z') });
  one = newEnvironment();
});
afterAll(() => {
  jest.useRealTimers();
});

let minted = 0;
const token = (key: SigningKey): string =>
  accessToken(key, Math.floor(Date.now() / SECOND), { jti: `AT.${++minted}` });

/** The outcome of a call, and how long it waited, with the clock running on. */
async function timed(
  work: Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly waitedMs: number }> {
  const startedAt = Date.now();
  let done = false;
  const watched = work.finally(() => {
    done = true;
  });
  await jest.advanceTimersByTimeAsync(0);
  while (!done) await jest.advanceTimersByTimeAsync(10);
  return { outcome: await watched, waitedMs: Date.now() - startedAt };
}

const call = async (lambda: Environment, text: string): Promise<Outcome> =>
  (await timed(lambda.call(text))).outcome;

async function expectAllowed(
  lambda: Environment,
  text: string,
  longestWaitMs = MAX_WAIT_MS,
): Promise<void> {
  const { outcome, waitedMs } = await timed(lambda.call(text));
  expect(outcome).toMatchObject({ effect: 'allow' });
  expect(waitedMs).toBeLessThanOrEqual(longestWaitMs);
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

test('08:00, a quiet hour: a call a minute costs a fetch in five, and none of them waits', async () => {
  await call(one, token(k1));
  issuer.fetches = 0;
  for (let minute = 0; minute < 60; minute++) {
    await expectAllowed(one, token(k1), 0);
    await pass(MINUTE);
  }
  expect(issuer.fetches).toBeLessThanOrEqual(12);
  expect(issuer.fetches).toBeGreaterThan(0);
});

test('09:00, a rotation: the first token of the new key is accepted after one fetch, and old tokens stay good', async () => {
  await pass(2 * SECOND);
  issuer.published = [k1, k2];
  issuer.fetches = 0;
  await expectAllowed(one, token(k2), 100);
  await expectAllowed(one, token(k1), 0);
  expect(issuer.fetches).toBe(1);
});

test('09:10, a flood of 1,000 unknown kids during a rotation: at most 10 fetches, known users never wait, the new key is found', async () => {
  await pass(10 * MINUTE);
  await expectAllowed(one, token(k2));
  await pass(2 * SECOND);
  issuer.fetches = 0;
  const known = token(k2);
  // Claims that would pass, so that each of them makes the authorizer look for its key.
  const rest = token(unpublished).split('.').slice(1).join('.');
  const startedAt = Date.now();
  let rotatedAt = 0;
  let acceptedAt = 0;
  for (let n = 0; n < 1_000; n++) {
    if (n === 400) {
      issuer.published = [k1, k2, k3];
      rotatedAt = Date.now();
    }
    const junk = one.call(`${base64url({ alg: 'RS256', kid: `junk-${n}` })}.${rest}`);
    await expectAllowed(one, n % 10 === 0 ? token(k2) : known, 0);
    expect((await timed(junk)).outcome).toMatchObject({ effect: 'deny', code: 'KEY_UNKNOWN' });
    if (rotatedAt > 0 && acceptedAt === 0 && (await call(one, token(k3))).effect === 'allow')
      acceptedAt = Date.now();
    await pass(Math.max(0, startedAt + (n + 1) * 9 - Date.now()));
  }
  expect(issuer.fetches).toBeLessThanOrEqual(10);
  expect(acceptedAt - rotatedAt).toBeLessThanOrEqual(2 * SECOND);
});

test('10:00, a withdrawn key: no token of it is accepted past ten minutes, not even one that was just remembered', async () => {
  await pass(51 * MINUTE);
  const remembered = token(k2);
  await expectAllowed(one, remembered);
  issuer.published = [k3];
  const withdrawnAt = Date.now();
  let lastAccepted = 0;
  for (let n = 0; n < 60; n++) {
    await pass(15 * SECOND);
    for (const old of [remembered, token(k2), token(k1)]) {
      if ((await call(one, old)).effect === 'allow') lastAccepted = Date.now();
    }
    await expectAllowed(one, token(k3));
  }
  expect(lastAccepted - withdrawnAt).toBeLessThanOrEqual(HARD_AGE_MS);
});

test.each(['down', 'hangs'] as const)(
  '11:00, an outage of an hour (%s): nobody who is known is refused, on fresh environments too',
  async (mood) => {
    issuer.mood = mood;
    issuer.fetches = 0;
    for (let minute = 0; minute < 60; minute++) {
      await pass(MINUTE);
      await expectAllowed(one, token(k3));
      const fresh = newEnvironment();
      await expectAllowed(fresh, token(k3));
      await expectAllowed(fresh, token(k3), 0);
      expect(await call(fresh, token(k1))).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    }
    issuer.mood = 'up';
    await pass(11 * SECOND);
    await expectAllowed(one, token(k3));
  },
);

test('13:00, an outage begins as keys change: an environment learns the new key from another one’s copy', async () => {
  await pass(HARD_AGE_MS);
  await expectAllowed(one, token(k3));
  await pass(2 * SECOND);
  issuer.published = [k3, k4];
  await expectAllowed(newEnvironment(), token(k4));
  issuer.mood = 'down';
  await pass(2 * SECOND);
  await expectAllowed(one, token(k4));
  issuer.mood = 'up';
});

test('14:00, a freeze of two hours, a fetch half done: what was withdrawn meanwhile is refused at the first call', async () => {
  const frozen = newEnvironment();
  await expectAllowed(frozen, token(k3));
  await pass(6 * MINUTE);
  await expectAllowed(frozen, token(k3), 0);
  // The call above is past the soft age: its fetch is under way as the environment freezes, and
  // timers stand still.
  issuer.published = [k4];
  jest.setSystemTime(Date.now() + 2 * HOUR);
  expect(await call(frozen, token(k3))).toMatchObject({ code: 'KEY_UNKNOWN' });
  await expectAllowed(frozen, token(k4));
});

test.each(['slow', 'empty', 'odd'] as const)(
  '17:00, answers that are %s for half an hour keep nobody out',
  async (mood) => {
    issuer.mood = 'up';
    await pass(HARD_AGE_MS);
    await expectAllowed(one, token(k4));
    issuer.mood = mood;
    for (let minute = 0; minute < 30; minute++) {
      await pass(MINUTE);
      await expectAllowed(one, token(k4));
      await expectAllowed(newEnvironment(), token(k4));
    }
    issuer.mood = 'up';
  },
);

test('20:00, an outage that does not end: keys are used for a day and not longer, and it is the keys that are named', async () => {
  await pass(HARD_AGE_MS);
  await expectAllowed(one, token(k4));
  issuer.mood = 'down';
  const fetchedAt = Date.now();
  let lastAccepted = 0;
  let refused: Outcome | undefined;
  for (let n = 0; n < 50; n++) {
    await pass(HOUR / 2);
    for (const lambda of [one, newEnvironment()]) {
      const outcome = await call(lambda, token(k4));
      if (outcome.effect === 'allow') lastAccepted = Date.now();
      else refused = outcome;
    }
  }
  expect(lastAccepted - fetchedAt).toBeLessThanOrEqual(MAX_STALE_MS);
  expect(lastAccepted - fetchedAt).toBeGreaterThan(MAX_STALE_MS - HOUR);
  expect(refused).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  issuer.mood = 'up';
  await pass(2 * SECOND);
  await expectAllowed(one, token(k4));
});
