/**
 * Routes of the map that an API lacks: which route takes their calls, and what that means for their
 * rules. For APIs that are judged before they are deployed.
 */

import { isCatchAll } from '../core/path/route-tree.ts';
import { type AbsentRule, absentRule, hasNoEffect, type Taker } from './absent-rule.ts';
import { nearestTo } from './route-state.ts';
import { servingRoutes } from './serving-route.ts';

export interface PresentRoute {
  readonly key: string;
  /** Whether it has, or gets, our authorizer. */
  readonly isOurs: boolean;
  /** Whether the map has it. */
  readonly isMapped: boolean;
}

/** A route of the map that the API lacks. */
export interface MissingRoute {
  readonly key: string;
  readonly isPublic: boolean;
}

export interface AbsentRoute {
  readonly key: string;
  readonly kind: AbsentRule<Taker>['kind'];
  readonly by: string | undefined;
  /** The closest known route, where a typo is likely. */
  readonly nearest: string | undefined;
}

export function absentRoutes(
  kind: 'http' | 'rest',
  present: readonly PresentRoute[],
  missing: readonly MissingRoute[],
): readonly AbsentRoute[] {
  const byKey = new Map(present.map((route) => [route.key, route]));
  const serving = servingRoutes(kind, new Set(byKey.keys()));
  const known = [...byKey.keys(), ...missing.map(({ key }) => key)];
  return missing.map(({ key, isPublic }) => {
    const takers = serving(key)
      .flatMap((one) => byKey.get(one) ?? [])
      .map(({ key: by, isOurs, isMapped }) => ({
        key: by,
        isProtected: isOurs || isPublic,
        isUnmapped: isOurs && !isMapped,
      }));
    const rule = absentRule(takers);
    return { key, nearest: nearestTo(key, known), kind: rule.kind, by: rule.by?.key };
  });
}

/** What is wrong with the rule of an absent route; undefined where it holds. */
export function absentProblem({ kind, by, nearest }: AbsentRoute): string | undefined {
  const meant = nearest === undefined ? '' : `, did you mean \`${nearest}\`?`;
  if (by === undefined) return `nobody can call it: add the route, or correct \`routes\`${meant}`;
  if (kind === 'unprotected') {
    // On a parameter route our authorizer decides by the rule of that route.
    const or = isCatchAll(by) ? `, or set the authorizer on \`${by}\`` : '';
    return `its calls are served by \`${by}\`, which does not have this authorizer: add the route${or}${meant}`;
  }
  return kind === 'dead'
    ? `${hasNoEffect(by)}: add the route, or correct \`routes\`${meant}`
    : undefined;
}

/** In one phrase: `served by ANY /{proxy+}, did you mean GET /orders?`. */
export const describeServed = ({ by, nearest }: AbsentRoute): string =>
  `served by \`${by}\`${nearest === undefined ? '' : `, did you mean \`${nearest}\`?`}`;
