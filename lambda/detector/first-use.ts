/**
 * A group that comes to a sensitive route for the first time: access that the map gave and nobody
 * used until now.
 */
import type { DetectorSettings } from '../core/contract/detector.ts';
import type { PassedRoute } from './ports.ts';
import type { KnownRoute } from './state.ts';

export interface SensitiveRoute {
  readonly route: string;
  /**
   * Groups that the map allows there: those of a caller's groups that opened the route, not those
   * beside them.
   */
  readonly groups: readonly string[];
}

export type FirstUseSettings = Pick<DetectorSettings, 'sensitive' | 'learningMs'>;

export interface FirstUse {
  readonly route: string;
  readonly group: string;
  /** The step in which it was seen. */
  readonly at: number;
}

/**
 * Groups that are new on a route are remembered; they are news once the route has been watched for
 * `learningMs`. Routes that are not sensitive any more are forgotten, so that one that becomes
 * sensitive again is learnt anew.
 * @param from start of the span that `rows` are of: a route that is not known yet is watched from
 * then on.
 */
export function findFirstUse(
  known: ReadonlyMap<string, KnownRoute>,
  rows: readonly PassedRoute[],
  from: number,
  { sensitive, learningMs }: FirstUseSettings,
): { readonly known: ReadonlyMap<string, KnownRoute>; readonly findings: readonly FirstUse[] } {
  const findings: FirstUse[] = [];
  const inOrder = [...rows].sort((a, b) => a.at - b.at);
  const now = sensitive.map(({ route, groups: allowed }) => {
    const { since, groups } = known.get(route) ?? { since: from, groups: new Set<string>() };
    const seen = new Set(groups);
    for (const { at, groups: callers } of inOrder.filter((row) => row.route === route)) {
      for (const group of callers.filter((name) => allowed.includes(name) && !seen.has(name))) {
        seen.add(group);
        if (at >= since + learningMs) findings.push({ route, group, at });
      }
    }
    return [route, { since, groups: seen }] as const;
  });
  return { known: new Map(now), findings };
}
