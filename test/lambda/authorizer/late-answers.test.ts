import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import {
  type ChargeResult,
  type QuotaStore,
  QuotaStoreError,
  type QuotaStoreFault,
} from '../../../lambda/ports.ts';
import { model, modelFile, rowOf } from '../../support/model.ts';

const LIMIT = 20;
const START = Date.parse('2026-11-22T10:15:00Z');
const route = 'GET /orders';
const windows = [{ id: 'minute', per: 'minute' as const, limit: LIMIT }];
const access = model({
  routes: [route],
  quotas: (['exact', 'leased'] as const).flatMap((accuracy) =>
    (['deny', 'allow'] as const).map((onStoreFailure) => ({
      name: `${accuracy}-${onStoreFailure}`,
      accuracy,
      onStoreFailure,
      windows,
    })),
  ),
  groups: Object.fromEntries(
    ['exact-deny', 'exact-allow', 'leased-deny', 'leased-allow'].map((name) => [
      name,
      { allow: [route], quota: name },
    ]),
  ),
});
const caller = (group: string, uid: string) =>
  entitlementsOf(access, { kind: 'user', uid, cid: '0oa1web', groups: [group], scopes: [] });

type Answer =
  | { readonly kind: 'prompt' }
  | { readonly kind: 'fails'; readonly fault: QuotaStoreFault; readonly mayHaveCharged: boolean };
const unknown: Answer = { kind: 'fails', fault: 'timeout', mayHaveCharged: true };

/** A store whose every charge ends as it is set. */
function scene(group = 'exact-deny') {
  let answer: Answer = { kind: 'prompt' };
  let charges = 0;
  const late: ((result: ChargeResult) => void)[] = [];
  const store: QuotaStore = {
    budgetMs: 300,
    async charge({ windows: [window], units }, onLate) {
      charges++;
      if (onLate) late.push(onLate);
      if (answer.kind === 'fails') throw new QuotaStoreError(answer.fault, answer);
      return admitted(units, window?.start);
    },
  };
  const limiter = quotaLimiter(access, store, Date);
  return {
    next: (next: Answer) => {
      answer = next;
    },
    charges: () => charges,
    call: async (uid = '00u1') => (await limiter(caller(group, uid), route)).kind,
    /** Calls when so much time has passed, and lets as much pass as the call waits. */
    callAfter: async (ms: number) => {
      await jest.advanceTimersByTimeAsync(ms);
      let kind: string | undefined;
      void Promise.resolve(limiter(caller(group, '00u1'), route)).then((outcome) => {
        kind = outcome.kind;
      });
      await jest.advanceTimersByTimeAsync(0);
      while (kind === undefined) await jest.advanceTimersByTimeAsync(10);
      return kind;
    },
    comesLate: (result: ChargeResult) => late.at(-1)?.(result),
  };
}

const admitted = (units: number, start = START / 1_000): ChargeResult => ({
  kind: 'admitted',
  units,
  counts: [{ id: 'minute', start, used: units, instances: 0 }],
});

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a counter whose charge has no outcome', () => {
  test('is not charged for a second, then twice as long after each further one, for 10 s at most', async () => {
    const { next, call, callAfter, charges } = scene();
    next(unknown);
    expect(await call()).toBe('store_failed');
    for (const pause of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      const before = charges();
      expect(await callAfter(pause - 20)).toBe('store_failed');
      expect(charges()).toBe(before);
      expect(await callAfter(20)).toBe('store_failed');
      expect(charges()).toBe(before + 1);
    }
  });

  test('is charged as before once a charge was answered', async () => {
    const { next, call, callAfter, charges } = scene();
    next(unknown);
    await call();
    await callAfter(1_000);
    next({ kind: 'prompt' });
    expect(await callAfter(2_000)).toBe('admitted');
    next(unknown);
    await call();
    const before = charges();
    await callAfter(1_000);
    expect(charges()).toBe(before + 1);
  });

  test('begins one pause, however many calls fail at once', async () => {
    const { next, call, callAfter, charges } = scene();
    next(unknown);
    await Promise.all([call(), call(), call(), call()]);
    expect(charges()).toBe(4);
    next({ kind: 'prompt' });
    expect(await callAfter(1_000)).toBe('admitted');
  });

  test('leaves the other counters alone', async () => {
    const { next, call } = scene();
    next(unknown);
    await call('00u1');
    next({ kind: 'prompt' });
    expect(await call('00u2')).toBe('admitted');
  });

  test.each(['throttled', 'conflict', 'connection', 'request', 'clock'] as const)(
    'is charged by the next call where the charge surely was not counted: %s',
    async (fault) => {
      const { next, call } = scene();
      next({ kind: 'fails', fault, mayHaveCharged: false });
      expect(await call()).toBe('store_failed');
      next({ kind: 'prompt' });
      expect(await call()).toBe('admitted');
    },
  );
});

