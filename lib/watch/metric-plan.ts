/**
 * Which routes and groups have metrics of their own, and the price of all metrics of a map:
 * CloudWatch bills each by the month.
 */

import { REFUSALS, type RefusalCode } from '../../lambda/core/contract/codes.ts';
import {
  ATTACHMENT_METRIC,
  CRASH_METRIC,
  DECISION_METRIC,
  DETECTOR_METRIC,
  FAILURE_METRIC,
  KEY_METRIC,
  KEYS_FROM_METRIC,
  QUOTA_STORE_METRIC,
  REVOCATION_METRIC,
} from '../../lambda/core/contract/metric-names.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { MetricsFile, ModelFile } from '../../lambda/core/model/model-file.ts';

/** Maximum of metrics for one map, where nothing else is said. */
const MAX_METRICS = 100;
/**
 * Alarms of quotas that a group shares: more would bring a stack with many routes close to the 500
 * resources of a template.
 */
export const MAX_QUOTA_ALARMS = 20;

export interface MetricPlan {
  /** Metrics that can have values; one without is not billed. */
  readonly total: number;
  /** Metrics that no maximum removes: totals, quotas, keys, faults; codes where they have any. */
  readonly fixed: number;
  /** Metrics that always have values, also while nothing fails: the certain part of the bill. */
  readonly steady: number;
  /** Whether each code of a refusal has a metric of its own. */
  readonly byCode: boolean;
  /** Keys and names that have metrics of their own, and those that do not. */
  readonly routes: readonly string[];
  readonly groups: readonly string[];
  readonly routesWithout: readonly string[];
  readonly groupsWithout: readonly string[];
}

const { allowed, refused, milliseconds } = DECISION_METRIC;
/** Metrics of the function as a whole, whatever the map says. */
const FUNCTION_METRICS = [
  ...[allowed, refused, milliseconds],
  ...[KEYS_FROM_METRIC, KEY_METRIC, FAILURE_METRIC, CRASH_METRIC, DETECTOR_METRIC].flatMap(
    (names) => Object.values<string>(names),
  ),
].length;
/** Metrics of the function that have values while nothing fails. */
const STEADY_METRICS = [
  ...[allowed, refused, milliseconds, KEYS_FROM_METRIC.issuer, KEYS_FROM_METRIC.copy],
  ...[KEY_METRIC.ageSeconds, KEY_METRIC.copyAgeSeconds, DETECTOR_METRIC.lagSeconds],
].length;
const QUOTA_STORE_METRICS = Object.keys(QUOTA_STORE_METRIC).length;
const REVOCATION_METRICS = Object.keys(REVOCATION_METRIC).length;
const ATTACHMENT_METRICS = Object.keys(ATTACHMENT_METRIC).length;
/** Metrics of a route or a group. */
const METRICS_PER_NAME = [allowed, refused].length;

export interface MetricBounds {
  /**
   * Metrics in all, with codes, groups and routes as long as there is room. Default: codes and
   * groups have none, of the routes the sensitive ones have, `MAX_METRICS` in all.
   */
  readonly most?: number | undefined;
  /** Whether the map attaches to a live API, whose drift check has metrics too. Default: no. */
  readonly attached?: boolean;
}

/**
 * Sensitive routes come first, then groups, then the other routes, each in the order of the map.
 */
