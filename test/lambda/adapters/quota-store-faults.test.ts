import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type DynamoQuotaStore,
  dynamoQuotaStore,
} from '../../../lambda/adapters/dynamo-quota-store.ts';
import { embeddedMetrics } from '../../../lambda/adapters/embedded-metrics.ts';
import type { QuotaStoreFault } from '../../../lambda/ports.ts';
import { connectTo, DYNAMO_CLIENTS } from '../../support/dynamo-clients.ts';
import { type Behaviour, type FaultyStore, startFaultyStore } from '../../support/faulty-store.ts';
import { inTime } from '../../support/in-time.ts';
import { pass, stopTimers } from '../../support/stopped-timers.ts';

const charge = {
  key: 'standard#user:00u1',
  units: 1,
  // Its windows are not foreseen, so that a failed condition may be that of nothing stored.
  shared: true,
  windows: [{ id: 'minute', per: 'minute' as const, limit: 5, start: 1_795_000_020, joins: false }],
  keepUntil: 1_795_000_080,
};
const works: Behaviour = { kind: 'works' };
const error = (status: number, type: string): Behaviour => ({ kind: 'error', status, type });
const BUDGET_MS = 300;
/** How long the first request of an environment may take. */
const WARM_UP_MS = 2_000;

let server: FaultyStore;
/** What passes after a request that gets no answer. */
let patienceMs: number;
let store: DynamoQuotaStore;
let lines: string[];
beforeAll(async () => {
  server = await startFaultyStore(() => void pass(patienceMs));
});
afterAll(() => server.close());
stopTimers();

/** Those after which nobody knows whether the charge was counted. */
const UNKNOWN: readonly QuotaStoreFault[] = ['timeout', 'connection', 'server'];
const faults: readonly (readonly [name: string, behaviour: Behaviour, fault: QuotaStoreFault])[] = [
  ['a store that does not answer', { kind: 'silent' }, 'timeout'],
  ['an answer that stops half way', { kind: 'stops_half_way' }, 'timeout'],
  ['a connection that is closed', { kind: 'hangs_up' }, 'connection'],
  ['a throttled table', error(400, 'ProvisionedThroughputExceededException'), 'throttled'],
  ['a throttled account', error(400, 'ThrottlingException'), 'throttled'],
  ['an item in a transaction', error(400, 'TransactionConflictException'), 'conflict'],
  ['a fault of the store', error(500, 'InternalServerError'), 'server'],
  ['a store that is away', error(503, 'ServiceUnavailable'), 'server'],
];

