/**
 * Who may call a route: the same decision, asked for each group and each machine of the map alone.
 */

import { type Decision, decide } from '../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit, type Row } from '../../lambda/core/model/bits.ts';
import type { AccessRule } from '../access-map/index.ts';
import type { DecisionSources } from './explanation.ts';
import { type Caller, principalOf } from './principals.ts';

export interface WhoCanCall {
  readonly public: boolean;
  readonly signedIn: boolean;
  /** Every user, those without groups included. */
  readonly everyone: boolean;
  readonly groups: readonly string[];
  readonly machines: readonly string[];
  readonly deniedGroups: readonly string[];
  readonly deniedMachines: readonly string[];
  /** A caller in two of the groups of one of these is refused. */
  readonly conflicts: readonly (readonly string[])[];
  /** Every rule that has the route. */
  readonly rules: readonly AccessRule[];
}

/**
 * @param scopes what the tokens asked for; nothing means every permission, so that scopes hide
 * nobody.
 */
export function whoCanCall(
  { model, rules }: DecisionSources,
  route: string,
  scopes: readonly string[] | undefined,
): WhoCanCall {
  const index = model.routeIndex.get(route);
  const isIn = (row: Row): boolean => index !== undefined && hasBit(row, index);
  const decisionFor = (caller: Caller): Decision =>
    decide(model, entitlementsOf(model, principalOf(model, { ...caller, scopes })), route);
  const groups = [...model.groups.keys()].map(
    (name) => [name, decisionFor({ groups: [name] })] as const,
  );
  const machines = [...model.machines.keys()].map(
    (cid) => [cid, decisionFor({ machine: cid })] as const,
  );
  return {
    public: isIn(model.public),
    signedIn: isIn(model.signedIn),
    everyone: decisionFor({}).reason === 'everyone_allows',
    groups: namesOf(
      groups,
      ({ reason }) => reason === 'group_allows' || reason === 'everyone_allows',
    ),
    machines: namesOf(machines, ({ reason }) => reason === 'machine_allows'),
    deniedGroups: namesOf(groups, isDenied),
    deniedMachines: namesOf(machines, isDenied),
    conflicts: model.conflicts.filter(({ routes }) => isIn(routes)).map(({ groups: of }) => of),
    rules: rules.filter((rule) => isIn(rule.routes)),
  };
}

const namesOf = (
  decisions: readonly (readonly [name: string, decision: Decision])[],
  is: (decision: Decision) => boolean,
): readonly string[] => decisions.filter(([, decision]) => is(decision)).map(([name]) => name);

const isDenied = (decision: Decision): boolean =>
  decision.effect === 'deny' && decision.code === 'GROUP_DENIED';
