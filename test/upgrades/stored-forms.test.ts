/**
 * What commit 1c4f789 has stored (stored-by-1c4f789.json; test/deploy/record-former.ts wrote it
 * from its deployed functions) is read by the code of today, what that writes holds what the former
 * code reads, and what a later form means is as lambda/core/contract/stored-formats.ts says.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dynamoKeyCopy } from '../../lambda/adapters/dynamo-key-copy.ts';
import { dynamoPriorAuthorizers } from '../../lambda/adapters/dynamo-prior-authorizers.ts';
import { dynamoQuotaReader } from '../../lambda/adapters/dynamo-quota-reader.ts';
import { dynamoQuotaStore } from '../../lambda/adapters/dynamo-quota-store.ts';
import { dynamoRevocationList } from '../../lambda/adapters/dynamo-revocation-list.ts';
import { dynamoUnmappedRoutes } from '../../lambda/adapters/dynamo-unmapped-routes.ts';
import { COPY_REWRITE_MS } from '../../lambda/adapters/key-timings.ts';
import { dynamoStore, otherRecords } from '../../lambda/attachment/dynamo-record-store.ts';
import { EMPTY_RESPONSES } from '../../lambda/attachment/response-plan.ts';
import { LaterFormat } from '../../lambda/core/contract/stored-formats.ts';
import type { Charge } from '../../lambda/core/quota/charge.ts';
import { windowAt } from '../../lambda/core/quota/window.ts';
import { dynamoState } from '../../lambda/detector/dynamo-state.ts';
import { hubStore } from '../../lambda/hub/hub-store.ts';
import { readAuditLogLine } from '../../lib/audit-log/audit-log-line.ts';
import { readQuotaTable } from '../../lib/quota-usage/read-quota-table.ts';
import { startDynamoDb } from '../../local/dynamodb.ts';
import {
  API_ID,
  fakeGateway,
  noAuthorization,
  ours,
  properties,
  send,
} from '../lambda/attachment/fake-api.ts';
import { connectTo } from '../support/dynamo-clients.ts';
import { hubTable } from '../support/hub-table.ts';
import {
  EMPTY_RECORD,
  NO_UNMAPPED,
  recordItem,
  responsesKey,
  unmappedKey,
} from '../support/wire/attachment.ts';

type Item = Record<string, AttributeValue>;
interface Stored {
  readonly quotas: readonly Item[];
  readonly keys: readonly [Item];
  readonly records: readonly Item[];
  readonly detector: readonly { readonly state: { readonly B: string } }[];
  readonly log: readonly string[];
}
interface Fixture {
  readonly issuer: string;
  readonly http: Stored;
  readonly httpApi: string;
  readonly rest: Stored;
  readonly restApi: string;
}
const FILE = join(__dirname, 'stored-by-1c4f789.json');
const text = readFileSync(FILE, 'utf8');
const { http, httpApi, rest, restApi, issuer } = JSON.parse(text) as Fixture;
const KINDS = [
  ['http', http, httpApi],
  ['rest', rest, restApi],
] as const;

const TABLE = 'stored';
let server: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
beforeAll(async () => {
  const key = { AttributeName: 'pk' };
  server = await startDynamoDb([
    {
      name: TABLE,
      keySchema: [{ ...key, KeyType: 'HASH' }],
      attributes: [{ ...key, AttributeType: 'S' }],
    },
  ]);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: server.url, region: 'us-east-1', credentials });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

const connect = () => connectTo(server.url);
const put = (item: Item) => client.send(new PutItemCommand({ TableName: TABLE, Item: item }));
const itemAt = async (pk: string): Promise<Item> =>
  (await client.send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: pk } } }))).Item ?? {};
const later = (item: Item): Item => ({ ...item, format: { N: '99' } });
const numberIn = (item: Item, name: string): number => Number(item[name]?.N);

/** One more unit of each window of an item, where the limit leaves that many. */
const chargeOf = (item: Item, left: number, shift = 0): Charge => ({
  key: item['pk']?.S ?? '',
  units: 1,
  keepUntil: numberIn(item, 'expires') - 86_400,
  windows: (['day', 'month'] as const)
    .filter((per) => item[`${per}_start`] !== undefined)
    .map((per) => ({
      ...{ id: per, per, joins: false },
      limit: numberIn(item, `${per}_used`) + left,
      start: windowAt(per, numberIn(item, `${per}_start`) + shift).start,
    })),
});
const YEAR = 366 * 86_400;

test('the fixture holds no token', () => {
  expect(text).not.toMatch(/eyJ[\w-]{10}|Bearer|privateKey|"d\\?":/);
});

