/**
 * The scheduled drift check: the classification of `coverage`, and the metric of what it counts.
 */

import type { UnmappedRecord } from '../core/contract/attachment-record.ts';
import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import {
  ATTACHMENT_METRIC,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
} from '../core/contract/metric-names.ts';
import type { ApiControl } from '../gateway/live-api.ts';
import { classifyRoutes } from '../gateway/route-state.ts';
import {
  type ClassifiedRoute,
  describeState,
  ROUTE_FIXES,
  ROUTE_STATES,
} from '../gateway/route-states.ts';
import { expectedRoutes } from './expected-routes.ts';
import type { RecordStore, Store } from './record-store.ts';
import { handOver } from './unmapped-routes.ts';

export interface DriftParts {
  readonly control: ApiControl;
  readonly store: RecordStore;
  /**
   * Routes that the API has beside those of the map: written again when the owner has changed them.
   */
  readonly unmapped: Store<UnmappedRecord>;
  /** ARN of what our authorizer invokes; undefined: its name identifies it. */
  readonly invokes: string | undefined;
}

/** @returns the routes that the metric counts, those that the owner has added since included. */
export async function findDrift(
  request: AttachmentRequest,
  { control, store, unmapped, invokes }: DriftParts,
): Promise<readonly ClassifiedRoute[]> {
  const record = await store.load();
  // Another stack has the attachment, and checks it.
  if (record.handedOverTo !== undefined) return [];
  const api = await control.read();
  await handOver(request, api, unmapped);
  return classifyRoutes(api, expectedRoutes(request, record, invokes)).filter(
    ({ state }) => ROUTE_STATES[state.kind].counted,
  );
}

/** The metric as a log line. Source: CloudWatch, "Embedded metric format specification". */
export function driftMetric(
  apiId: string,
  routes: readonly ClassifiedRoute[],
  nowMs: number,
): Readonly<Record<string, unknown>> {
  const shown = routes.slice(0, 100);
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[METRIC_DIMENSION.api]],
          Metrics: [{ Name: ATTACHMENT_METRIC.unprotectedRoutes, Unit: 'Count' }],
        },
      ],
    },
    [METRIC_DIMENSION.api]: apiId,
    [ATTACHMENT_METRIC.unprotectedRoutes]: routes.length,
    routes: shown.map(({ key }) => key),
    states: shown.map(({ state }) => ({
      state: state.kind,
      says: describeState(state),
      ...(state.fix !== undefined && { mend: ROUTE_FIXES[state.fix] }),
    })),
  };
}
