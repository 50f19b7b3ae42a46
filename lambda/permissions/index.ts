/** Composition root of the permissions endpoint's function. */
import { createRequire } from 'node:module';
import { loadDynamo } from '../adapters/dynamo/load.ts';
import { MODEL_FILE_NAME, quotaTableOf, VARIABLE } from '../core/contract/environment.ts';
import { parseModel } from '../core/model/load-model.ts';
import type { Audit, Clock, QuotaReader } from '../ports.ts';
import { createHandler } from './permissions-handler.ts';

const clock: Clock = { now: () => Date.now() };
const audit: Audit = {
  record: (record) => void process.stdout.write(`${JSON.stringify(record)}\n`),
};

// Not by node:fs, which an ES module loads with its promises, 4 ms of a cold start on Node 24.
const model = parseModel(createRequire(import.meta.url)(`./${MODEL_FILE_NAME}`));

export const handler = createHandler({ model, clock, audit, quotas: await loadQuotaReader() });

/** The store's client is loaded only for a map with quotas. */
async function loadQuotaReader(): Promise<QuotaReader> {
  if (model.quotas.size === 0) return { read: async () => () => undefined };
  const { dynamoQuotaReader } = await import('../adapters/dynamo-quota-reader.ts');
  const table = quotaTableOf(process.env[VARIABLE.quotaTable]);
  return dynamoQuotaReader(table, await loadDynamo());
}
