/**
 * The metrics of a decision record, in the embedded metric format: they travel in the record's own
 * line, so that they are never out of step with it, and nothing is lost when an environment is
 * frozen. Source: CloudWatch User Guide, "Specification: Embedded metric format".
 */

import { hasBit } from '../core/model/bits.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { MetricsFile } from '../core/model/model-file.ts';
import { percentUsed } from '../core/quota/quota.ts';
import type { DecisionRecord } from '../core/record/decision-record.ts';

/** Namespace of every metric of the authorizer; alarms name it too (lib/watch/key-alarms.ts). */
export const NAMESPACE = 'OktaGroupAuthorizer';

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
  // There are few shapes, and making one anew costs more than the record.
  const directives = new Map<string, string>();
  const directivesOf = (shape: Shape): string => {
    const key = Object.values(shape).join();
    const known = directives.get(key) ?? JSON.stringify(directivesFor(shape));
    directives.set(key, known);
    return known;
  };
  return ({ time, effect, route, group, code, wouldDeny = false, quota, durationMs, weight }) => {
    const counted = quota && !quota.storeFailed ? quota : undefined;
    const shape: Shape = {
      counter: effect === 'deny' ? 'Refused' : 'Allowed',
      route: route !== undefined && routes.has(route),
      group: group !== undefined && groups.has(group),
      code: code !== undefined,
      wouldDeny,
      quota: counted !== undefined,
    };
    const values = JSON.stringify({
      FunctionName: functionName,
      ...(shape.route && { Route: route }),
      ...(shape.group && { Group: group }),
      ...(code !== undefined && { Code: code }),
      [shape.counter]: weight,
      ...(wouldDeny && { WouldRefuse: weight }),
      ...(counted && {
        Quota: counted.name,
        QuotaUsedPercent: counted.usedPercent ?? percentUsed(counted),
      }),
      DecisionMilliseconds: durationMs,
    });
    return `,"_aws":{"Timestamp":${Date.parse(time)},"CloudWatchMetrics":${directivesOf(shape)}},${values.slice(1, -1)}`;
  };
}

/** What decides which metrics a line has, apart from their values. */
interface Shape {
  readonly counter: 'Allowed' | 'Refused';
  readonly route: boolean;
  readonly group: boolean;
  readonly code: boolean;
  readonly wouldDeny: boolean;
  readonly quota: boolean;
}

function directivesFor({
  counter,
  route,
  group,
  code,
  wouldDeny,
  quota,
}: Shape): readonly unknown[] {
  const all = ['FunctionName'];
  const of = (name: string, is: boolean): readonly (readonly string[])[] =>
    is ? [['FunctionName', name]] : [];
  const directive = (dimensions: readonly (readonly string[])[], metric: object) => ({
    Namespace: NAMESPACE,
    Dimensions: dimensions,
    Metrics: [metric],
  });
  const ofCode = of('Code', code);
  return [
    directive(
      [all, ...of('Route', route), ...of('Group', group), ...(counter === 'Refused' ? ofCode : [])],
      { Name: counter },
    ),
    directive([all], { Name: 'DecisionMilliseconds', Unit: 'Milliseconds' }),
    ...(wouldDeny ? [directive([all, ...ofCode], { Name: 'WouldRefuse' })] : []),
    ...(quota ? [directive(of('Quota', true), { Name: 'QuotaUsedPercent', Unit: 'Percent' })] : []),
  ];
}
