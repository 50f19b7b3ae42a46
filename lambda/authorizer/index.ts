/** Composition root of the authorizer: reads the model and the environment once, opens what the first request needs. */
import { readFileSync } from 'node:fs';
import { fetchKeys } from '../adapters/fetch-keys.ts';
import { oktaTokenVerifier } from '../adapters/okta-token-verifier.ts';
import { parseModel } from '../core/model.ts';
import type { Audit, Clock } from '../ports.ts';
import { createAuthorizer } from './authorize.ts';
import { createHandler } from './handler.ts';
import type { QuotaKeeper } from './quota-keeper.ts';

/** Initialisation may take 10 s in all; a slow issuer or store must not use them up. */
const MAX_WARM_UP_MS = 2_500;

const clock: Clock = { now: () => Date.now() };
const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);
const audit: Audit = { record: (record) => writeLine(JSON.stringify({ time: new Date().toISOString(), ...record })) };

const model = parseModel(JSON.parse(readFileSync(new URL('./access-model.json', import.meta.url), 'utf8')));
const verifier = oktaTokenVerifier(model, clock, fetchKeys);
const [quota] = await Promise.all([quotas(), inTime(verifier.warmUp())]);

export const handler = createHandler({
  authorize: createAuthorizer({ model, clock, verifier, quota }),
  unauthorized: model.unauthorized,
  mapVersion: model.version,
  clock,
  audit,
});

/** The store's client is most of the bundle, so it is loaded only for a map with quotas. */
async function quotas(): Promise<QuotaKeeper> {
  if (model.quotas.size === 0) return async () => ({ kind: 'free' });
  const { openQuota } = await import('./open-quota.ts');
  const { QUOTA_TABLE: table, QUOTA_BUDGET_MS: budgetMs } = process.env;
  const { keep, warmUp } = openQuota(model, { table, budgetMs }, clock, writeLine);
  await inTime(warmUp());
  return keep;
}

function inTime(work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => void setTimeout(resolve, MAX_WARM_UP_MS).unref())]);
}