describe.each(['exact-deny', 'leased-deny'])('a late answer, %s', (group) => {
  test('pays for as many calls as it has units, without another charge, and for no caller else', async () => {
    const { next, call, comesLate, callAfter, charges } = scene(group);
    next(unknown);
    await call();
    comesLate(admitted(2));
    expect(await call('00u2')).toBe('store_failed');
    const before = charges();
    expect(await call()).toBe('admitted');
    expect(await call()).toBe('admitted');
    expect(await callAfter(0)).toBe('store_failed');
    // The next charge is that of a call after the pause.
    expect(charges()).toBe(before);
  });

  test('pays for a call that waits for it, in the order in which they came', async () => {
    const { next, call, comesLate } = scene(group);
    next(unknown);
    await call();
    const kinds = [call(), call()];
    await jest.advanceTimersByTimeAsync(250);
    comesLate(admitted(1));
    await jest.advanceTimersByTimeAsync(100);
    expect(await Promise.all(kinds)).toEqual(['admitted', 'store_failed']);
  });

  test('pays until its window ends', async () => {
    const { next, call, comesLate } = scene(group);
    next(unknown);
    await call();
    comesLate(admitted(1));
    jest.setSystemTime(START + 60_000);
    next({ kind: 'fails', fault: 'request', mayHaveCharged: false });
    expect(await call()).toBe('store_failed');
  });

  test('of a window that has ended takes nothing from the units of the next one', async () => {
    const { next, call, comesLate } = scene(group);
    next(unknown);
    await call();
    comesLate(admitted(1, START / 1_000 + 60));
    comesLate(admitted(5));
    jest.setSystemTime(START + 60_000);
    next({ kind: 'fails', fault: 'request', mayHaveCharged: false });
    expect([await call(), await call()]).toEqual(['admitted', 'store_failed']);
  });

  test('that nothing is left is remembered until the window ends', async () => {
    const { next, call, comesLate, charges } = scene(group);
    next(unknown);
    await call();
    const counts = [{ id: 'minute', start: START / 1_000, used: LIMIT, instances: 0 }];
    comesLate({ kind: 'exceeded', counts });
    expect(await call()).toBe('exceeded');
    expect(charges()).toBe(1);
  });

  test('within the time of the call pays for that call', async () => {
    const store: QuotaStore = {
      budgetMs: 300,
      async charge(_charge, onLate) {
        onLate?.(admitted(1));
        throw new QuotaStoreError('timeout');
      },
    };
    const limiter = quotaLimiter(access, store, Date);
    expect((await limiter(caller(group, '00u1'), route)).kind).toBe('admitted');
  });
});

test.each(['exact-allow', 'leased-allow'])(
  'a late answer pays for nothing where the call has passed: %s',
  async (group) => {
    const { next, call, comesLate, callAfter } = scene(group);
    next(unknown);
    await call();
    comesLate(admitted(2));
    expect(await callAfter(0)).toBe('store_failed');
  },
);

test('a late answer pays for nothing where shadow mode has let the call pass', async () => {
  const quotas = [{ name: 'q', windows, onStoreFailure: 'deny' as const }];
  const asked = async (shadow: readonly string[]) => {
    const sketch = { routes: [route], quotas, groups: { g: { allow: [route], quota: 'q' } } };
    const evaluated = parseModel({
      ...modelFile(sketch),
      ...(shadow.length > 0 && { shadow: { whole: false, routes: rowOf([route], shadow) } }),
    });
    const store: QuotaStore = {
      budgetMs: 300,
      async charge(_charge, onLate) {
        onLate?.(admitted(1));
        throw new QuotaStoreError('timeout');
      },
    };
    const limiter = quotaLimiter(evaluated, store, Date);
    const as = entitlementsOf(evaluated, {
      kind: 'user',
      uid: 'u',
      cid: '0oa1web',
      groups: ['g'],
      scopes: [],
    });
    return (await limiter(as, route)).kind;
  };
  expect(await asked([])).toBe('admitted');
  expect(await asked([route])).toBe('store_failed');
});
