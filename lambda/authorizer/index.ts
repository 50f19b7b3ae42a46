/** Composition root of the authorizer: reads the model and the environment once, opens what the first request needs. */
import { readFileSync } from 'node:fs';
import { emfMetrics } from '../adapters/emf-metrics.ts';
import { fetchKeys } from '../adapters/fetch-keys.ts';
import { oktaTokenVerifier } from '../adapters/okta-token-verifier.ts';
import { parseModel } from '../core/model.ts';
import type { Audit, Clock } from '../ports.ts';
import { createAuthorizer } from './authorize.ts';
import { createHandler } from './handler.ts';
import { type QuotaKeeper, quotaKeeper } from './quota-keeper.ts';

/** Initialisation may take 10 s in all; a slow issuer or store must not use them up. */
const MAX_WARM_UP_MS = 2_500;

const clock: Clock = { now: () => Date.now() };
const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);
const audit: Audit = { record: (record) => writeLine(JSON.stringify({ time: new Date().toISOString(), ...record })) };

const model = parseModel(JSON.parse(readFileSync(new URL('./access-model.json', import.meta.url), 'utf8')));
const verifier = oktaTokenVerifier(model, clock, fetchKeys);
const [quota] = await Promise.all([openQuota(), inTime(verifier.warmUp())]);

export const handler = createHandler({
  authorize: createAuthorizer({ model, clock, verifier, quota }),
  unauthorized: model.unauthorized,
  mapVersion: model.version,
  clock,
  audit,
});

/** The store's client is most of the bundle, so it is loaded only for a map with quotas. */
async function openQuota(): Promise<QuotaKeeper> {
  if (model.quotas.size === 0) return async () => ({ kind: 'free' });
  const { dynamoQuotaStore } = await import('../adapters/dynamo-quota-store.ts');
  const table = process.env['QUOTA_TABLE'];
  if (!table) throw new Error('the environment variable QUOTA_TABLE is not set; the map has quotas');
  const metrics = emfMetrics(model.name, clock.now, writeLine);
  const store = dynamoQuotaStore(table, { ...quotaBudget(process.env['QUOTA_BUDGET_MS']), metrics });
  await inTime(store.warmUp());
  return quotaKeeper(model, store, clock, metrics);
}

function quotaBudget(text: string | undefined): { readonly budgetMs?: number } {
  if (text === undefined) return {};
  if (!/^[1-9]\d{1,3}$/.test(text)) throw new Error(`QUOTA_BUDGET_MS: expected 10 to 9999 milliseconds, found \`${text}\``);
  return { budgetMs: Number(text) };
}

function inTime(work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => void setTimeout(resolve, MAX_WARM_UP_MS).unref())]);
}
