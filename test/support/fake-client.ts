import {
  type DynamoDBClient,
  GetItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { applyUpdate, attributes, type Numbers } from './single-item.ts';

const never = new AbortController().signal;

/**
 * For stores that always answer: explorations make a hundred thousand charges, and the timers of
 * each cost more than the charge.
 */
export const noDeadline = (): AbortSignal => never;

/**
 * A client whose table is this process's memory, one item a key, in the semantics of `applyUpdate`.
 */
export function fakeClient(): DynamoDBClient {
  const items = new Map<string, Numbers>();
  const send = async (command: { readonly input: UpdateItemCommandInput }) => {
    if (command instanceof GetItemCommand) throw new Error('the failure has told the item already');
    const key = command.input.Key?.['pk']?.S ?? '';
    const item = applyUpdate(items.get(key) ?? {}, command.input);
    items.set(key, item);
    return { Attributes: attributes(item) };
  };
  return { send } as unknown as DynamoDBClient;
}