describe.each([...http.quotas, ...rest.quotas].map((item) => [item['pk']?.S ?? '', item] as const))(
  'the counts of %s',
  (pk, item) => {
    const store = () => dynamoQuotaStore(TABLE, connect(), { budgetMs: 10_000 });

    test('are gone on with: what is used is not given once more', async () => {
      await put(item);
      expect(await store().charge(chargeOf(item, 1))).toMatchObject({ kind: 'admitted', units: 1 });
      expect(await store().charge(chargeOf(item, 1))).toMatchObject({ kind: 'exceeded' });
    });

    test('get their form with the next window, and hold all that the former code reads', async () => {
      await put(item);
      await store().charge(chargeOf(item, 1, YEAR));
      const written = await itemAt(pk);
      expect(written).toMatchObject({ format: { N: '1' } });
      expect(Object.keys(written)).toEqual(expect.arrayContaining(Object.keys(item)));
    });

    test.each([{ N: '99' }, { S: 'two' }, { M: {} }])(
      'of a later form (%j) are neither charged nor read, in this window and the next',
      async (format) => {
        const stored = { ...item, format } as Item;
        await put(stored);
        for (const shift of [0, YEAR])
          await expect(store().charge(chargeOf(item, 9, shift))).rejects.toMatchObject({
            fault: 'format',
            mayHaveCharged: false,
          });
        await expect(dynamoQuotaReader(TABLE, connect()).read(pk)).rejects.toMatchObject({
          fault: 'format',
        });
        expect(await itemAt(pk)).toEqual(stored);
      },
    );
  },
);

test('`usage` refuses a table of a later form and says what to do', async () => {
  await put(later(http.quotas[0] ?? {}));
  const local = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  const env = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_DYNAMODB: server.url, ...local };
  const former = { ...process.env };
  Object.assign(process.env, env);
  try {
    await expect(readQuotaTable(TABLE)).rejects.toThrow(
      /expected counts of form 1, found form 99: use the version/,
    );
  } finally {
    process.env = former;
  }
});

describe.each(KINDS)('of the %s API', (_, { keys, detector, log }, __) => {
  const [copy] = keys;
  const fetchedAt = numberIn(copy, 'fetched');
  const found = { keys: JSON.parse(copy['keys']?.S ?? '') as unknown[], fetchedAt };
  const terms = { now: fetchedAt + 1, rewriteAfterMs: COPY_REWRITE_MS };
  const shared = () => dynamoKeyCopy(TABLE, connect());
  const issuerOf = copy['pk']?.S ?? '';

  test('the copy of the keys is read, and rewritten with what the former code reads', async () => {
    await put(copy);
    expect(await shared().read(issuerOf)).toEqual(found);
    const write = (ms: number) =>
      shared().write(issuerOf, { keys: [], fetchedAt: fetchedAt + ms }, terms);
    expect(await write(-1)).toBe('kept');
    expect(await write(1)).toBe('written');
    expect(await itemAt(issuerOf)).toEqual({
      ...copy,
      ...{ format: { N: '1' }, keys: { S: '[]' }, fetched: { N: String(fetchedAt + 1) } },
    });
  });

  test('a copy of a later form counts as none, and gives way', async () => {
    await put(later(copy));
    expect(await shared().read(issuerOf)).toBeUndefined();
    expect(await shared().write(issuerOf, { keys: [], fetchedAt: fetchedAt - 1 }, terms)).toBe(
      'written',
    );
    expect(await shared().read(issuerOf)).toEqual({ keys: [], fetchedAt: fetchedAt - 1 });
  });

  test('the detector goes on where it was', async () => {
    const state = { B: Buffer.from(detector[0]?.state.B ?? '', 'base64') };
    await put({ pk: { S: 'detector' }, state, revision: { N: '1' } });
    const { revision, state: read } = await dynamoState(client, TABLE).load();
    expect([revision, Number.isSafeInteger(read?.cursor)]).toEqual([1, true]);
  });

  test('each decision record is read; one of a later form is reported as such', () => {
    const records = log.filter((line) => line.includes('"record":"decision"'));
    expect(records.length).toBeGreaterThan(8);
    for (const line of records) {
      expect(readAuditLogLine(line)).toMatchObject([{ kind: 'decision' }]);
      expect(readAuditLogLine(line.replace('"v":1', '"v":99'))).toEqual([
        { kind: 'version', version: '99' },
      ]);
    }
  });
});

