/** Detects probing: one principal is refused on many routes within a window. */

import type { RefusalCode } from '../core/contract/codes.ts';
import type { DetectorSettings } from '../core/contract/detector-input.ts';
import type { RefusedRoute } from './detector-ports.ts';
import type { Suspect } from './detector-state.ts';

/**
 * Codes that depend on the route. A token without groups or an exhausted quota is refused on every
 * route, so it shows no probing.
 */
export const PROBING_CODES: readonly RefusalCode[] = [
  'ROUTE_UNMAPPED',
  'PATH_REFUSED',
  'GROUP_DENIED',
  'CONFLICT',
  'GROUP_NOT_ALLOWED',
  'SCOPE_MISSING',
];

/**
 * Bounds the state, which is stored compressed (dynamo-state.ts). Keeps the principals with the
 * most routes.
 */
export const MAX_SUSPECTS = 500;
/** Maximum number of routes in a finding. */
export const MAX_SUSPECT_ROUTES = 50;

export type ProbingSettings = Pick<DetectorSettings, 'probedRoutes' | 'windowMs'>;

export interface Probing {
  readonly principal: string;
  /** Sorted. */
  readonly routes: readonly string[];
  /** The latest step with a refusal. */
  readonly at: number;
}

/**
 * Evaluates the steps in order, so that one long span finds the same as many short ones. Reports a
 * principal once for each window while probing continues.
 * @param end end of the span of `rows`; refusals more than a window before it are forgotten.
 */
export function findProbing(
  suspects: ReadonlyMap<string, Suspect>,
  rows: readonly RefusedRoute[],
  end: number,
  settings: ProbingSettings,
): { readonly suspects: ReadonlyMap<string, Suspect>; readonly findings: readonly Probing[] } {
  const now = new Map(suspects);
  const findings: Probing[] = [];
  for (const { principal, rows: own } of byStepAndPrincipal(rows)) {
    const at = own[0]?.at ?? end;
    const before = now.get(principal);
    const routes = latest(before?.routes, own, at - settings.windowMs);
    const due = before?.reportedAt === undefined || before.reportedAt <= at - settings.windowMs;
    const reported = due && routes.size >= settings.probedRoutes;
    if (reported) findings.push({ principal, routes: [...routes.keys()].sort(), at });
    const reportedAt = reported ? at : before?.reportedAt;
    now.set(principal, { routes, ...(reportedAt !== undefined && { reportedAt }) });
  }
  return { suspects: kept(now, end - settings.windowMs), findings };
}

interface PrincipalStep {
  readonly principal: string;
  readonly rows: readonly RefusedRoute[];
}

function byStepAndPrincipal(rows: readonly RefusedRoute[]): readonly PrincipalStep[] {
  const steps = new Map<number, Map<string, RefusedRoute[]>>();
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const step = steps.get(row.at) ?? new Map<string, RefusedRoute[]>();
    steps.set(row.at, step);
    const own = step.get(row.principal);
    if (own) own.push(row);
    else step.set(row.principal, [row]);
  }
  return [...steps.values()].flatMap((step) =>
    [...step].map(([principal, own]) => ({ principal, rows: own })),
  );
}

/**
 * The routes of earlier steps and of this one that are newer than `oldest`: the latest
 * MAX_SUSPECT_ROUTES.
 */
function latest(
  before: Suspect['routes'] | undefined,
  rows: readonly RefusedRoute[],
  oldest: number,
): ReadonlyMap<string, number> {
  const routes = new Map(before);
  for (const { route, at } of rows) routes.set(route, at);
  return new Map(
    [...routes]
      .filter(([, at]) => at > oldest)
      .sort(([, a], [, b]) => b - a)
      .slice(0, MAX_SUSPECT_ROUTES),
  );
}

function kept(
  suspects: ReadonlyMap<string, Suspect>,
  oldest: number,
): ReadonlyMap<string, Suspect> {
  const alive = [...suspects].flatMap(([principal, suspect]) => {
    const routes = latest(suspect.routes, [], oldest);
    return routes.size > 0 ? [[principal, { ...suspect, routes }] as const] : [];
  });
  return new Map(
    alive.sort(([, a], [, b]) => b.routes.size - a.routes.size).slice(0, MAX_SUSPECTS),
  );
}
