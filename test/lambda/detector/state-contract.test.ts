import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StateStore } from '../../../lambda/detector/detector-ports.ts';
import { type DetectorState, stateOf, stateText } from '../../../lambda/detector/detector-state.ts';
import { dynamoState } from '../../../lambda/detector/dynamo-state.ts';
import { memoryState } from '../../../lambda/detector/memory-state.ts';
import { MAX_SUSPECT_ROUTES, MAX_SUSPECTS } from '../../../lambda/detector/probing.ts';
import { random } from '../../lib/watch/random.ts';
import { type LocalServer, quotaTableAt, startDynalite } from '../../support/dynalite.ts';

const state = (cursor: number): DetectorState => ({
  cursor,
  suspects: new Map([['__proto__', { routes: new Map([['GET /a', cursor]]), reportedAt: cursor }]]),
  known: new Map([['GET /a', { since: 1, groups: new Set(['admins', '__proto__']) }]]),
});

let server: LocalServer;
beforeAll(async () => {
  server = await startDynalite();
});
afterAll(() => server.stop());

const inDynamo = async () => {
  const { client, table } = await quotaTableAt(server.endpoint);
  return { client, table, store: dynamoState(client, table) };
};

describe.each<[string, () => Promise<StateStore>]>([
  ['memory', async () => memoryState()],
  ['DynamoDB', async () => (await inDynamo()).store],
])('%s keeps the contract of a state store', (_, make) => {
  test('is empty at first, at revision 0', async () => {
    expect(await (await make()).load()).toEqual({ revision: 0 });
  });

  test('gives back what was saved, with its revision', async () => {
    const store = await make();
    expect(await store.save(state(7), 0)).toBe('saved');
    expect(await store.load()).toEqual({ state: state(7), revision: 1 });
    expect(await store.save(state(8), 1)).toBe('saved');
    expect(await store.load()).toEqual({ state: state(8), revision: 2 });
  });

  test.each([0, 2])('writes nothing over a state that is not of revision %d', async (over) => {
    const store = await make();
    await store.save(state(7), 0);
    expect(await store.save(state(8), over)).toBe('overtaken');
    expect(await store.load()).toEqual({ state: state(7), revision: 1 });
  });
});

test('an item of another version counts as no state, and is replaced', async () => {
  const { client, table, store } = await inDynamo();
  const item = { pk: { S: 'detector' }, revision: { N: '4' }, state: { S: '{"format":2}' } };
  await client.send(new PutItemCommand({ TableName: table, Item: item }));
  expect(await store.load()).toEqual({ revision: 4 });
  expect(await store.save(state(7), 4)).toBe('saved');
  expect(await store.load()).toEqual({ state: state(7), revision: 5 });
});

test('the largest state fits into an item', async () => {
  const { store } = await inDynamo();
  const routes = Array.from(
    { length: 300 },
    (_, n) => `DELETE /customers/{customerId}/contracts/{contractId}/positions-${n}/{positionId}`,
  );
  const dice = random(1);
  const some = () =>
    new Map(
      Array.from({ length: MAX_SUSPECT_ROUTES }, () => [
        routes[dice.below(300)] ?? '',
        1_795_330_000_000 + dice.below(12) * 300_000,
      ]),
    );
  const uid = () => Array.from({ length: 20 }, () => dice.below(36).toString(36)).join('');
  const largest: DetectorState = {
    cursor: 1,
    suspects: new Map(
      Array.from({ length: MAX_SUSPECTS }, () => [
        uid(),
        { routes: some(), reportedAt: 1_795_330_000_000 },
      ]),
    ),
    known: new Map(
      routes.map((route) => [
        route,
        {
          since: 1,
          groups: new Set(Array.from({ length: 100 }, (_, n) => `orders-of-the-department-${n}`)),
        },
      ]),
    ),
  };
  expect(stateText(largest).length).toBeGreaterThan(4 * 400 * 1_024);
  expect(await store.save(largest, 0)).toBe('saved');
  expect(await store.load()).toEqual({ state: largest, revision: 1 });
});

test('an item whose text cannot be decompressed counts as no state', async () => {
  const { client, table, store } = await inDynamo();
  const item = {
    pk: { S: 'detector' },
    revision: { N: '4' },
    state: { B: Buffer.from('no Brotli') },
  };
  await client.send(new PutItemCommand({ TableName: table, Item: item }));
  expect(await store.load()).toEqual({ revision: 4 });
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"format":1}',
  '{"format":1,"cursor":1,"suspects":[1],"known":[]}',
])('`%s` is no state', (text) => {
  expect(stateOf(text)).toBeUndefined();
});

test('text and state say the same', () => {
  const time = fc.integer({ min: 1 });
  const suspect = fc.record(
    {
      routes: fc.array(fc.tuple(fc.string(), time)).map((pairs) => new Map(pairs)),
      reportedAt: time,
    },
    { requiredKeys: ['routes'] },
  );
  const known = fc.record({
    since: fc.nat(),
    groups: fc.array(fc.string()).map((names) => new Set(names)),
  });
  const any = fc.record({
    cursor: fc.nat(),
    suspects: fc.array(fc.tuple(fc.string(), suspect)).map((pairs) => new Map(pairs)),
    known: fc.array(fc.tuple(fc.string(), known)).map((pairs) => new Map(pairs)),
  });
  fc.assert(
    fc.property(any, (made) => expect(stateOf(stateText(made))).toEqual(made)),
    { numRuns: 100 },
  );
});