export function planMetrics(
  file: ModelFile,
  { most, attached = false }: MetricBounds = {},
): MetricPlan {
  const model = parseModel(file);
  const byCode = most !== undefined;
  const fixed = fixedMetrics(model, attached, byCode);
  const decided = model.routes.flatMap(({ key }, index) =>
    hasBit(model.public, index) ? [] : [{ key, sensitive: hasBit(model.sensitive, index) }],
  );
  const keysWhere = (sensitive: boolean): readonly string[] =>
    decided.filter((route) => route.sensitive === sensitive).map(({ key }) => key);
  let room = Math.max(0, Math.floor(((most ?? MAX_METRICS) - fixed) / METRICS_PER_NAME));
  const take = (names: readonly string[]): readonly string[] => {
    const taken = names.filter(isDimension).slice(0, room);
    room -= taken.length;
    return taken;
  };
  const all = [...new Set([...model.groups.values()].map(({ name }) => name))];
  const sensitive = take(keysWhere(true));
  const groups = byCode ? take(all) : [];
  const routes = [...sensitive, ...(byCode ? take(keysWhere(false)) : [])];
  const named = METRICS_PER_NAME * (routes.length + groups.length);
  return {
    total: fixed + named,
    fixed,
    steady: steadyMetrics(model, attached) + named,
    byCode,
    routes,
    groups,
    routesWithout: decided.map(({ key }) => key).filter((key) => !routes.includes(key)),
    groupsWithout: all.filter((name) => !groups.includes(name)),
  };
}

/** Metrics that no maximum removes. */
function fixedMetrics(model: AccessModel, attached: boolean, byCode: boolean): number {
  const quotas = chargedQuotas(model);
  const codes = byCode ? possibleCodes(model).length : 0;
  return (
    FUNCTION_METRICS +
    (attached ? ATTACHMENT_METRICS : 0) +
    (model.revocation.length > 0 ? REVOCATION_METRICS : 0) +
    codes +
    (model.shadow ? 1 + codes : 0) +
    (quotas === 0 ? 0 : quotas + QUOTA_STORE_METRICS)
  );
}

const steadyMetrics = (model: AccessModel, attached: boolean): number =>
  STEADY_METRICS +
  (attached ? ATTACHMENT_METRICS : 0) +
  (model.shadow ? 1 : 0) +
  chargedQuotas(model);

/**
 * The part of the model that limits metrics; empty where every route, group and code has its own.
 */
export function metricsFile({ byCode, routes, groups, routesWithout, groupsWithout }: MetricPlan): {
  readonly metrics?: MetricsFile;
} {
  if (byCode && routesWithout.length + groupsWithout.length === 0) return {};
  return { metrics: { ...(!byCode && { byCode: false }), routes, groups } };
}

/** Source: CloudWatch API Reference, "Dimension": ASCII, not blank, not beginning with a colon. */
const isDimension = (name: string): boolean => /^(?!:)(?=.*\S)[\x20-\x7e]{1,255}$/.test(name);

const chargedQuotas = (model: AccessModel): number =>
  new Set(
    [
      ...model.groups.values(),
      ...[...model.machines.values()].map(({ own }) => own),
      ...(model.everyone ? [model.everyone] : []),
    ].flatMap(({ quota }) => quota?.name ?? []),
  ).size;

/** Codes that decisions for this map can have. */
function possibleCodes(model: AccessModel): readonly RefusalCode[] {
  const { blocked, machines } = model;
  const impossible = new Set<RefusalCode>([
    ...(chargedQuotas(model) === 0 ? (['QUOTA_EXCEEDED', 'QUOTA_STORE_UNAVAILABLE'] as const) : []),
    ...(model.scopes === 'intersect' ? [] : (['SCOPE_MISSING'] as const)),
    ...(blocked.users.size + blocked.clients.size + blocked.tokens.size === 0
      ? (['BLOCKED'] as const)
      : []),
    ...(machines.size + model.groups.size === 0 && !model.everyone
      ? (['GROUP_DENIED'] as const)
      : []),
    ...(model.conflicts.length === 0 ? (['CONFLICT'] as const) : []),
    ...(model.revocation.length === 0 ? (['TOKEN_REVOKED'] as const) : []),
    ...(model.revocation.some(({ onStoreFailure }) => onStoreFailure === 'deny')
      ? []
      : (['REVOCATIONS_UNAVAILABLE'] as const)),
  ]);
  return (Object.keys(REFUSALS) as RefusalCode[]).filter((code) => !impossible.has(code));
}
