/**
 * The metrics of a decision record, in the embedded metric format: they travel in the record's own
 * line, so that they are never out of step with it, and nothing is lost when an environment is
 * frozen. Source: CloudWatch User Guide, "Specification: Embedded metric format".
 */

import type { DecisionRecord } from '../core/contract/decision-record.ts';
import {
  DECISION_METRIC,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
} from '../core/contract/metric-names.ts';
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
 * Text to be put after the members of a record, before its closing brace.
 * @param named routes and groups that have metrics of their own, and whether codes have.
 */
export function recordMetrics(
  functionName: string,
  named: MetricsFile,
): (record: DecisionRecord) => string {
  const routes = new Set(named.routes);
  const groups = new Set(named.groups);
  const byCode = named.byCode !== false;
  const directivesOf = knownDirectives();
  const ofFunction = member(METRIC_DIMENSION.functionName, functionName);
  // As text: to make an object of them, member by member, takes longer than to write the record.
  return (record) => {
    const { time, effect, route, group, code, wouldDeny = false, quota, weight } = record;
    const counted = quota && !quota.storeFailed ? quota : undefined;
    const shape: Shape = {
      counter: effect === 'deny' ? DECISION_METRIC.refused : DECISION_METRIC.allowed,
      route: route !== undefined && routes.has(route),
      group: group !== undefined && groups.has(group),
      code: byCode && code !== undefined,
      wouldDeny,
      reported: record.reading !== undefined && code !== 'PATH_REFUSED',
      quota: counted !== undefined,
    };
    let text = `,"_aws":{"Timestamp":${Date.parse(time)},"CloudWatchMetrics":${directivesOf(shape)}}${ofFunction}`;
    if (shape.route) text += member(METRIC_DIMENSION.route, route);
    if (shape.group) text += member(METRIC_DIMENSION.group, group);
    if (shape.code) text += member(METRIC_DIMENSION.code, code);
    text += member(shape.counter, weight);
    if (wouldDeny) text += member(DECISION_METRIC.wouldRefuse, weight);
    if (shape.reported) text += member(DECISION_METRIC.pathsReported, weight);
    if (counted) {
      text += member(METRIC_DIMENSION.quota, counted.name);
      text += member(DECISION_METRIC.quotaUsedPercent, counted.usedPercent ?? percentUsed(counted));
    }
    return text + member(DECISION_METRIC.milliseconds, record.durationMs);
  };
}

const member = (name: string, value: string | number | undefined): string =>
  `,"${name}":${JSON.stringify(value)}`;

/** Few shapes exist, and building a directive costs more than writing the record. */
function knownDirectives(): (shape: Shape) => string {
  const directives = new Map<number, string>();
  return (shape) => {
    const { counter, route, group, code, wouldDeny, reported, quota } = shape;
    const flags = [counter === DECISION_METRIC.refused, route, group, code, wouldDeny, reported];
    let key = Number(quota);
    for (const flag of flags) key = key * 2 + Number(flag);
    const known = directives.get(key) ?? JSON.stringify(directivesFor(shape));
    directives.set(key, known);
    return known;
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
