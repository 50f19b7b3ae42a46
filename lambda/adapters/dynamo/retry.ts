/** One retry in the time that is left, for requests that nobody counts. */
import { isWorthRetrying } from './fault.ts';
import type { DynamoClient } from './requests.ts';

/** A client that gives an answer half of the time, and asks once more where that may help. */
export function withOneRetry(client: DynamoClient): DynamoClient {
  return {
    async send(operation, input, withinMs) {
      const startedAt = performance.now();
      try {
        return await client.send(operation, input, withinMs / 2);
      } catch (error) {
        if (!isWorthRetrying(error)) throw error;
        return client.send(operation, input, withinMs - (performance.now() - startedAt));
      }
    },
  };
}
