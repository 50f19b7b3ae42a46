import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { dynamoQuotaStore } from '../../../lambda/adapters/dynamo-quota-store.ts';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import type { QuotaFile } from '../../../lambda/core/model/model-file.ts';
import { model } from '../../support/model.ts';
import { type Slowness, slowDynamo } from '../../support/slow-dynamo.ts';

const route = 'GET /orders';
const LIMIT = 1_500;
const CALLS = 10_000;
const AT_ONCE = 400;
/** Two cores serve some 2,000 calls a second, however soon each is decided. */
const CALL_MS = 200;

type Sketch = Pick<QuotaFile, 'accuracy' | 'onStoreFailure'>;

/** The overload run: callers at once that use up their calls against one counter. */
async function overload(sketch: Sketch, slowness: Slowness) {
  const windows = [{ id: 'hour', per: 'hour' as const, limit: LIMIT }];
  const access = model({
    routes: [route],
    quotas: [{ name: 'standard', by: 'group', ...sketch, windows }],
    groups: { readers: { allow: [route], quota: 'standard' } },
  });
  const entitlements = entitlementsOf(access, {
    kind: 'user',
    uid: '00u1',
    cid: '0oa1web',
    groups: ['readers'],
    scopes: [],
  });
  const dynamo = slowDynamo(slowness);
  const limiter = quotaLimiter(access, dynamoQuotaStore('quota', dynamo.connect), Date);
  const kinds: string[] = [];
  let left = CALLS;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const served = new Promise((done) => void setTimeout(done, CALL_MS));
      kinds.push((await limiter(entitlements, route)).kind);
      await served;
    }
  };
  let over = false;
  void Promise.all(Array.from({ length: AT_ONCE }, caller)).then(() => {
    over = true;
  });
  while (!over) await jest.advanceTimersByTimeAsync(100);
  const admitted = kinds.filter((kind) => kind === 'admitted').length;
  return { calls: kinds.length, admitted, counted: dynamo.counted('hour_used') };
}

describe('a store that answers too late', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: Date.parse('2026-11-22T10:15:30Z') });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  // The answers that come after half of the time are given up too, for a second request.
  const late: readonly Slowness[] = [
    { share: 0.1, promptMs: 20, lateMs: [310, 900], seed: 1 },
    { share: 0.6, promptMs: 20, lateMs: [310, 900], seed: 2 },
    { share: 0.4, promptMs: 20, lateMs: [160, 2_000], seed: 3 },
  ];
  const runs = late.flatMap((slowness) =>
    (['exact', 'leased'] as const).map((accuracy) => ({ accuracy, ...slowness })),
  );

  test.each(runs)(
    'spends a quota on calls that pass: $accuracy, $share of the answers after $lateMs ms',
    async ({ accuracy, ...slowness }) => {
      const run = await overload({ accuracy, onStoreFailure: 'deny' }, slowness);
      expect(run.calls).toBe(CALLS);
      expect(run.admitted).toBeLessThanOrEqual(run.counted);
      expect(run.counted).toBeLessThanOrEqual(LIMIT);
      expect(run.admitted).toBeGreaterThanOrEqual(0.9 * LIMIT);
    },
    60_000,
  );

  test.each(['exact', 'leased'] as const)(
    'never lets a late unit pay where its call has passed: %s',
    async (accuracy) => {
      const [slowness = { share: 1, promptMs: 1, lateMs: [2, 3], seed: 1 }] = late;
      const run = await overload({ accuracy, onStoreFailure: 'allow' }, slowness);
      expect(run.admitted).toBeLessThan(run.counted);
      expect(run.counted).toBeLessThanOrEqual(LIMIT);
    },
    60_000,
  );
});
