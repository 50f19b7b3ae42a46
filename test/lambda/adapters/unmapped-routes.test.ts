/** The list of routes that the map does not have, read from the attachment's table. */
import { describe, expect, test } from '@jest/globals';
import type { DynamoClient } from '../../../lambda/adapters/dynamo/requests.ts';
import { dynamoUnmappedRoutes } from '../../../lambda/adapters/dynamo-unmapped-routes.ts';

const KEYS = ['GET /orders/export'];

/** A table whose item and health a test sets, and a clock that it moves. */
function scene() {
  const state = { item: KEYS as readonly string[] | undefined, fails: false, reads: 0, now: 1e12 };
  const client: DynamoClient = {
    async send(operation, input) {
      expect([operation, input]).toMatchObject([
        'GetItem',
        { TableName: 'records', ConsistentRead: true },
      ]);
      state.reads++;
      // A request that is never taken is not sent once more.
      if (state.fails)
        throw Object.assign(new Error('no right'), { name: 'AccessDeniedException' });
      const text = state.item && JSON.stringify({ routes: state.item });
      return (text === undefined ? {} : { Item: { record: { S: text } } }) as never;
    },
  };
  const clock = { now: () => state.now };
  const routes = dynamoUnmappedRoutes({ a1: 'records' }, clock, () => client);
  return { state, of: () => routes.of('a1') };
}

describe('routes that the map does not have', () => {
  test('are read once for calls at one time, and kept for ten seconds', async () => {
    const { state, of } = scene();
    expect(await Promise.all([of(), of(), of()])).toEqual([KEYS, KEYS, KEYS]);
    state.now += 9_999;
    expect(await of()).toEqual(KEYS);
    expect(state.reads).toBe(1);
  });

  test('are read again beside the calls, and stay the same list while nothing changes', async () => {
    const { state, of } = scene();
    const first = await of();
    state.now += 10_000;
    expect(await of()).toBe(first);
    await new Promise(setImmediate);
    expect(state.reads).toBe(2);
    expect(await of()).toBe(first);
    state.item = [...KEYS, 'GET /orders/import'];
    state.now += 10_000;
    expect(await of()).toBe(first);
    await new Promise(setImmediate);
    expect(await of()).toEqual(state.item);
  });

  test('that are a minute old are read before the call goes on', async () => {
    const { state, of } = scene();
    await of();
    state.item = ['GET /orders/import'];
    state.now += 60_000;
    expect(await of()).toEqual(state.item);
  });

  test('stay what they were while the table cannot be read', async () => {
    const { state, of } = scene();
    await of();
    state.fails = true;
    state.now += 3_600_000;
    expect(await of()).toEqual(KEYS);
  });

  test('are unknown where they were never read, and asked for once a second', async () => {
    const { state, of } = scene();
    state.fails = true;
    expect(await Promise.all([of(), of()])).toEqual([undefined, undefined]);
    expect(await of()).toBeUndefined();
    expect(state.reads).toBe(1);
    state.fails = false;
    state.now += 1_000;
    expect(await of()).toEqual(KEYS);
  });

  test('are none before the attachment has written any', async () => {
    const { state, of } = scene();
    state.item = undefined;
    expect(await of()).toEqual([]);
  });
});
