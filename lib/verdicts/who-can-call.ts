/**
 * Who may call a route: the same decision, asked for each group and each machine of the map alone.
 */

import { type Decision, decide } from '../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessRule } from '../access-map/index.ts';
import { principalOf, type Rulebook } from './explanation.ts';

export interface WhoCanCall {
  readonly public: boolean;
  readonly signedIn: boolean;
  readonly groups: readonly string[];
  readonly machines: readonly string[];
  readonly deniedGroups: readonly string[];
  readonly deniedMachines: readonly string[];
  /** Every rule that has the route. */
  readonly rules: readonly AccessRule[];
}

/**
 * @param scopes what the tokens asked for; nothing means every permission, so that scopes hide
 * nobody.
 */
export function whoCanCall(
  { model, rules }: Rulebook,
  route: string,
  scopes: readonly string[] | undefined,
): WhoCanCall {
  const asked = scopes ?? model.permissions.map(({ name }) => name);
  const index = model.routeIndex.get(route);
  const isIn = (row: typeof model.public): boolean => index !== undefined && hasBit(row, index);
  const group = (name: string): Decision =>
    decide(
      model,
      entitlementsOf(model, principalOf(model, { groups: [name], scopes: asked })),
      route,
    );
  const machine = (cid: string): Decision =>
    decide(
      model,
      entitlementsOf(model, principalOf(model, { groups: [], scopes: asked, machine: cid })),
      route,
    );
  const groups = [...model.groups.keys()];
  const machines = [...model.machines.keys()];
  return {
    public: isIn(model.public),
    signedIn: isIn(model.signedIn),
    groups: groups.filter((name) => group(name).reason === 'group_allows'),
    machines: machines.filter((cid) => machine(cid).reason === 'machine_allows'),
    deniedGroups: groups.filter((name) => isDenied(group(name))),
    deniedMachines: machines.filter((cid) => isDenied(machine(cid))),
    rules: rules.filter((rule) => isIn(rule.routes)),
  };
}

const isDenied = (decision: Decision): boolean =>
  decision.effect === 'deny' && decision.code === 'GROUP_DENIED';
