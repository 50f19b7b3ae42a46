/** Composition root of the permissions endpoint's function. */
import { readFileSync } from 'node:fs';
import { MODEL_FILE_NAME, VARIABLE } from '../core/contract/environment.ts';
import { parseModel } from '../core/model/load-model.ts';
import type { Audit, Clock, QuotaReader } from '../ports.ts';
import { createHandler } from './handler.ts';

const clock: Clock = { now: () => Date.now() };
const audit: Audit = {
  record: (record) => void process.stdout.write(`${JSON.stringify(record)}\n`),
};

const model = parseModel(
  JSON.parse(readFileSync(new URL(`./${MODEL_FILE_NAME}`, import.meta.url), 'utf8')),
);

export const handler = createHandler({ model, clock, audit, quotas: await loadQuotaReader() });

/** The store's client is most of the bundle, so only a map with quotas loads it. */
async function loadQuotaReader(): Promise<QuotaReader> {
  if (model.quotas.size === 0) return { read: async () => () => undefined };
  const { dynamoQuotaReader } = await import('../adapters/dynamo-quota-reader.ts');
  const table = process.env[VARIABLE.quotaTable];
  if (!table)
    throw new Error(
      `the environment variable ${VARIABLE.quotaTable} is not set; the map has quotas`,
    );
  return dynamoQuotaReader(table);
}
