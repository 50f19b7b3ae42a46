/**
 * Lambda freezes an environment as soon as its answer is out: whatever is under way then dies, and
 * says so, if ever, only as the next call begins. On a fake clock; everything between an event and
 * its answer is the code that runs in Lambda.
 */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { KeyFetch } from '../../../lambda/adapters/key-memory.ts';
import { HARD_AGE_MS, MAX_WAIT_MS, SOFT_AGE_MS } from '../../../lambda/adapters/key-timings.ts';
import { environment, type Outcome } from '../../support/token-scene.ts';
import { accessToken, type SigningKey, signingKey } from '../../support/tokens.ts';

// Signing, not waiting, is what takes time here.
jest.setTimeout(30_000);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const [k1, k2] = [signingKey('k1'), signingKey('k2')];

/**
 * What becomes of a fetch that is under way at the freeze: the next call finds a reset connection,
 * or nothing at all.
 */
type Loss = 'reset' | 'silent';

/**
 * An environment that is frozen between its calls, and an issuer that answers in 300 ms or hangs.
 */
function frozenBetweenCalls(loss: Loss) {
  const state = { published: [k1], hangs: false, fetches: 0 };
  const underWay = new Set<{ lost: boolean; fail(): void }>();
  const fetch = (): Promise<KeyFetch> => {
    state.fetches++;
    const keys = state.published.map(({ jwk }) => jwk);
    return new Promise((resolve, reject) => {
      const mine = { lost: false, fail: () => reject(new Error('reset')) };
      underWay.add(mine);
      const end = (answer: () => void) => () => {
        underWay.delete(mine);
        answer();
      };
      if (!state.hangs)
        setTimeout(() => !mine.lost && end(() => resolve({ keys, maxAgeMs: undefined }))(), 300);
      setTimeout(
        end(() => reject(new Error('no answer within 2 s'))),
        2 * SECOND,
      );
    });
  };
  const lambda = environment({ fetch });
  let minted = 0;
  return {
    state,
    /** A call, then a freeze of that many milliseconds. */
    async call(
      key: SigningKey,
      frozenMs: number,
    ): Promise<{ readonly outcome: Outcome; readonly waitedMs: number }> {
      const startedAt = Date.now();
      const token = accessToken(key, Math.floor(startedAt / SECOND), { jti: `AT.${++minted}` });
      let done = false;
      const work = lambda.call(token).finally(() => {
        done = true;
      });
      await jest.advanceTimersByTimeAsync(0);
      while (!done) await jest.advanceTimersByTimeAsync(10);
      const waitedMs = Date.now() - startedAt;
      for (const lost of underWay) lost.lost = true;
      // Time passes outside; timers stand still.
      jest.setSystemTime(Date.now() + frozenMs);
      for (const lost of loss === 'reset' ? underWay : []) lost.fail();
      if (loss === 'reset') underWay.clear();
      await jest.advanceTimersByTimeAsync(0);
      return { outcome: await work, waitedMs };
    },
  };
}

beforeEach(() => void jest.useFakeTimers({ now: Date.parse('2026-11-22T08:00:00Z') }));
afterEach(() => void jest.useRealTimers());

const losses: readonly Loss[] = ['reset', 'silent'];
const rhythms = [500, 1_100, 2_500, 20 * SECOND, 2 * MINUTE, 7 * MINUTE];
const table = losses.flatMap((loss) => rhythms.map((frozenMs) => [loss, frozenMs] as const));

describe('an environment that is frozen after each call', () => {
  test.each(table)(
    'accepts no withdrawn key past the hard age (fetches lost: %s, %d ms frozen)',
    async (loss, frozenMs) => {
      const { state, call } = frozenBetweenCalls(loss);
      expect((await call(k1, frozenMs)).outcome).toMatchObject({ effect: 'allow' });
      const withdrawnAt = Date.now();
      state.published = [k2];
      // Calls before the soft age change nothing; those after it are what counts.
      if (frozenMs < MINUTE) jest.setSystemTime(Date.now() + SOFT_AGE_MS - 10 * SECOND);
      let lastAccepted = withdrawnAt;
      let waits = 0;
      while (Date.now() - withdrawnAt < HARD_AGE_MS + MINUTE) {
        // Short rhythms need not be played through the whole of the five minutes.
        if (
          frozenMs < 5 * SECOND &&
          Date.now() - withdrawnAt > 5.5 * MINUTE &&
          Date.now() - withdrawnAt < 9.5 * MINUTE
        )
          jest.setSystemTime(withdrawnAt + 9.5 * MINUTE);
        const { outcome, waitedMs } = await call(k1, frozenMs);
        if (outcome.effect === 'allow') lastAccepted = Date.now() - frozenMs;
        expect(waitedMs).toBeLessThanOrEqual(MAX_WAIT_MS);
        if (waitedMs > 0) waits++;
      }
      // A fetch that was begun less than a second earlier may keep the first call past the hard age
      // from fetching itself.
      expect(lastAccepted - withdrawnAt).toBeLessThanOrEqual(HARD_AGE_MS + SECOND);
      expect(waits).toBeGreaterThan(0);
      expect((await call(k2, frozenMs)).outcome).toMatchObject({ effect: 'allow' });
    },
  );

  test.each(losses)(
    'waits once in ten seconds at most while the issuer hangs (fetches lost: %s)',
    async (loss) => {
      const { state, call } = frozenBetweenCalls(loss);
      await call(k1, HARD_AGE_MS);
      state.hangs = true;
      const startedAt = Date.now();
      let waited = 0;
      for (let n = 0; n < 120; n++) {
        const { outcome, waitedMs } = await call(k1, 500);
        expect(outcome).toMatchObject({ effect: 'allow' });
        expect(waitedMs).toBeLessThanOrEqual(MAX_WAIT_MS);
        waited += waitedMs;
      }
      expect(waited).toBeGreaterThan(0);
      expect(waited).toBeLessThanOrEqual(
        (Math.ceil((Date.now() - startedAt) / (10 * SECOND)) + 1) * MAX_WAIT_MS,
      );
    },
  );
});
