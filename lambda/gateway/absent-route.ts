/**
 * Routes of the map that an API lacks: which route takes their calls, and what that means for their
 * rules. For APIs that are evaluated before they are deployed.
 */

import { isCatchAll } from '../core/path/route-tree.ts';
import {
  type AbsentRule,
  absentRule,
  hasNoEffect,
  type ServingCandidate,
  type TakenCalls,
} from './absent-rule.ts';
import { nearestTo } from './route-state.ts';
import { servingRoutes } from './serving-route.ts';

export interface PresentRoute {
  readonly key: string;
  /** Whether it has, or gets, our authorizer; or has one of somebody else. */
  readonly before: 'ours' | 'foreign' | 'nothing';
  /** Whether the map has it. */
  readonly isMapped: boolean;
}

/** A route of the map that the API lacks. */
export interface MissingRoute {
  readonly key: string;
  readonly isPublic: boolean;
  /** Whether the map accepts that the authorizer of somebody else decides its calls. */
  readonly acceptsForeign: boolean;
}

export interface AbsentRoute {
  readonly key: string;
  readonly kind: AbsentRule<ServingCandidate>['kind'];
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
  return missing.map((route) => {
    const { key } = route;
    const candidates = serving(key)
      .flatMap((one) => byKey.get(one) ?? [])
      .map(({ key: by, before, isMapped }) => ({
        key: by,
        calls: takenCalls(before, route),
        isUnmapped: before === 'ours' && !isMapped,
      }));
    const rule = absentRule(candidates);
    return { key, nearest: nearestTo(key, known), kind: rule.kind, by: rule.by?.key };
  });
}

function takenCalls(
  before: PresentRoute['before'],
  { isPublic, acceptsForeign }: MissingRoute,
): TakenCalls {
  if (isPublic || before === 'ours') return 'decided';
  return before === 'foreign' && acceptsForeign ? 'accepted' : 'open';
}

/** Whether nothing is wrong with it: our authorizer decides, or one that the map accepts. */
export const ruleHolds = ({ kind }: AbsentRoute): boolean =>
  kind === 'served' || kind === 'accepted';

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
export function describeServed({ kind, by, nearest }: AbsentRoute): string {
  const accepted = kind === 'accepted' ? ', whose authorizer `api.accept.foreign` accepts' : '';
  const meant = nearest === undefined ? '' : `, did you mean \`${nearest}\`?`;
  return `served by \`${by}\`${accepted}${meant}`;
}
