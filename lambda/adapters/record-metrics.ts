/**
 * The metrics of a decision record, in the embedded metric format: they travel in the record's own
 * line, so that they are never out of step with it, and nothing is lost when an environment is
 * frozen. Source: CloudWatch User Guide, "Specification: Embedded metric format".
 */

import type { DecisionRecord } from '../core/contract/decision-record.ts';
import { DECISION_METRIC, METRIC_DIMENSION, METRIC_NAMESPACE } from '../core/contract/metrics.ts';
import { hasBit } from '../core/model/bits.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { MetricsFile } from '../core/model/model-file.ts';
import { percentUsed } from '../core/quota/quota-state.ts';

/**
 * What the map's bound of metrics leaves: all routes that are decided, and all groups, where it
 * says nothing. A route that the map does not have has none in any case: each name is billed, and
 * callers would choose how many there are.
 */
export function namedMetrics({
  metrics,
  routes,
  public: publicRoutes,
  groups,
}: AccessModel): MetricsFile {
  if (metrics) return metrics;
  const decided = routes.filter((_, index) => !hasBit(publicRoutes, index)).map(({ key }) => key);
  return { routes: decided, groups: [...new Set([...groups.values()].map(({ name }) => name))] };
}

/**
 * Text to be put behind the members of a record, in front of its closing brace.
 * @param named routes and groups that have metrics of their own.
 */
export function recordMetrics(
  functionName: string,
  named: MetricsFile,
): (record: DecisionRecord) => string {
  const routes = new Set(named.routes);
  const groups = new Set(named.groups);
  // Few shapes exist, and building a directive costs more than writing the record.
  const directives = new Map<string, string>();
  const directivesOf = (shape: Shape): string => {
    const key = Object.values(shape).join();
    const known = directives.get(key) ?? JSON.stringify(directivesFor(shape));
    directives.set(key, known);
    return known;
  };
  return (record) => {
    const { time, effect, route, group, code, wouldDeny = false, quota, weight } = record;
    const counted = quota && !quota.storeFailed ? quota : undefined;
    const shape: Shape = {
      counter: effect === 'deny' ? DECISION_METRIC.refused : DECISION_METRIC.allowed,
      route: route !== undefined && routes.has(route),
      group: group !== undefined && groups.has(group),
      code: code !== undefined,
      wouldDeny,
      reported: record.reading !== undefined && code !== 'PATH_REFUSED',
      quota: counted !== undefined,
    };
    const values = JSON.stringify({
      [METRIC_DIMENSION.functionName]: functionName,
      ...(shape.route && { [METRIC_DIMENSION.route]: route }),
      ...(shape.group && { [METRIC_DIMENSION.group]: group }),
      ...(code !== undefined && { [METRIC_DIMENSION.code]: code }),
      [shape.counter]: weight,
      ...(wouldDeny && { [DECISION_METRIC.wouldRefuse]: weight }),
      ...(shape.reported && { [DECISION_METRIC.pathsReported]: weight }),
      ...(counted && {
        [METRIC_DIMENSION.quota]: counted.name,
        [DECISION_METRIC.quotaUsedPercent]: counted.usedPercent ?? percentUsed(counted),
      }),
      [DECISION_METRIC.milliseconds]: record.durationMs,
    });
    return `,"_aws":{"Timestamp":${Date.parse(time)},"CloudWatchMetrics":${directivesOf(shape)}},${values.slice(1, -1)}`;
  };
}

/** What decides which metrics a line has, apart from their values. */
interface Shape {
  readonly counter: typeof DECISION_METRIC.allowed | typeof DECISION_METRIC.refused;
  readonly route: boolean;
  readonly group: boolean;
  readonly code: boolean;
  readonly wouldDeny: boolean;
  readonly reported: boolean;
  readonly quota: boolean;
}

function directivesFor({
  counter,
  route,
  group,
  code,
  wouldDeny,
  reported,
  quota,
}: Shape): readonly unknown[] {
  const all = [METRIC_DIMENSION.functionName];
  const of = (name: string, is: boolean): readonly (readonly string[])[] =>
    is ? [[METRIC_DIMENSION.functionName, name]] : [];
  const directive = (dimensions: readonly (readonly string[])[], metric: object) => ({
    Namespace: METRIC_NAMESPACE,
    Dimensions: dimensions,
    Metrics: [metric],
  });
  const ofCode = of(METRIC_DIMENSION.code, code);
  return [
    directive(
      [
        all,
        ...of(METRIC_DIMENSION.route, route),
        ...of(METRIC_DIMENSION.group, group),
        ...(counter === DECISION_METRIC.refused ? ofCode : []),
      ],
      { Name: counter },
    ),
    directive([all], { Name: DECISION_METRIC.milliseconds, Unit: 'Milliseconds' }),
    ...(wouldDeny ? [directive([all, ...ofCode], { Name: DECISION_METRIC.wouldRefuse })] : []),
    ...(reported
      ? [
          directive([all, ...of(METRIC_DIMENSION.route, route)], {
            Name: DECISION_METRIC.pathsReported,
          }),
        ]
      : []),
    ...(quota
      ? [
          directive(of(METRIC_DIMENSION.quota, true), {
            Name: DECISION_METRIC.quotaUsedPercent,
            Unit: 'Percent',
          }),
        ]
      : []),
  ];
}
