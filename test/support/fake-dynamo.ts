import type {
  ConnectDynamo,
  DynamoClient,
  LateAnswer,
  UpdateItem,
} from '../../lambda/adapters/dynamo/requests.ts';
import { applyUpdate, attributes, type Numbers } from './single-item.ts';

/** Takes a write that is done after its time: the item it left, or what it threw. */
export type HearLate = (item: () => Numbers) => void;

/** A client whose every request is an UpdateItem that `update` carries out. */
export function updatesOnly(
  update: (input: UpdateItem, recordLate: HearLate) => Promise<Numbers>,
): ConnectDynamo {
  const send = async (
    operation: string,
    input: unknown,
    _withinMs: number,
    onLate?: (answer: LateAnswer<'UpdateItem'>) => void,
  ) => {
    if (operation !== 'UpdateItem') throw new Error('the failure has told the item already');
    const recordLate: HearLate = (item) => onLate?.(() => ({ Attributes: attributes(item()) }));
    return { Attributes: attributes(await update(input as UpdateItem, recordLate)) };
  };
  return () => ({ send }) as DynamoClient;
}

/**
 * A client whose table is this process's memory, one item a key, in the semantics of `applyUpdate`.
 */
export function fakeDynamo(): ConnectDynamo {
  const items = new Map<string, Numbers>();
  return updatesOnly(async (input) => {
    const key = input.Key['pk']?.S ?? '';
    const item = applyUpdate(items.get(key) ?? {}, input);
    items.set(key, item);
    return item;
  });
}

/** Counts the requests of every client that is opened. */
export function counting(connect: ConnectDynamo): {
  readonly connect: ConnectDynamo;
  requests(): number;
} {
  let requests = 0;
  return {
    requests: () => requests,
    connect: (options) => {
      const client = connect(options);
      return {
        send(...request) {
          requests++;
          return client.send(...request);
        },
      };
    },
  };
}
