import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

export interface LocalTable {
  readonly endpoint: string;
  /** The tests' own, for what is behind the adapters. */
  readonly client: DynamoDBClient;
  readonly table: string;
  close(): Promise<void>;
}

export interface LocalServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** An in-process DynamoDB on a free port. */
export async function startDynalite(): Promise<LocalServer> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** A quota table in an in-process DynamoDB. */
export async function localQuotaTable(): Promise<LocalTable> {
  const server = await startDynalite();
  const { client, table } = await quotaTableAt(server.endpoint);
  return {
    endpoint: server.endpoint,
    client,
    table,
    close: async () => {
      client.destroy();
      await server.stop();
    },
  };
}

/** A new quota table in a server that speaks DynamoDB's protocol. */
export async function quotaTableAt(endpoint: string): Promise<Omit<LocalTable, 'close'>> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const table = `quota-${process.pid}-${++made}`;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists(
    { client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
    { TableName: table },
  );
  return { endpoint, client, table };
}

let made = 0;
