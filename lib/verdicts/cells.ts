/** What one caller, one group or one machine may call: the one place that the tools ask. */

import { type Cell, cellsOf, type RuleState } from '../../lambda/core/decision/cell.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { EVERYONE } from '../../lambda/core/model/model-file.ts';
import { type Caller, callerRefusal, principalOf } from './principals.ts';

export interface CellSubject {
  readonly kind: 'group' | 'machine' | 'everyone';
  readonly name: string;
}

const EVERY_USER: CellSubject = { kind: 'everyone', name: EVERYONE };

/** What every user holds, then groups, then machines, in the order of the map. */
export const cellSubjects = ({
  everyone,
  groups,
  machines,
}: AccessModel): readonly CellSubject[] => [
  ...(everyone ? [EVERY_USER] : []),
  ...[...groups.keys()].map((name) => ({ kind: 'group', name }) as const),
  ...[...machines.keys()].map((name) => ({ kind: 'machine', name }) as const),
];

/** The subject as a caller whose token asked for all scopes, so that scopes hide nothing. */
export function callerOf({ kind, name }: CellSubject): Caller {
  if (kind === 'machine') return { machine: name };
  return { groups: kind === 'group' ? [name] : [] };
}

/** The cells of one caller. */
export function cellsFor(model: AccessModel, caller: Caller): (route: string) => Cell {
  const principal = principalOf(model, caller);
  // A token of a client that the map does not accept is no valid token.
  const entitlements = callerRefusal(model, principal)
    ? undefined
    : entitlementsOf(model, principal);
  const cell = cellsOf(model);
  return (route) => cell(entitlements, route);
}

/** What the map grants a subject, whether or not the route needs a grant. */
export type GrantState = Extract<RuleState, 'allowed' | 'denied' | 'closed'>;

/**
 * @returns the state of a route by its index; of a group by itself, without what every user holds
 * beside it.
 */
export function grantsOf(model: AccessModel, subject: CellSubject): (route: number) => GrantState {
  const own = subject.kind === 'everyone' ? model : { ...model, everyone: undefined };
  const { denied, allowed, requested } = entitlementsOf(own, principalOf(own, callerOf(subject)));
  return (route) => {
    if (hasBit(denied, route)) return 'denied';
    return hasBit(allowed, route) && (!requested || hasBit(requested, route))
      ? 'allowed'
      : 'closed';
  };
}

/** Callers that need no group: everybody, every valid token, nobody. */
export type RouteLevel = 'public' | 'signedIn' | 'groups';

export function levelOf(model: AccessModel, route: number): RouteLevel {
  if (hasBit(model.public, route)) return 'public';
  return hasBit(model.signedIn, route) ? 'signedIn' : 'groups';
}

/** What shadow mode does to a cell, for people; undefined where the rules are enforced. */
export function shadowNote({ rule, mode, gateway }: Cell): string | undefined {
  if (mode === 'enforce' || rule === 'public') return undefined;
  switch (gateway) {
    case 'prior':
      return 'shadow: the prior authorizer decides';
    case 'deny':
      return 'shadow: a valid token is needed';
    default:
      return 'shadow: any valid token passes';
  }
}

/** `closed`, `closed (shadow: any valid token passes)`. */
export function cellText(cell: Cell): string {
  const note = shadowNote(cell);
  return note === undefined ? cell.rule : `${cell.rule} (${note})`;
}

/** What a caller with a valid token gets; `unknown` where a prior authorizer decides. */
export function effectOf({ gateway }: Cell): 'allow' | 'deny' | 'unknown' {
  if (gateway === 'prior') return 'unknown';
  return gateway === 'deny' ? 'deny' : 'allow';
}