describe('the attachment record', () => {
  const store = (id: string) => dynamoStore(client, TABLE, id, EMPTY_RECORD);
  const at = (id: string) => otherRecords(client).at(TABLE, id);
  const clock = { now: () => 0 };
  const textIn = (item: Item | undefined): string => item?.['record']?.S ?? '';
  const asLater = (record: string): string => JSON.stringify({ ...JSON.parse(record), format: 99 });

  test.each(KINDS)(
    'of the %s API is read, and written with all that the former code reads',
    async (_, stored, api) => {
      const [item] = stored.records;
      await put(item ?? {});
      const record = JSON.parse(textIn(item)) as typeof EMPTY_RECORD;
      expect(await store(api).load()).toEqual(record);
      await store(api).save(record);
      expect(JSON.parse(textIn(await itemAt(api)))).toEqual({ format: 1, ...record });
      expect(await store(api).load()).toEqual(record);
    },
  );

  test('tells what a route asked for before; of a later form nothing passes by it', async () => {
    const [item] = http.records;
    const find = (route: string) =>
      dynamoPriorAuthorizers({ [httpApi]: TABLE }, clock, connect()).find(httpApi, [route]);
    await put(item ?? {});
    expect(await find('GET /orders')).toEqual({ kind: 'none' });
    const scopes = ['openid', 'profile'];
    expect(await find('GET /me')).toEqual({
      kind: 'jwt',
      issuer,
      audiences: ['api://orders'],
      scopes,
    });
    await put({ ...item, record: { S: asLater(textIn(item)) } });
    expect(await find('GET /orders')).toBeUndefined();
  });

  test('is taken over in either form, and not where it has changed', async () => {
    const [item] = http.records;
    await put(item ?? {});
    const record = await at(httpApi).load();
    const next = { ...EMPTY_RECORD, ...record, handedOverTo: 'next' };
    expect(await at(httpApi).swap({ ...EMPTY_RECORD, ...record }, next)).toBe(true);
    expect(await at(httpApi).swap(next, EMPTY_RECORD)).toBe(true);
    expect(await at(httpApi).swap(next, EMPTY_RECORD)).toBe(false);
  });

  test('of gateway responses is read too', async () => {
    const name = responsesKey(restApi);
    const item = rest.records.find(({ pk }) => pk?.S === name);
    await put(item ?? {});
    const { responses } = await dynamoStore(client, TABLE, name, EMPTY_RESPONSES).load();
    expect(Object.keys(responses)).toEqual(['ACCESS_DENIED']);
  });

  test('of unmapped routes counts as unread in a later form', async () => {
    const name = unmappedKey(httpApi);
    const unmapped = () => dynamoUnmappedRoutes({ [httpApi]: TABLE }, clock, connect()).of(httpApi);
    await dynamoStore(client, TABLE, name, NO_UNMAPPED).save({ routes: ['GET /x'] });
    expect(await itemAt(name)).toEqual(recordItem(name, { routes: ['GET /x'] }));
    expect(await unmapped()).toEqual(['GET /x']);
    await put({ pk: { S: name }, record: { S: '{"format":99,"routes":[]}' } });
    expect(await unmapped()).toBeUndefined();
  });

  test.each(['Update', 'Delete'] as const)(
    'of a later form fails the %s with a sentence, and no route changes',
    async (RequestType) => {
      const gateway = fakeGateway({
        kind: 'http',
        routes: { 'GET /orders': ours, 'GET /me': noAuthorization },
      });
      const before = gateway.state();
      await put({ pk: { S: API_ID }, record: { S: '{"format":99,"routes":{}}' } });
      const parts = { ...gateway.parts, store: () => store(API_ID) };
      const wish = properties({ guarded: ['GET /orders', 'GET /me'] });
      const request = { RequestType, ResourceProperties: wish, OldResourceProperties: wish };
      expect(await send({ ...gateway, parts }, request)).toMatchObject({
        kind: 'failure',
        reason:
          'expected a record of the attachment of form 1, found form 99: use the version of okta-group-authorizer that wrote it, or a later one',
      });
      expect(gateway.state()).toEqual(before);
    },
  );
});

test('a list of revoked tokens of a later form is a failed read', async () => {
  const table = hubTable();
  const [org, now] = ['acme.okta.com', 1_795_906_905_430];
  const beat = () => hubStore(table.connect(), 'hub', org).beat(now);
  const read = (since?: number) =>
    dynamoRevocationList({ table: 'hub', org }, table.connect, { now: () => now }).read(since);
  await beat();
  expect(await read()).toMatchObject({ cursor: now, isWhole: true });
  for (const item of [...table.items.values()]) table.put({ ...item, format: { N: '99' } });
  await expect(read()).rejects.toBeInstanceOf(LaterFormat);
  await expect(read(now - 1)).rejects.toBeInstanceOf(LaterFormat);
});
