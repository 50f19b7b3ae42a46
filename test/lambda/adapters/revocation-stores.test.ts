import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConnectDynamo, Item } from '../../../lambda/adapters/dynamo/requests.ts';
import { dynamoRevocationList } from '../../../lambda/adapters/dynamo-revocation-list.ts';
import { dynamoRevocationWriter } from '../../../lambda/adapters/dynamo-revocation-writer.ts';
import type { NewRevocation } from '../../../lambda/core/contract/revocation.ts';
import { type LocalServer, startDynalite } from '../../support/dynalite.ts';
import { connectTo, DYNAMO_CLIENTS } from '../../support/dynamo-clients.ts';
import { heartbeatItem, hubTable, snapshotOf } from '../../support/hub-table.ts';
import { type RevocationStores, revocationContract } from '../../support/revocation-contract.ts';
import { userSubject } from '../../support/wire/revocation.ts';

const ORG = 'acme.okta.com';
const START = 1_795_000_000_000;
const putNothing = async (_: Item): Promise<void> => undefined;

/** The adapters over a table, as one hub. */
function storesOver(
  where: { readonly table: string; readonly connect: ConnectDynamo },
  put: (item: Item) => Promise<unknown>,
): RevocationStores {
  let now = START;
  const clock = { now: () => now };
  const { table, connect } = where;
  const list = dynamoRevocationList({ table, org: ORG }, connect, clock);
  let snapshots = 0;
  return {
    ...{ list, now: clock.now },
    writer: dynamoRevocationWriter({ table, org: ORG }, connect, { clock }),
    pass: (ms) => {
      now += ms;
    },
    beat: async () => void (await put(heartbeatItem(ORG, now))),
    snapshot: async () => {
      const id = `s${++snapshots}`;
      for (const item of await snapshotOf(list, { org: ORG, id, now })) await put(item);
    },
  };
}

revocationContract('the table in memory', async () => {
  const { connect, put } = hubTable();
  return storesOver({ table: 'hub', connect }, async (item) => put(item));
});

let server: LocalServer;
let client: DynamoDBClient;
let made = 0;
beforeAll(async () => {
  server = await startDynalite();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

async function newTable(): Promise<string> {
  const table = `hub-${++made}`;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((name) => ({
        AttributeName: name,
        AttributeType: 'S' as const,
      })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return table;
}

const putIn = (table: string) => (item: Item) =>
  client.send(new PutItemCommand({ TableName: table, Item: item as never }));

for (const [name, connect] of DYNAMO_CLIENTS)
  revocationContract(`the DynamoDB table by ${name}`, async () => {
    const table = await newTable();
    return storesOver({ table, connect: connectTo(server.endpoint, connect) }, putIn(table));
  });

const suspended: NewRevocation = {
  ...{ subject: userSubject('00u1abcdefghijklmnop'), issuedUpTo: START },
  reason: 'user_suspended',
};

describe('an event whose writing ended half-way', () => {
  test('is written once more: the marker comes last', async () => {
    const table = hubTable();
    const put = async (item: Item) => table.put(item);
    const { list, writer, pass, beat, now } = storesOver(
      { table: 'hub', connect: table.connect },
      put,
    );
    await beat();
    table.intercept(async ({ input, moment }) => {
      const isMarker = JSON.stringify(input).includes('#event#') && 'Item' in (input as object);
      if (isMarker && moment === 'before') throw new Error('the environment has gone');
    });
    await expect(writer.write('lost', [suspended])).rejects.toThrow('gone');
    const { cursor } = await list.read(undefined);
    table.intercept(async () => undefined);
    pass(300_000);
    await beat();
    expect(await writer.write('lost', [suspended])).toBe('written');
    // Where readers come by, however long ago the first one was.
    expect((await list.read(cursor)).entries).toContainEqual({ ...suspended, writtenAt: now() });
    expect(await writer.write('lost', [suspended])).toBe('known');
  });
});

describe('a write that takes longer than 20 s', () => {
  test('is written once more, where readers still come by', async () => {
    const { connect, items, intercept } = hubTable();
    const { writer, pass } = storesOver({ table: 'hub', connect }, putNothing);
    let slow = true;
    intercept(async ({ operation, moment }) => {
      if (operation !== 'PutItem' || moment !== 'before' || !slow) return;
      // The entry's put is cut off by a freeze.
      slow = false;
      pass(25_000);
    });
    expect(await writer.write('slow', [suspended])).toBe('written');
    const written = [...items.keys()].filter((key) => key.includes('1#'));
    expect(written).toEqual([
      `["${ORG}","1#00${START}#slow"]`,
      `["${ORG}","1#00${START + 25_000}#slow"]`,
    ]);
  });
});

describe('what the list consumes', () => {
  const unitsOf = (consumed: readonly { readonly operation: string; readonly units: number }[]) =>
    consumed.reduce((sum, { operation, units }) => sum + (operation === 'PutItem' ? units : 0), 0);

  test('is two write units an event, and none when it comes once more', async () => {
    const { connect, consumed } = hubTable();
    const { writer } = storesOver({ table: 'hub', connect }, putNothing);
    // As long as subjects come: a group of 255 letters of three bytes each.
    const long = { ...suspended, subject: `group:${'中'.repeat(255)}` };
    for (const revocation of [suspended, long]) {
      const id = randomUUID();
      consumed.length = 0;
      await writer.write(id, [revocation]);
      expect(unitsOf(consumed)).toBe(2);
      consumed.length = 0;
      await writer.write(id, [revocation]);
      expect(unitsOf(consumed)).toBe(0);
    }
  });

  test('is one read unit a refresh that finds nothing new', async () => {
    const table = hubTable();
    const put = async (item: Item) => table.put(item);
    const { list, writer, beat, pass } = storesOver({ table: 'hub', connect: table.connect }, put);
    await beat();
    for (let n = 0; n < 500; n++) await writer.write(`e${n}`, [suspended]);
    pass(200_000);
    await beat();
    const { cursor } = await list.read(undefined);
    table.consumed.length = 0;
    await list.read(cursor);
    expect(table.consumed).toEqual([{ operation: 'Query', units: 1 }]);
  });

  test('is what the server itself counts', async () => {
    const table = await newTable();
    const counted: number[] = [];
    const connect: ConnectDynamo = (options) => {
      const inner = connectTo(server.endpoint)(options);
      return {
        async send(operation, input, ...rest) {
          const answer = await inner.send(
            operation,
            { ...input, ReturnConsumedCapacity: 'TOTAL' },
            ...rest,
          );
          const { ConsumedCapacity } = answer as {
            readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
          };
          counted.push(ConsumedCapacity?.CapacityUnits ?? Number.NaN);
          return answer;
        },
      };
    };
    const { list, writer, beat } = storesOver({ table, connect }, putIn(table));
    await beat();
    await writer.write('counted', [suspended]);
    // A look at the marker, the entry, the marker.
    expect(counted).toEqual([1, 1, 1]);
    const { cursor } = await list.read(undefined);
    counted.length = 0;
    await list.read(cursor);
    expect(counted).toEqual([1]);
  });
});
