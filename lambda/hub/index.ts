/**
 * Composition root of a hub's functions: the receiver of Okta's hook, heartbeat, snapshots, the
 * poll.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { loadDynamo } from '../adapters/dynamo/load.ts';
import { dynamoRevocationList } from '../adapters/dynamo-revocation-list.ts';
import { dynamoRevocationWriter } from '../adapters/dynamo-revocation-writer.ts';
import { embeddedMetrics } from '../adapters/embedded-metrics.ts';
import { HUB_FILE_NAME, HUB_VARIABLE } from '../core/contract/environment.ts';
import { type HubSettings, hookSecretOf } from '../core/contract/hub.ts';
import type { Clock } from '../ports.ts';
import { compact } from './compact.ts';
import { heartbeat as beatForAMinute } from './heartbeat.ts';
import type { UrlAnswer, UrlEvent } from './hook-request.ts';
import { hubStore } from './hub-store.ts';
import { keptSecret } from './kept-secret.ts';
import { massRemovals } from './mass-removals.ts';
import { oktaLog } from './okta-log.ts';
import { poll as pollLog } from './poll.ts';
import { pollCredentialsOf } from './poll-credentials.ts';
import { receive as receiveRequest } from './receive.ts';
import { serviceAccess } from './service-token.ts';

const clock: Clock = { now: () => Date.now() };
const variable = (name: keyof typeof HUB_VARIABLE): string => process.env[HUB_VARIABLE[name]] ?? '';
const settings = JSON.parse(
  readFileSync(new URL(`./${HUB_FILE_NAME}`, import.meta.url), 'utf8'),
) as HubSettings;
const metrics = embeddedMetrics(process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? '-', clock, (line) =>
  process.stdout.write(`${line}\n`),
);
const pause = async (milliseconds: number): Promise<void> => void (await sleep(milliseconds));

const connect = await loadDynamo();
const where = { table: variable('table'), org: settings.org };
const store = hubStore(connect(), where.table, where.org);
const recording = {
  settings,
  clock,
  writer: dynamoRevocationWriter(where, connect, { clock }),
  mass: massRemovals(store.removalsSince),
};

/** The shortest of an SDK's own waits, within the time that Okta gives the receiver. */
const secrets = new SecretsManagerClient({ maxAttempts: 2 });
const readSecret = (name: 'hookSecret' | 'pollSecret') => async (): Promise<string> => {
  const get = new GetSecretValueCommand({ SecretId: variable(name) });
  const { SecretString: text } = await secrets.send(get);
  return text ?? '';
};
const hookSecret = keptSecret(readSecret('hookSecret'), hookSecretOf, clock);

export const receive = (event: UrlEvent): Promise<UrlAnswer> =>
  receiveRequest(event, { ...recording, secret: hookSecret, metrics });

export const heartbeat = (): Promise<void> =>
  beatForAMinute({ store, clock, metrics, sleep: pause });

export const snapshot = (): Promise<void> => {
  const list = dynamoRevocationList(where, connect, clock);
  return compact({ list, store, clock, metrics, newId: randomUUID });
};

/** The log is read from the org's host, unless a variable sets another origin (local runs). */
const orgUrl = variable('orgUrl') || `https://${settings.org}`;
const access = serviceAccess({
  url: orgUrl,
  credentials: keptSecret(readSecret('pollSecret'), pollCredentialsOf, clock),
  fetch,
  clock,
});
const log = oktaLog({ url: orgUrl, access, fetch, clock, sleep: pause });

export const poll = (): Promise<void> =>
  pollLog({ ...recording, store, log, metrics, hasHook: settings.hook });
