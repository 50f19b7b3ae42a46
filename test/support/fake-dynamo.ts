import type {
  ConnectDynamo,
  DynamoClient,
  UpdateItem,
} from '../../lambda/adapters/dynamo/requests.ts';
import { applyUpdate, attributes, type Numbers } from './single-item.ts';

/** A client whose every request is an UpdateItem that `update` carries out. */
export function updatesOnly(update: (input: UpdateItem) => Promise<Numbers>): ConnectDynamo {
  const send = async (operation: string, input: unknown) => {
    if (operation !== 'UpdateItem') throw new Error('the failure has told the item already');
    return { Attributes: attributes(await update(input as UpdateItem)) };
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
        send(operation, input, withinMs) {
          requests++;
          return client.send(operation, input, withinMs);
        },
      };
    },
  };
}
