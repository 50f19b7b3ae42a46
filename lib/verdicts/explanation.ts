/**
 * Why a decision is what it is. The decision itself is the authorizer's own: this only looks at
 * what it was made from.
 */

import type { Cell } from '../../lambda/core/decision/cell.ts';
import { type Decision, decide, grantsOn } from '../../lambda/core/decision/decide.ts';
import { type Entitlements, entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel, Grants } from '../../lambda/core/model/model.ts';
import { billFor, type Payment } from '../../lambda/core/quota/bill.ts';
import { determiningRules } from '../../lambda/core/record/determining-rules.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';
import type { AccessRule } from '../access-map/index.ts';
import { nearest } from '../access-map/report/nearest.ts';
import { cellsFor } from './cells.ts';
import { type NearestGroup, nearestGroup } from './nearest-group.ts';
import { callerRefusal, principalOf } from './principals.ts';

export interface Question {
  /** A route of the inventory, or one that is not. */
  readonly route: string;
  /** The user's groups, named as in the map. */
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
  /** Client id; the caller is a machine, and `groups` is not looked at. */
  readonly machine?: string;
}

export interface UnknownName {
  readonly name: string;
  readonly nearest: string | undefined;
}

export interface Explanation {
  /** By the rules; in shadow mode the gateway does otherwise. */
  readonly decision: Decision;
  readonly cell: Cell;
  readonly entitlements: Entitlements;
  /**
   * The rules that made the decision; a permission gives one for each of its patterns that has the
   * route.
   */
  readonly rules: readonly AccessRule[];
  /** Allows that the denies above override. */
  readonly overridden: readonly AccessRule[];
  /** The groups of the caller that conflict on the route. */
  readonly conflicting: readonly string[];
  /** Payers that are charged in addition to the others, each of them. */
  readonly strict: readonly Payment[];
  /**
   * Who is charged, in the order tried; `free` names a grant without quota that makes an allowed
   * call free.
   */
  readonly payers: readonly Payment[];
  readonly free: string | undefined;
  readonly unknownGroups: readonly UnknownName[];
  readonly unknownMachine: UnknownName | undefined;
  /** The group that would allow a refused call and the fewest other routes. */
  readonly nearestGroup: NearestGroup | undefined;
  /** Permissions that contain the route; with `scopes: intersect` one of them must be asked for. */
  readonly acceptedScopes: readonly string[];
}

/** The rules of the map and the model compiled from it. */
export interface DecisionSources {
  readonly model: AccessModel;
  readonly rules: readonly AccessRule[];
}

export function explainDecision(sources: DecisionSources, question: Question): Explanation {
  const { model } = sources;
  const principal = principalOf(model, question);
  const entitlements = entitlementsOf(model, principal);
  const evaluated = decide(model, entitlements, question.route);
  const refusal = isOfAnyToken(evaluated) ? callerRefusal(model, principal) : undefined;
  const decision: Decision = refusal
    ? { effect: 'deny', route: question.route, ...refusal }
    : evaluated;
  return {
    decision,
    cell: cellsFor(model, question)(question.route),
    entitlements,
    ...matchingRules(sources, entitlements, decision),
    ...chargeOf(model, entitlements, decision),
    unknownGroups: principal.kind === 'user' ? unknownGroups(model, principal.groups) : [],
    unknownMachine: unknownMachine(model, principal),
    nearestGroup:
      decision.effect === 'deny' && !refusal
        ? nearestGroup(model, principal, question.route)
        : undefined,
    acceptedScopes: permissionsWith(model, question.route),
  };
}

/**
 * Whether the token matters: it does not on public routes, nor where the route itself is misspelt.
 */
const isOfAnyToken = (decision: Decision): boolean =>
  decision.reason !== 'public' && decision.reason !== 'not_in_inventory';

const NO_RULES = { rules: [], overridden: [], conflicting: [] };

