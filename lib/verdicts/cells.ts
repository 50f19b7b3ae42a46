/** Cells: what one group, or one machine, may call by itself. */

import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { OktaModel } from '../../lambda/core/model/model-file.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';

export interface CellSubject {
  readonly kind: 'group' | 'machine';
  readonly name: string;
}

/** `denied` beats whatever other groups of a caller allow, `closed` leaves it to them. */
export type CellState = 'open' | 'denied' | 'closed';
/** Who needs no group: everybody, every valid token, nobody. */
export type RouteLevel = 'public' | 'signedIn' | 'groups';

/** Groups, then machines, in the order of the map. */
export const cellSubjects = ({ groups, machines }: AccessModel): readonly CellSubject[] => [
  ...[...groups.keys()].map((name) => ({ kind: 'group', name }) as const),
  ...[...machines.keys()].map((name) => ({ kind: 'machine', name }) as const),
];

/**
 * What the map grants a subject on each route: for a token that asked for all scopes, so that
 * scopes hide nothing.
 */
export function cellsOf(model: AccessModel, subject: CellSubject): (route: number) => CellState {
  const { denied, allowed, requested } = entitlementsOf(model, principalOf(model, subject));
  return (route) => {
    if (hasBit(denied, route)) return 'denied';
    return hasBit(allowed, route) && (!requested || hasBit(requested, route)) ? 'open' : 'closed';
  };
}

export function levelOf(model: AccessModel, route: number): RouteLevel {
  if (hasBit(model.public, route)) return 'public';
  return hasBit(model.signedIn, route) ? 'signedIn' : 'groups';
}

function principalOf(model: AccessModel, { kind, name }: CellSubject): Principal {
  const scopes = model.permissions.map((permission) => permission.name);
  const groups = kind === 'machine' ? (model.machines.get(name)?.groups ?? []) : [name];
  const block = blockOf(model, groups);
  return kind === 'machine'
    ? { kind, cid: name, scopes, ...block }
    : { kind: 'user', uid: '-', cid: '-', groups, scopes, ...block };
}

/**
 * The okta block whose tokens may carry the most of these groups, the first of several: who asks
 * what a group may do means a token that can have it. Nothing where the map has one block.
 */
export function blockOf(
  { okta, groups: known }: AccessModel,
  groups: readonly string[],
): { readonly block?: string } {
  const names = groups.map((group) => known.get(group)?.name ?? group);
  const carried = (block: OktaModel): number =>
    names.filter((name) => block.groups?.includes(name) !== false).length;
  const unbounded = (block: OktaModel): number => (block.groups === undefined ? 1 : 0);
  const [first] = okta.toSorted((a, b) => carried(b) - carried(a) || unbounded(b) - unbounded(a));
  return first?.name === undefined ? {} : { block: first.name };
}
