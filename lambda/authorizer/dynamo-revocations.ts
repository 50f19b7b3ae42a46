/**
 * The check of revocations over the tables of the hubs. Loaded only for a map with
 * `okta.revocation`.
 */

import { faultOf } from '../adapters/dynamo/fault.ts';
import type { ConnectDynamo } from '../adapters/dynamo/requests.ts';
import { dynamoRevocationList, HeartbeatStale } from '../adapters/dynamo-revocation-list.ts';
import { endsWithin } from '../adapters/ends-within.ts';
import { VARIABLE } from '../core/contract/environment.ts';
import { REVOCATION_METRIC } from '../core/contract/metric-names.ts';
import { LaterFormat } from '../core/contract/stored-formats.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { Clock, Metrics } from '../ports.ts';
import { type Revocations, revocations } from './revocations.ts';

export interface DynamoRevocationParts {
  readonly connect: ConnectDynamo;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * @param tables JSON object from the host of an Okta org to its hub's table.
 * @throws Error for a map whose org has no table there.
 */
export function dynamoRevocations(
  model: AccessModel,
  tables: string | undefined,
  { connect, clock, metrics }: DynamoRevocationParts,
): Revocations {
  const byOrg = JSON.parse(tables ?? '{}') as Readonly<Record<string, unknown>>;
  return revocations(model, {
    clock,
    wait: endsWithin,
    listOf: (org) => {
      const table = Object.hasOwn(byOrg, org) ? byOrg[org] : undefined;
      if (typeof table !== 'string' || table === '')
        throw new Error(
          `the environment variable ${VARIABLE.revocationTables} names no table for the Okta org ${org}`,
        );
      return dynamoRevocationList({ table, org }, connect, clock);
    },
    onFailure: (org, error) =>
      metrics.put({ [REVOCATION_METRIC.readFailures]: 1 }, { org, fault: faultIn(error) }),
  });
}

function faultIn(error: unknown): string {
  if (error instanceof LaterFormat) return 'format';
  return error instanceof HeartbeatStale ? 'heartbeat' : faultOf(error);
}
