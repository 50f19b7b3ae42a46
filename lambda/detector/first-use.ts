/**
 * Detects the first use of a sensitive route by a group: access that the map grants and nobody used
 * until now.
 */
import type { DetectorSettings } from '../core/contract/detector-input.ts';
import type { PassedRoute } from './detector-ports.ts';
import type { KnownRoute } from './detector-state.ts';

export type FirstUseSettings = Pick<DetectorSettings, 'sensitive' | 'learningMs'>;

export interface FirstUse {
  readonly route: string;
  readonly group: string;
  /** The step in which it was seen. */
  readonly at: number;
}

/**
 * Remembers the groups that call a route; a new group is a finding once the route has been watched
 * for `learningMs`. Forgets routes that are no longer sensitive, so that learning starts again for
 * one that becomes sensitive again.
 * @param from start of the span of `rows`: an unknown route is watched from then on.
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
