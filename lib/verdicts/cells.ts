/** Cells: what one group, or one machine, may call by itself. */

import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { principalOf } from './principals.ts';

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
  const { kind, name } = subject;
  const caller = kind === 'machine' ? { machine: name } : { groups: [name] };
  const { denied, allowed, requested } = entitlementsOf(model, principalOf(model, caller));
  return (route) => {
    if (hasBit(denied, route)) return 'denied';
    return hasBit(allowed, route) && (!requested || hasBit(requested, route)) ? 'open' : 'closed';
  };
}

export function levelOf(model: AccessModel, route: number): RouteLevel {
  if (hasBit(model.public, route)) return 'public';
  return hasBit(model.signedIn, route) ? 'signedIn' : 'groups';
}
