/**
 * Environments of the authorizer around the items of a store whose every answer can be delayed,
 * lost or doubled.
 */
import {
  type ConnectDynamo,
  DynamoError,
  type UpdateItem,
} from '../../lambda/adapters/dynamo/requests.ts';
import { dynamoQuotaStore } from '../../lambda/adapters/dynamo-quota-store.ts';
import { type QuotaLimiter, quotaLimiter } from '../../lambda/authorizer/quota-limiter.ts';
import type { Entitlements } from '../../lambda/core/decision/entitlements.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { QuotaStore } from '../../lambda/ports.ts';
import type { Choose } from './every-schedule.ts';
import { type HearLate, updatesOnly } from './fake-dynamo.ts';
import { applyUpdate, type Numbers } from './single-item.ts';

export interface WorldSketch {
  readonly model: AccessModel;
  readonly entitlements: Entitlements;
  readonly route: string;
  /** Calls that each environment makes, one after the other, as Lambda hands them out. */
  readonly calls: readonly number[];
  /** Milliseconds that each environment's clock is ahead; default 0. */
  readonly skews?: readonly number[];
  /** Units of each lease, whatever the lease rule says: what must hold holds for any rule. */
  readonly lease?: number;
  /** Lost answers, doubled writes and crashes, in all. */
  readonly faults: number;
  /** Whether a minute passes at some moment. */
  readonly minutePasses: boolean;
  /** Puts a client of DynamoDB before the store. Default: none, requests reach it as they are. */
  readonly through?: (standIn: ConnectDynamo) => ConnectDynamo;
}

/**
 * An admitted call in true time: the first and the last minute, since the epoch, that any clock of
 * the world showed while it lasted.
 */
export interface AdmittedCall {
  readonly from: number;
  readonly to: number;
}

export interface Outcome {
  readonly calls: readonly AdmittedCall[];
  /** Admitted calls by the end of the window that the caller was told. */
  readonly admitted: ReadonlyMap<number, number>;
  readonly total: number;
  readonly faults: number;
}

interface Pending {
  readonly environment: number;
  readonly input: UpdateItem;
  readonly recordLate: HearLate;
  readonly answer: (item: Numbers) => void;
  readonly fail: (error: Error) => void;
}

/** More than a counter rests after the one charge of a run that ends without an outcome. */
const REST_MS = 1_500;
const START = Date.parse('2026-11-22T10:15:30Z');

