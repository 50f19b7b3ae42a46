import type {
  DynamoClient,
  OpenDynamo,
  UpdateItem,
} from '../../lambda/adapters/dynamo/requests.ts';
import { applyUpdate, attributes, type Numbers } from './single-item.ts';

/** A client whose every request is an UpdateItem that `update` carries out. */
export function updatesOnly(update: (input: UpdateItem) => Promise<Numbers>): OpenDynamo {
  const send = async (operation: string, input: unknown) => {
    if (operation !== 'UpdateItem') throw new Error('the failure has told the item already');
    return { Attributes: attributes(await update(input as UpdateItem)) };
  };
  return () => ({ send }) as DynamoClient;
}

/**
 * A client whose table is this process's memory, one item a key, in the semantics of `applyUpdate`.
 */
export function fakeDynamo(): OpenDynamo {
  const items = new Map<string, Numbers>();
  return updatesOnly(async (input) => {
    const key = input.Key['pk']?.S ?? '';
    const item = applyUpdate(items.get(key) ?? {}, input);
    items.set(key, item);
    return item;
  });
}

/** Counts the requests of every client that is opened. */
export function counting(open: OpenDynamo): { readonly open: OpenDynamo; requests(): number } {
  let requests = 0;
  return {
    requests: () => requests,
    open: (options) => {
      const client = open(options);
      return {
        send(operation, input, withinMs) {
          requests++;
          return client.send(operation, input, withinMs);
        },
      };
    },
  };
}