describe.each(DYNAMO_CLIENTS)('over %s', (_client, connect) => {
  beforeEach(() => {
    lines = [];
    server.behave([works]);
    server.setClock(0);
    // A request is given up at half of the budget, so that a second one fits.
    patienceMs = BUDGET_MS / 2;
    store = storeWithin(BUDGET_MS);
  });
  const storeWithin = (budgetMs: number): DynamoQuotaStore =>
    dynamoQuotaStore('quota', connectTo(server.endpoint, connect), {
      budgetMs,
      metrics: embeddedMetrics('orders', { now: () => 0 }, (line) => void lines.push(line)),
    });

  describe('a fault of the store', () => {
    test.each(faults)(
      'is survived with one retry, which is counted: %s',
      async (_name, behaviour, fault) => {
        await store.warmUp();
        server.behave([behaviour, works]);
        expect(await store.charge(charge)).toMatchObject({
          kind: 'admitted',
          counts: [{ used: 1 }],
        });
        expect(server.requests()).toBe(2);
        expect(lines.map((line) => JSON.parse(line))).toMatchObject([
          { QuotaStoreRetries: 1, fault, FunctionName: 'orders' },
        ]);
      },
    );

    test.each(faults)(
      'that stays is reported within the budget, after one retry: %s',
      async (_name, behaviour, fault) => {
        await store.warmUp();
        server.behave([behaviour]);
        await expect(inTime(BUDGET_MS + 1, store.charge(charge))).rejects.toMatchObject({
          name: 'QuotaStoreError',
          fault,
          mayHaveCharged: UNKNOWN.includes(fault),
        });
        expect(server.requests()).toBe(2);
      },
    );

    test.each([
      ['rights that are missing', error(400, 'AccessDeniedException')],
      ['a request that is not valid', error(400, 'ValidationException')],
      ['a table that is not there', error(400, 'ResourceNotFoundException')],
    ])('that no retry can fix is reported at once: %s', async (_name, behaviour) => {
      await store.warmUp();
      server.behave([behaviour]);
      await expect(store.charge(charge)).rejects.toMatchObject({
        fault: 'request',
        mayHaveCharged: false,
      });
      expect(server.requests()).toBe(1);
      expect(lines).toEqual([]);
    });

    test.each([['that is no JSON', { kind: 'gibberish' } satisfies Behaviour]])(
      'in its answer admits nothing: %s',
      async (_name, behaviour) => {
        await store.warmUp();
        server.behave([behaviour]);
        await expect(store.charge(charge)).rejects.toMatchObject({ name: 'QuotaStoreError' });
      },
    );

    test('in its answer admits nothing: another window than the one charged', async () => {
      server.behave([works]);
      const next = {
        ...charge,
        windows: charge.windows.map((window) => ({ ...window, start: window.start + 60 })),
      };
      await expect(store.charge(next)).rejects.toMatchObject({ fault: 'answer' });
    });

    test('is retried once a charge, whatever number of writes the charge takes', async () => {
      await store.warmUp();
      server.behave([
        error(500, 'InternalServerError'),
        error(400, 'ConditionalCheckFailedException'),
        error(500, 'InternalServerError'),
        works,
      ]);
      await expect(store.charge(charge)).rejects.toMatchObject({ fault: 'server' });
      expect(server.requests()).toBe(3);
      expect(server.operations()).toEqual(['UpdateItem', 'UpdateItem', 'UpdateItem']);
    });

    test('that leaves the item out of a failed condition is told from an item that is not there, and only then read', async () => {
      const failed = error(400, 'ConditionalCheckFailedException');
      await store.warmUp();
      server.behave([failed, works]);
      expect(await store.charge(charge)).toMatchObject({ kind: 'admitted' });
      expect(server.operations()).toEqual(['UpdateItem', 'UpdateItem']);
      server.behave([failed, failed, works]);
      await store.charge(charge).catch(() => undefined);
      expect(server.operations().slice(0, 3)).toEqual(['UpdateItem', 'UpdateItem', 'GetItem']);
    });

    test('is reported as a conflict where other calls are faster six times in a row', async () => {
      const item = { minute_start: 1_795_000_020, minute_used: 0, minute_instances: 0 };
      server.behave([
        { kind: 'error', status: 400, type: 'ConditionalCheckFailedException', item },
      ]);
      await expect(storeWithin(5_000).charge(charge)).rejects.toMatchObject({
        fault: 'conflict',
        mayHaveCharged: false,
      });
      expect(server.operations()).toEqual(Array.from({ length: 6 }, () => 'UpdateItem'));
    });

    test.each(['ThrottlingException', 'TransactionConflictException'])(
      'that another moment may fix is retried after a tenth of the budget: %s',
      async (type) => {
        server.behave([error(400, type), works]);
        await store.charge(charge);
        const [first = 0, second = 0] = server.arrivals();
        expect(second - first).toBeGreaterThan(BUDGET_MS / 10 - 5);
      },
    );

    test('is remembered where the retry is refused: the first request may have counted', async () => {
      await store.warmUp();
      server.behave([{ kind: 'silent' }, error(400, 'ThrottlingException')]);
      await expect(store.charge(charge)).rejects.toMatchObject({
        fault: 'throttled',
        mayHaveCharged: true,
      });
    });

    test('that keeps everything from being sent has counted nothing', async () => {
      const unreachable = dynamoQuotaStore('quota', connectTo('http://127.0.0.1:1', connect), {
        budgetMs: BUDGET_MS,
      });
      await expect(unreachable.charge(charge)).rejects.toMatchObject({
        fault: 'connection',
        mayHaveCharged: false,
      });
    });

    test('does not stop the warm-up, which ends by itself', async () => {
      patienceMs = WARM_UP_MS;
      for (const [, behaviour] of faults) {
        server.behave([behaviour]);
        const warmed = storeWithin(BUDGET_MS).warmUp();
        await expect(inTime(WARM_UP_MS + 1, warmed)).resolves.toBeUndefined();
        expect(server.requests()).toBeGreaterThan(0);
      }
    });
  });

  describe('a clock', () => {
    const DAY = 86_400_000;

    test.each([
      ['a day ahead', -DAY],
      ['a day behind', DAY],
      ['six minutes ahead', -360_000],
      ['six minutes behind', 360_000],
    ])('that is known to be off charges nothing: %s', async (_name, storeAheadMs) => {
      server.setClock(storeAheadMs);
      await store.warmUp();
      server.behave([error(400, 'ConditionalCheckFailedException'), works]);
      await expect(store.charge(charge)).rejects.toMatchObject({
        name: 'QuotaStoreError',
        fault: 'clock',
      });
      // The one request asks for the time.
      expect(server.requests()).toBe(1);
    });

    test.each([-240_000, 240_000])(
      'that differs by %i ms is right enough',
      async (storeAheadMs) => {
        server.setClock(storeAheadMs);
        await store.warmUp();
        expect(await store.charge(charge)).toMatchObject({ kind: 'admitted' });
      },
    );

    test('that turns out to be off with the charge admits nothing', async () => {
      server.setClock(-DAY);
      await expect(store.charge(charge)).rejects.toMatchObject({ fault: 'clock' });
    });

    test('that is set right charges again', async () => {
      server.setClock(-DAY);
      await store.warmUp();
      await expect(store.charge(charge)).rejects.toMatchObject({ fault: 'clock' });
      server.setClock(0);
      expect(await store.charge(charge)).toMatchObject({ kind: 'admitted' });
    });

    test('that is off is signed with all the same, after answers of any kind', async () => {
      server.setClock(-DAY);
      for (let n = 0; n < 3; n++) await store.charge(charge).catch(() => undefined);
      server.behave([error(400, 'InvalidSignatureException')]);
      for (let n = 0; n < 2; n++) await store.charge(charge).catch(() => undefined);
      expect(server.requests()).toBe(2);
      expect(Math.abs(server.signedAt() - Date.now())).toBeLessThan(120_000);
    });

    test('that the store refuses is reported, and the request is not signed again with another time', async () => {
      server.setClock(-DAY);
      server.behave([error(400, 'InvalidSignatureException')]);
      await expect(store.charge(charge)).rejects.toMatchObject({ fault: 'clock' });
      expect(server.requests()).toBe(1);
      await store.warmUp();
      expect(Math.abs(server.signedAt() - Date.now())).toBeLessThan(120_000);
    });
  });
});
