/**
 * Composition root of the authorizer: reads the model and the environment once, opens what the
 * first request needs.
 */
import { createRequire } from 'node:module';
import { loadDynamo } from '../adapters/dynamo/load.ts';
import { embeddedMetrics } from '../adapters/embedded-metrics.ts';
import { endsWithin } from '../adapters/ends-within.ts';
import { fetchKeys } from '../adapters/fetch-keys.ts';
import { createKeySet } from '../adapters/key-set.ts';
import { MAX_STALE_MS } from '../adapters/key-timings.ts';
import { oktaTokenVerifier } from '../adapters/okta-token-verifier.ts';
import { pseudonymWith } from '../adapters/pseudonym.ts';
import { namedMetrics, recordMetrics } from '../adapters/record-metrics.ts';
import { createRecorder } from '../adapters/recorder.ts';
import { MODEL_FILE_NAME, VARIABLE } from '../core/contract/environment.ts';
import { parseModel } from '../core/model/load-model.ts';
import type { Clock, KeyCopy, PriorAuthorizers, UnmappedRoutes } from '../ports.ts';
import { createAuthorizer } from './authorize.ts';
import type { StartedQuotaLimiter } from './dynamo-quota-limiter.ts';
import { createHandler } from './handler.ts';
import { keyMetrics, reportingKeyCopy } from './key-metrics.ts';
import type { PolicyFor } from './policies.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
import { rehearse } from './rehearsal.ts';
import type { RevocationCheck } from './revocations.ts';

/** Lambda allows 10 s for initialization; a slow issuer or store must not use all of it. */
const MAX_WARM_UP_MS = 2_500;

const clock: Clock = { now: () => Date.now() };
const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);

// Not by node:fs, which an ES module loads with its promises, 4 ms of a cold start on Node 24.
const model = parseModel(createRequire(import.meta.url)(`./${MODEL_FILE_NAME}`));
const pseudonym = pseudonymWith(model.name);
const functionName = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'local';
const recorderOver = (write: (line: string) => void) =>
  createRecorder({
    allows: model.audit.allows,
    clock,
    schedule: (ms, task) => void setTimeout(task, ms).unref(),
    metricsOf: recordMetrics(functionName, namedMetrics(model)),
    write,
  });
const audit = recorderOver(writeLine);
const metrics = embeddedMetrics(functionName, clock, writeLine);
const free: QuotaLimiter = () => ({ kind: 'free' });
const copy = sharedKeyCopy();
const verifier = oktaTokenVerifier(model, clock, (issuer) =>
  createKeySet({
    issuer,
    // Okta serves the keys of a custom authorization server here, not at the well-known address of
    // other issuers.
    fetch: () => fetchKeys(`${issuer}/v1/keys`),
    clock,
    ...(copy && { copy }),
    maxStaleMs: maxStaleMs(),
    onFetched: keyMetrics(issuer, metrics, clock),
  }),
);
const [quota, priorAuthorizers, unmapped, policyFor, revocations] = await Promise.all([
  loadQuotaLimiter(),
  loadPriorAuthorizers(),
  loadUnmappedRoutes(),
  loadCachedPolicies(),
  loadRevocations(),
  endsWithin(MAX_WARM_UP_MS, verifier.warmUp()),
]);

export const handler = createHandler({
  authorize: createAuthorizer({
    model,
    clock,
    verifier,
    quota: quota.limiter,
    pseudonym,
    priorAuthorizers,
    unmapped,
    policyFor,
    revocations,
  }),
  unauthorized: model.unauthorized,
  mapVersion: model.version,
  clock,
  audit,
  metrics,
});

await rehearse({
  ...{ model, clock, policyFor, pseudonym, quota: quota.rehearsed },
  audit: recorderOver(() => undefined),
});

/**
 * The table's client is loaded at its first use. That is at initialisation: the keys that the
 * issuer gives then are offered to the table.
 */
function sharedKeyCopy(): KeyCopy | undefined {
  const table = process.env[VARIABLE.keyTable];
  if (!table) return undefined;
  let loading: Promise<KeyCopy> | undefined;
  const load = () => {
    loading ??= Promise.all([import('../adapters/dynamo-key-copy.ts'), loadDynamo()]).then(
      ([{ dynamoKeyCopy }, connect]) => dynamoKeyCopy(table, connect),
    );
    return loading;
  };
  return reportingKeyCopy(load, metrics, clock);
}

function maxStaleMs(): number {
  const written = process.env[VARIABLE.maxStaleKeysSeconds];
  if (written === undefined) return MAX_STALE_MS;
  if (!/^[1-9][0-9]{0,6}$/.test(written))
    throw new Error(
      `the environment variable ${VARIABLE.maxStaleKeysSeconds} is not a number of seconds`,
    );
  return Number(written) * 1_000;
}

type Limiters = Omit<StartedQuotaLimiter, 'warmUp'>;

/** The store's client is loaded only for a map with quotas. */
async function loadQuotaLimiter(): Promise<Limiters> {
  if (model.quotas.size === 0) return { limiter: free, rehearsed: free };
  const [{ dynamoQuotaLimiter }, connect] = await Promise.all([
    import('./dynamo-quota-limiter.ts'),
    loadDynamo(),
  ]);
  const { [VARIABLE.quotaTable]: table, [VARIABLE.quotaBudgetMs]: budgetMs } = process.env;
  const parts = { connect, clock, metrics };
  const { warmUp, ...limiters } = dynamoQuotaLimiter(model, { table, budgetMs }, parts);
  await endsWithin(MAX_WARM_UP_MS, warmUp());
  return limiters;
}

/** Loaded only for a map with `okta.revocation`; the first request finds the lists read. */
async function loadRevocations(): Promise<RevocationCheck | undefined> {
  if (model.revocation.length === 0) return undefined;
  const [{ dynamoRevocations }, connect] = await Promise.all([
    import('./dynamo-revocations.ts'),
    loadDynamo(),
  ]);
  const tables = process.env[VARIABLE.revocationTables];
  const { check, warmUp } = dynamoRevocations(model, tables, { connect, clock, metrics });
  await endsWithin(MAX_WARM_UP_MS, warmUp());
  return check;
}

async function loadCachedPolicies(): Promise<PolicyFor | undefined> {
  if (!model.cache) return undefined;
  const { cachedPolicies } = await import('./policies.ts');
  return cachedPolicies(model);
}

/**
 * Set for an attachment in shadow mode alone: the tables with the records of attached APIs, by API
 * id.
 */
async function loadPriorAuthorizers(): Promise<PriorAuthorizers | undefined> {
  const tables = process.env[VARIABLE.priorAuthorizerTables];
  if (tables === undefined) return undefined;
  const { dynamoPriorAuthorizers } = await import('../adapters/dynamo-prior-authorizers.ts');
  const byApi = JSON.parse(tables) as Readonly<Record<string, string>>;
  return dynamoPriorAuthorizers(byApi, clock, await loadDynamo());
}

/**
 * Set where an API has routes that the map does not have: those of a protected API are listed,
 * those of an attached one are in a table.
 */
async function loadUnmappedRoutes(): Promise<UnmappedRoutes | undefined> {
  const { [VARIABLE.unmappedRoutes]: listed, [VARIABLE.unmappedRouteTables]: tables } = process.env;
  if ((listed ?? tables) === undefined) return undefined;
  const { unmappedRoutes } = await import('./load-unmapped-routes.ts');
  return unmappedRoutes({ listed, tables }, clock, loadDynamo);
}
