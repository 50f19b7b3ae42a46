/** An embedded DynamoDB with the template's tables. */

import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { LOCAL_REGION, type TableView } from './cloud-assembly.ts';
import type { RunningServer } from './listen.ts';
import { makeFolder, StateError, unusable } from './persisted-state.ts';

/**
 * Starts the store on a free port of 127.0.0.1. TTL expiry is not emulated; no reader may depend on
 * it.
 * @param now the time that its answers tell, in milliseconds since the epoch: the functions' own
 * @param folder where the tables are kept for the next run. Default: they begin empty
 */
export async function startDynamoDb(
  tables: readonly TableView[],
  now: () => number = Date.now,
  folder?: string,
): Promise<RunningServer> {
  if (folder !== undefined) makeFolder(folder);
  const server = dynalite({
    createTableMs: 0,
    ...(folder !== undefined && { path: folder }),
  });
  server.prependListener('request', (_request, response) =>
    response.setHeader('date', new Date(now()).toUTCString()),
  );
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  await (folder === undefined
    ? createTables(url, tables)
    : orUnusable(folder, createTables(url, tables)));
  return {
    url,
    port,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * The store throws what it cannot read of its files where nobody can catch it, and then answers
 * nothing.
 * @throws StateError
 */
async function orUnusable(folder: string, created: Promise<void>): Promise<void> {
  let tell = (_error: Error): void => undefined;
  const thrown = new Promise<never>((_done, fail) => {
    tell = (error) => fail(unusable(folder, error));
  });
  process.on('uncaughtException', tell);
  try {
    await Promise.race([created, thrown]);
  } finally {
    process.off('uncaughtException', tell);
  }
}

async function createTables(url: string, tables: readonly TableView[]): Promise<void> {
  const client = localClient(url);
  for (const table of tables) {
    if (await isKept(client, table)) continue;
    await client.send(
      new CreateTableCommand({
        TableName: table.name,
        KeySchema: [...table.keySchema],
        AttributeDefinitions: [...table.attributes],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  }
  client.destroy();
}

/** Whether the table is there from an earlier run. */
async function isKept(client: DynamoDBClient, { name, keySchema }: TableView): Promise<boolean> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    const keysOf = (schema: readonly { readonly AttributeName?: string | undefined }[]): string =>
      schema.map(({ AttributeName }) => AttributeName).join();
    if (keysOf(Table?.KeySchema ?? []) === keysOf(keySchema)) return true;
    throw new StateError(
      `the table ${name} of an earlier run has other keys: start again with \`npm start -- --fresh\``,
    );
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

/** A client of the embedded store, for tests and tools. */
function localClient(url: string): DynamoDBClient {
  // The SDK would warn of this machine's Node, which is no business of a local run.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return new DynamoDBClient({
    endpoint: url,
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}
