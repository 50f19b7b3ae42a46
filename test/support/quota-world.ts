/** Environments of the authorizer around one item of a store whose every answer can be delayed, lost or doubled. */
import type { DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { dynamoQuotaStore } from '../../lambda/adapters/dynamo-quota-store.ts';
import { type QuotaKeeper, quotaKeeper } from '../../lambda/authorizer/quota-keeper.ts';
import type { AccessModel } from '../../lambda/core/model.ts';
import type { Standing } from '../../lambda/core/standing.ts';
import type { QuotaStore } from '../../lambda/ports.ts';
import type { Choose } from './every-schedule.ts';
import { applyUpdate, attributes, type Numbers } from './single-item.ts';

export interface WorldSketch {
  readonly model: AccessModel;
  readonly standing: Standing;
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
}

export interface Outcome {
  /** Admitted calls by the end of the window that the caller was told. */
  readonly admitted: ReadonlyMap<number, number>;
  readonly total: number;
  readonly faults: number;
  readonly item: Numbers;
}

interface Pending {
  readonly environment: number;
  readonly input: UpdateItemCommandInput;
  readonly answer: (item: Numbers) => void;
  readonly fail: (error: Error) => void;
}

const START = Date.parse('2026-11-22T10:15:30Z');

/** One run; each step is the explorer's choice among everything that can happen next. */
export async function runWorld(sketch: WorldSketch, choose: Choose, onAdmitted: (admitted: Outcome['admitted']) => void): Promise<Outcome> {
  let item: Numbers = {};
  let nowMs = START;
  let faults = 0;
  const pending: Pending[] = [];
  // Writes whose sender no longer listens; the network may still deliver them, at any time or never.
  const strays: UpdateItemCommandInput[] = [];
  const crashed = new Set<number>();
  const admitted = new Map<number, number>();

  const apply = (input: UpdateItemCommandInput): Numbers => {
    item = applyUpdate(item, input);
    return item;
  };
  const keepers = sketch.calls.map((_calls, environment) => {
    const send = ({ input }: { readonly input: UpdateItemCommandInput }) =>
      new Promise((resolve, reject) => {
        pending.push({ environment, input, answer: (left) => resolve({ Attributes: attributes(left) }), fail: reject });
      });
    const client = { send } as unknown as DynamoDBClient;
    const store = withLease(dynamoQuotaStore('quota', { client, budgetMs: 600_000 }), sketch.lease);
    return quotaKeeper(sketch.model, store, { now: () => nowMs + (sketch.skews?.[environment] ?? 0) });
  });
  const work = async (keep: QuotaKeeper, environment: number): Promise<void> => {
    for (let call = 0; call < (sketch.calls[environment] ?? 0) && !crashed.has(environment); call++) {
      const outcome = await keep(sketch.standing, sketch.route);
      if (outcome.kind !== 'admitted' || crashed.has(environment)) continue;
      admitted.set(outcome.state.endsAt, (admitted.get(outcome.state.endsAt) ?? 0) + 1);
      onAdmitted(admitted);
    }
  };
  const broken: unknown[] = [];
  for (const [environment, keep] of keepers.entries()) work(keep, environment).catch((error: unknown) => broken.push(error));

  const deliver = ({ input, answer, fail }: Pending): void => {
    try {
      answer(apply(input));
    } catch (error) {
      fail(error as Error);
    }
  };
  const deliverStray = (at: number): void => {
    for (const input of strays.splice(at, 1)) ignoreRefusal(() => apply(input));
  };
  const aMinutePasses = (): void => {
    nowMs += 60_000;
  };
  const options = (): (() => void)[] => [
    ...pending.map((one, at) => () => deliver(taken(pending, at, one))),
    ...(faults < sketch.faults ? pending.flatMap((one, at) => faultsOf(one, at)) : []),
    ...strays.map((_input, at) => () => deliverStray(at)),
    ...(sketch.minutePasses && nowMs === START && pending.length > 0 ? [aMinutePasses] : []),
  ];
  const faultsOf = (one: Pending, at: number): (() => void)[] => [
    () => {
      faults++;
      taken(pending, at, one).fail(Object.assign(new Error('no answer in time'), { name: 'TimeoutError' }));
      strays.push(one.input);
    },
    () => {
      faults++;
      deliver(taken(pending, at, one));
      strays.push(one.input);
    },
    () => {
      faults++;
      crashed.add(taken(pending, at, one).environment);
      strays.push(one.input);
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
  return { admitted, total: [...admitted.values()].reduce((a, b) => a + b, 0), faults, item };
}

function taken(pending: Pending[], at: number, one: Pending): Pending {
  pending.splice(at, 1);
  return one;
}

function ignoreRefusal(write: () => unknown): void {
  try {
    write();
  } catch {
    // Nobody listens.
  }
}

const withLease = (store: QuotaStore, units: number | undefined): QuotaStore =>
  units === undefined ? store : { charge: (charge) => store.charge({ ...charge, units }) };

/** Everything that can go on without the store has gone on. */
const settled = (): Promise<void> => new Promise((done) => void setImmediate(done));