/** One run; each step is the explorer's choice among everything that can happen next. */
export async function runWorld(
  sketch: WorldSketch,
  choose: Choose,
  onAdmitted: (outcome: Pick<Outcome, 'admitted' | 'calls'>) => void,
): Promise<Outcome> {
  const items = new Map<string, Numbers>();
  let nowMs = START;
  let faults = 0;
  const pending: Pending[] = [];
  // Writes that nobody waits for any more; the network may still deliver them, at any time or
  // never, and the answer may or may not be heard.
  const misses: { readonly input: UpdateItem; readonly recordLate?: HearLate }[] = [];
  const crashed = new Set<number>();
  const admitted = new Map<number, number>();
  const calls: AdmittedCall[] = [];
  const skews = [0, ...(sketch.skews ?? [])];
  const restedMs: number[] = [];

  const apply = (input: UpdateItem): Numbers => {
    const key = JSON.stringify(input.Key);
    const item = applyUpdate(items.get(key) ?? {}, input);
    items.set(key, item);
    return item;
  };
  const limiters = sketch.calls.map((_calls, environment) => {
    const standIn = updatesOnly(
      (input, recordLate) =>
        new Promise((answer, fail) => {
          pending.push({ environment, input, recordLate, answer, fail });
        }),
    );
    const store = withLease(
      dynamoQuotaStore('quota', sketch.through?.(standIn) ?? standIn, { budgetMs: 600_000 }),
      sketch.lease,
    );
    return quotaLimiter(sketch.model, store, {
      now: () => nowMs + (sketch.skews?.[environment] ?? 0) + (restedMs[environment] ?? 0),
    });
  });
  const work = async (keep: QuotaLimiter, environment: number): Promise<void> => {
    for (
      let call = 0;
      call < (sketch.calls[environment] ?? 0) && !crashed.has(environment);
      call++
    ) {
      const startedAt = nowMs;
      const outcome = await keep(sketch.entitlements, sketch.route);
      if (outcome.kind === 'store_failed') restedMs[environment] = REST_MS;
      if (outcome.kind !== 'admitted' || crashed.has(environment)) continue;
      admitted.set(outcome.state.endsAt, (admitted.get(outcome.state.endsAt) ?? 0) + 1);
      calls.push({
        from: minuteOf(startedAt + Math.min(...skews)),
        to: minuteOf(nowMs + Math.max(...skews)),
      });
      onAdmitted({ admitted, calls });
    }
  };
  const broken: unknown[] = [];
  for (const [environment, keep] of limiters.entries())
    work(keep, environment).catch((error: unknown) => broken.push(error));

  const deliver = ({ input, answer, fail }: Pending): void => {
    try {
      answer(apply(input));
    } catch (error) {
      fail(error as Error);
    }
  };
  const deliverStray = (at: number, heard: boolean): void => {
    for (const { input, recordLate } of misses.splice(at, 1)) {
      const item = outcomeOf(() => apply(input));
      if (heard) recordLate?.(item);
    }
  };
  const aMinutePasses = (): void => {
    nowMs += 60_000;
  };
  const options = (): (() => void)[] => [
    ...pending.map((one, at) => () => deliver(taken(pending, at, one))),
    ...(faults < sketch.faults ? pending.flatMap((one, at) => faultsOf(one, at)) : []),
    ...misses.flatMap(({ recordLate }, at) => [
      () => deliverStray(at, false),
      ...(recordLate ? [() => deliverStray(at, true)] : []),
    ]),
    ...(sketch.minutePasses && nowMs === START && pending.length > 0 ? [aMinutePasses] : []),
  ];
  const faultsOf = (one: Pending, at: number): (() => void)[] => [
    () => {
      faults++;
      taken(pending, at, one).fail(new DynamoError({ kind: 'timeout' }, 'no answer in time'));
      misses.push(one);
    },
    () => {
      faults++;
      deliver(taken(pending, at, one));
      misses.push({ input: one.input });
    },
    () => {
      faults++;
      crashed.add(taken(pending, at, one).environment);
      misses.push({ input: one.input });
    },
  ];

  for (;;) {
    await settled();
    // A stray write alone changes nothing that anybody would still be told.
    if (pending.length === 0) break;
    const steps = options();
    steps[choose(steps.length)]?.();
  }
  if (broken.length > 0) throw broken[0];
  return {
    admitted,
    calls,
    total: [...admitted.values()].reduce((a, b) => a + b, 0),
    faults,
  };
}

const minuteOf = (ms: number): number => Math.floor(ms / 60_000);

/**
 * Most calls beyond what `limit` a minute allows, in whatever minutes while they lasted the calls
 * may have counted; 0 where the limit holds. Knows nothing of what the product says: a call that
 * lasts over a minute's end may count on either side, any other where it is.
 */
export function beyondLimit(calls: readonly AdmittedCall[], limit: number): number {
  const minutes = [...new Set(calls.flatMap(({ from, to }) => [from, to]))];
  const excess = (first: number, last: number): number =>
    calls.filter(({ from, to }) => from >= first && to <= last).length - limit * (last - first + 1);
  return Math.max(
    0,
    ...minutes.flatMap((first) =>
      minutes.filter((last) => last >= first).map((last) => excess(first, last)),
    ),
  );
}

function taken(pending: Pending[], at: number, one: Pending): Pending {
  pending.splice(at, 1);
  return one;
}

/** Does the write now; what it gave or threw is told to whoever asks. */
function outcomeOf(write: () => Numbers): () => Numbers {
  try {
    const item = write();
    return () => item;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

const withLease = (store: QuotaStore, units: number | undefined): QuotaStore =>
  units === undefined
    ? store
    : { charge: (charge, onLate) => store.charge({ ...charge, units }, onLate) };

/** Everything that can go on without the store has gone on. */
const settled = (): Promise<void> => new Promise((done) => void setImmediate(done));
