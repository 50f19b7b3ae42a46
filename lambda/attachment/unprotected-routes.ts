/**
 * The scheduled drift check: finds routes that can be called without authorizer although the access
 * map requires it.
 */

import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { ATTACHMENT_METRIC, METRIC_DIMENSION, METRIC_NAMESPACE } from '../core/contract/metrics.ts';
import type { ApiControl } from '../gateway/live-api.ts';
import { classifyRoutes, unprotected } from '../gateway/route-state.ts';
import type { RecordStore } from './record.ts';

/** @returns keys of the routes, including those that the owner has added since. */
export async function findDrift(
  request: AttachmentRequest,
  control: ApiControl,
  store: RecordStore,
): Promise<readonly string[]> {
  const [api, record] = [await control.read(), await store.load()];
  const endpoint = request.endpoint === undefined ? [] : [`GET ${request.endpoint}`];
  const protectedKeys = new Set([...request.guarded, ...endpoint, ...Object.keys(record.routes)]);
  const expected = { guarded: protectedKeys, public: new Set(request.public) };
  const unprotectedRoutes = unprotected(classifyRoutes(api, expected)).filter(
    // With `onUnmapped: leave`, unmapped routes are not reported.
    ({ state }) => request.onUnmapped !== 'leave' || state.kind !== 'unprotected' || state.mapped,
  );
  return unprotectedRoutes.map(({ route }) => route.key);
}

/** The metric as a log line. Source: CloudWatch, "Embedded metric format specification". */
export function driftMetric(
  apiId: string,
  routes: readonly string[],
  nowMs: number,
): Readonly<Record<string, unknown>> {
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
    routes: routes.slice(0, 100),
  };
}
