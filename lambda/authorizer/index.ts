/** Composition root of the authorizer: reads the model and the environment once, opens what the first request needs. */
import { readFileSync } from 'node:fs';
import { fetchKeys } from '../adapters/fetch-keys.ts';
import { oktaTokenVerifier } from '../adapters/okta-token-verifier.ts';
import { parseModel } from '../core/model.ts';
import type { Audit, Clock } from '../ports.ts';
import { createAuthorizer } from './authorize.ts';
import { createHandler } from './handler.ts';
import type { RouteBelow } from './paths-below.ts';
import { type QuotaKeeper, quotaKeeper } from './quota-keeper.ts';

/** Initialisation may take 10 s in all; a slow issuer or store must not use them up. */
const MAX_WARM_UP_MS = 2_500;

const clock: Clock = { now: () => Date.now() };
const audit: Audit = {
  record: (record) => void process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...record })}\n`),
};

const model = parseModel(JSON.parse(readFileSync(new URL('./access-model.json', import.meta.url), 'utf8')));
const verifier = oktaTokenVerifier(model, clock, fetchKeys);
const [quota, routeBelow] = await Promise.all([openQuota(), openRoutesBelow(), inTime(verifier.warmUp())]);

export const handler = createHandler({
  authorize: createAuthorizer({ model, clock, verifier, quota, routeBelow }),
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
  const store = dynamoQuotaStore(table);
  await inTime(store.warmUp());
  return quotaKeeper(model, store, clock);
}

/** The router is loaded only for a map with routes that it has to find. */
async function openRoutesBelow(): Promise<RouteBelow | undefined> {
  if (!model.routesBelow) return undefined;
  const { routesBelow } = await import('./paths-below.ts');
  return routesBelow(model);
}

function inTime(work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => void setTimeout(resolve, MAX_WARM_UP_MS).unref())]);
}
