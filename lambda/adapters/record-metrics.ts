/**
 * The metrics of a decision record, in the embedded metric format: they travel in the record's own line, so that they are never out of step
 * with it, and nothing is lost when an environment is frozen. Source: CloudWatch User Guide, "Specification: Embedded metric format".
 */
import type { DecisionRecord } from '../core/decision-record.ts';
import type { MetricsFile } from '../core/model.ts';
import { percentUsed } from '../core/quota.ts';

/** Namespace of every metric of the authorizer; alarms name it too (lib/key-alarms.ts). */
export const NAMESPACE = 'OktaGroupAuthorizer';

interface Directive {
  readonly Namespace: typeof NAMESPACE;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: 'Percent' | 'Milliseconds' }[];
}

/** @param named routes and groups that have metrics of their own; absent: all have. */
export function recordMetrics(functionName: string, named: MetricsFile | undefined): (record: DecisionRecord) => object {
  const routes = named && new Set(named.routes);
  const groups = named && new Set(named.groups);
  return ({ time, effect, route, group, code, wouldDeny, quota, durationMs, weight }) => {
    const ofRoute = route !== undefined && routes?.has(route) !== false ? { Route: route } : {};
    const ofGroup = group !== undefined && groups?.has(group) !== false ? { Group: group } : {};
    const ofCode = code === undefined ? {} : { Code: code };
    const ofQuota = quota === undefined || quota.storeFailed ? {} : { Quota: quota.name };
    const by = (...parts: readonly object[]): readonly (readonly string[])[] => [
      ['FunctionName'],
      ...parts.flatMap((part) => Object.keys(part).map((key) => ['FunctionName', key])),
    ];
    const refused = effect === 'deny';
    const directives: Directive[] = [
      directive(refused ? by(ofRoute, ofGroup, ofCode) : by(ofRoute, ofGroup), { Name: refused ? 'Refused' : 'Allowed' }),
      directive(by(), { Name: 'DecisionMilliseconds', Unit: 'Milliseconds' }),
    ];
    if (wouldDeny) directives.push(directive(by(ofCode), { Name: 'WouldRefuse' }));
    if (quota && 'Quota' in ofQuota) directives.push(directive([['FunctionName', 'Quota']], { Name: 'QuotaUsedPercent', Unit: 'Percent' }));
    return {
      _aws: { Timestamp: Date.parse(time), CloudWatchMetrics: directives },
      FunctionName: functionName,
      ...ofRoute,
      ...ofGroup,
      ...ofCode,
      ...ofQuota,
      [refused ? 'Refused' : 'Allowed']: weight,
      ...(wouldDeny && { WouldRefuse: weight }),
      ...(quota && 'Quota' in ofQuota && { QuotaUsedPercent: quota.usedPercent ?? percentUsed(quota) }),
      DecisionMilliseconds: durationMs,
    };
  };
}

const directive = (dimensions: Directive['Dimensions'], metric: Directive['Metrics'][number]): Directive => ({
  Namespace: NAMESPACE,
  Dimensions: dimensions,
  Metrics: [metric],
});
