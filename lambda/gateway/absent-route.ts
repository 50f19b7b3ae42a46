/**
 * Routes of the map that an API lacks: which route takes their calls, and what that means for their
 * rules. For APIs that are judged before they are deployed.
 */

import { isCatchAll } from '../core/path/route-tree.ts';
import { nearestTo } from './route-state.ts';
import { servingRoutes } from './serving-route.ts';

export interface PresentRoute {
  readonly key: string;
  /** Whether it has, or gets, our authorizer. */
  readonly isOurs: boolean;
  /** Whether the map has it. */
  readonly isMapped: boolean;
}

/**
 * `served`: the rule holds below a catch-all route of the map with our authorizer. `unprotected`: a
 * catch-all route without it takes the calls. `dead`: a parameter route takes them, or a catch-all
 * that the map does not have. `missing`: nobody can call it.
 */
export interface AbsentRoute {
  readonly key: string;
  readonly kind: 'served' | 'unprotected' | 'dead' | 'missing';
  readonly by: string | undefined;
  /** The closest known route, where a typo is likely. */
  readonly nearest: string | undefined;
}

export function absentRoutes(
  kind: 'http' | 'rest',
  present: readonly PresentRoute[],
  missing: readonly string[],
): readonly AbsentRoute[] {
  const byKey = new Map(present.map((route) => [route.key, route]));
  const serving = servingRoutes(kind, new Set(byKey.keys()));
  const known = [...byKey.keys(), ...missing];
  return missing.map((key) => {
    const nearest = nearestTo(key, known);
    return { key, nearest, ...meaning(serving(key), byKey) };
  });
}

function meaning(
  serving: readonly string[],
  byKey: ReadonlyMap<string, PresentRoute>,
): Pick<AbsentRoute, 'kind' | 'by'> {
  const narrow = serving.find((key) => !isCatchAll(key));
  if (narrow !== undefined) return { kind: 'dead', by: narrow };
  const routes = serving.flatMap((key) => byKey.get(key) ?? []);
  const unguarded = routes.find(({ isOurs }) => !isOurs);
  if (unguarded !== undefined) return { kind: 'unprotected', by: unguarded.key };
  const unmapped = routes.find(({ isMapped }) => !isMapped);
  if (unmapped !== undefined) return { kind: 'dead', by: unmapped.key };
  const [first] = serving;
  return first === undefined ? { kind: 'missing', by: undefined } : { kind: 'served', by: first };
}

/** What is wrong with the rule of an absent route; undefined where it holds. */
export function absentProblem({ kind, by, nearest }: AbsentRoute): string | undefined {
  const meant = nearest === undefined ? '' : `, did you mean \`${nearest}\`?`;
  if (kind === 'unprotected')
    return `its calls are served by \`${by}\`, which does not have this authorizer: add the route, or set the authorizer on \`${by}\`${meant}`;
  if (kind === 'dead')
    return `\`${by}\` takes its calls, so its rule has no effect: add the route, or correct \`routes\`${meant}`;
  return kind === 'missing'
    ? `nobody can call it: add the route, or correct \`routes\`${meant}`
    : undefined;
}

/** In one phrase: `served by ANY /{proxy+}, did you mean GET /orders?`. */
export const describeServed = ({ by, nearest }: AbsentRoute): string =>
  `served by \`${by}\`${nearest === undefined ? '' : `, did you mean \`${nearest}\`?`}`;