/** The rules that made a decision, and those that it overrides. */
export function matchingRules(
  { model, rules }: DecisionSources,
  entitlements: Entitlements,
  decision: Decision,
): Pick<Explanation, 'rules' | 'overridden' | 'conflicting'> {
  const index = model.routeIndex.get(decision.route);
  const onRoute = index === undefined ? [] : rules.filter((rule) => hasBit(rule.routes, index));
  const determining = determiningRules(model, entitlements, decision);
  switch (determining.kind) {
    case 'public':
    case 'signedIn': {
      const { kind } = determining;
      return {
        ...NO_RULES,
        rules: onRoute.filter(({ subject }) => subject.kind === kind),
      };
    }
    case 'grants': {
      const { grants, effect } = determining;
      const overridden = effect === 'deny' ? rulesOf(onRoute, entitlements.grants, 'allow') : [];
      return { ...NO_RULES, rules: rulesOf(onRoute, grants, effect), overridden };
    }
    case 'conflict': {
      const held = new Set(model.conflicts[determining.at]?.groups);
      const grants = entitlements.grants.filter(({ name }) => held.has(name));
      const conflicting = entitlements.groups.filter((name) => held.has(name));
      return { rules: [], overridden: rulesOf(onRoute, grants, 'allow'), conflicting };
    }
    case 'scopes':
      return { ...NO_RULES, rules: rulesOf(onRoute, determining.grants, 'allow') };
    default:
      return NO_RULES;
  }
}

const rulesOf = (
  rules: readonly AccessRule[],
  grants: readonly Grants[],
  effect: AccessRule['effect'],
): readonly AccessRule[] =>
  rules.filter(
    (rule) =>
      rule.effect === effect &&
      grants.some(({ kind, name }) => kind === rule.subject.kind && name === rule.subject.name),
  );

function chargeOf(
  model: AccessModel,
  entitlements: Entitlements,
  decision: Decision,
): Pick<Explanation, 'payers' | 'strict' | 'free'> {
  // A public or signed-in route is never charged: the authorizer asks for no payer there.
  const isCharged =
    decision.effect === 'allow' && decision.reason !== 'public' && decision.reason !== 'signed_in';
  if (!isCharged) return { payers: [], strict: [], free: undefined };
  const { strict, shared } = billFor(model, entitlements, decision.route);
  if (shared !== 'free') return { payers: shared, strict, free: undefined };
  const grants = grantsOn(model, entitlements, decision.route, 'allow').filter(
    ({ quota, kind }) => !quota?.strict && kind !== 'everyone',
  );
  const free = grants.find(({ quota }) => quota === undefined) ?? grants[0];
  return { payers: [], strict, free: free?.name };
}

function unknownGroups(model: AccessModel, groups: readonly string[]): readonly UnknownName[] {
  const prefixes = model.okta
    .map(({ groupPrefix }) => groupPrefix)
    .filter((prefix) => prefix !== '');
  return groups
    .filter((name) => !model.groups.has(name))
    .map((name) => {
      // A name as the token has it, with the prefix that the map leaves out.
      const stripped = prefixes
        .filter((prefix) => name.startsWith(prefix))
        .map((prefix) => name.slice(prefix.length));
      return {
        name,
        nearest:
          stripped.find((rest) => model.groups.has(rest)) ?? nearest(name, model.groups.keys()),
      };
    });
}

function unknownMachine(model: AccessModel, principal: Principal): UnknownName | undefined {
  if (principal.kind === 'user' || model.machines.has(principal.cid)) return undefined;
  return { name: principal.cid, nearest: nearest(principal.cid, model.machines.keys()) };
}

export function permissionsWith(model: AccessModel, route: string): readonly string[] {
  const index = model.routeIndex.get(route);
  return index === undefined
    ? []
    : model.permissions.filter(({ routes }) => hasBit(routes, index)).map(({ name }) => name);
}
