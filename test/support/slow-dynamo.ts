/**
 * A client of DynamoDB that does every write at once and answers some of them after the time that
 * the sender waits. Which ones is fixed by a seed; time is that of the timers, which tests fake.
 */
import {
  type ConnectDynamo,
  DynamoError,
  type LateAnswer,
  type UpdateItem,
} from '../../lambda/adapters/dynamo/requests.ts';
import { random } from '../lib/watch/random.ts';
import { applyUpdate, attributes, type Numbers } from './single-item.ts';

export interface SlowDynamo {
  readonly connect: ConnectDynamo;
  /** Units that the store has counted, by the window's attribute. */
  counted(attribute: string): number;
}

export interface Slowness {
  /** Share of the requests that are answered late, 0 to 1. */
  readonly share: number;
  /** Milliseconds until an answer in time, and until the earliest and the latest of the others. */
  readonly promptMs: number;
  readonly lateMs: readonly [least: number, most: number];
  readonly seed: number;
}

type Update = LateAnswer<'UpdateItem'>;

export function slowDynamo({ share, promptMs, lateMs, seed }: Slowness): SlowDynamo {
  const numbers = random(seed);
  const items = new Map<string, Numbers>();

  const carriedOut = (input: UpdateItem): Update => {
    const key = input.Key['pk']?.S ?? '';
    try {
      const item = applyUpdate(items.get(key) ?? {}, input);
      items.set(key, item);
      return () => ({ Attributes: attributes(item) });
    } catch (error) {
      return () => {
        throw error;
      };
    }
  };
  const answerMs = (): number => {
    const [least, most] = lateMs;
    return numbers.next() < share ? least + numbers.next() * (most - least) : promptMs;
  };
  const send = (
    _operation: string,
    input: unknown,
    withinMs: number,
    onLate?: (answer: Update) => void,
  ) => {
    const answer = carriedOut(input as UpdateItem);
    const afterMs = answerMs();
    return new Promise((resolve, reject) => {
      if (afterMs < withinMs)
        return void setTimeout(() => resolve(Promise.resolve().then(answer)), afterMs);
      setTimeout(() => reject(new DynamoError({ kind: 'timeout' }, 'too slow')), withinMs);
      setTimeout(() => onLate?.(answer), afterMs);
    });
  };
  return {
    connect: () => ({ send }) as ReturnType<ConnectDynamo>,
    counted: (attribute) =>
      [...items.values()].reduce((sum, item) => sum + (item[attribute] ?? 0), 0),
  };
}
