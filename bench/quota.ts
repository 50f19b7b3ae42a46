/**
 * `npm run bench:quota`: the tables of docs/explanation/quotas.md; exits 1 where processes that
 * share a quota let in more than its limit. SEEDS: runs a cell of the simulation (default 5);
 * ROUNDS: turns of 20 consumes of each limiter (default 20).
 */
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { quotaTableAt, startDynalite } from '../test/support/dynalite.ts';
import { startDynamoDbLocal, whyNoDynamoDbLocal } from '../test/support/dynamodb-local.ts';
import { printLeases } from './quota/leases.ts';
import { printPeers } from './quota/peers.ts';
import { printProcesses } from './quota/processes.ts';
import { printSimulation } from './quota/simulation-tables.ts';

const print = (line: string): void => console.log(line);
const { SEEDS = '5', ROUNDS = '20' } = process.env;

async function printServer(name: string, endpoint: string): Promise<void> {
  const { client, table } = await quotaTableAt(endpoint);
  print(`\n## Environments at work at once, on ${name}\n`);
  await printLeases({ endpoint, table }, print);
  print(`\n## Processes that share a quota, on ${name}\n`);
  if ((await printProcesses(endpoint, print)) > 0) process.exitCode = 1;
  print(`\n## Side by side, on ${name}\n`);
  await printPeers(
    { endpoint, quotaTable: table, peerTable: await peerTable(client) },
    Number(ROUNDS),
    print,
  );
  client.destroy();
}

async function peerTable(client: DynamoDBClient): Promise<string> {
  const TableName = `peer-${process.pid}`;
  const KeySchema = [{ AttributeName: 'key', KeyType: 'HASH' as const }];
  const AttributeDefinitions = [{ AttributeName: 'key', AttributeType: 'S' as const }];
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema,
      AttributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return TableName;
}

print('## Simulation\n');
await printSimulation(Number(SEEDS), print);
const missing = whyNoDynamoDbLocal();
if (missing === undefined) {
  const server = await startDynamoDbLocal();
  await printServer('DynamoDB Local', server.endpoint).finally(server.stop);
} else print(`\nDynamoDB Local is left out: ${missing}`);
const server = await startDynalite();
await printServer('dynalite', server.endpoint).finally(server.stop);
