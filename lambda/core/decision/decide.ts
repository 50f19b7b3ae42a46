/**
 * Steps 3 to 9 of a decision: from a principal's entitlements and a route to allow or deny, with
 * the reason.
 */

import { type AllowReason, type Refusal, refuse } from '../contract/codes.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel, Grants } from '../model/model.ts';
import type { Entitlements } from './entitlements.ts';

export type Decision =
  | { readonly effect: 'allow'; readonly reason: AllowReason; readonly route: string }
  | ({ readonly effect: 'deny'; readonly route: string } & Refusal);

/**
 * Decides whether a principal may call a route; the quota is evaluated after this (quota.ts), for
 * allowed calls alone.
 *
 * @param route request method and the template that the gateway matched, e.g. `GET /orders/{id}`;
 * never the raw path,
 *   which the caller writes.
 */
export function decide(model: AccessModel, entitlements: Entitlements, route: string): Decision {
  if (entitlements.blocked) return deny(route, entitlements.blocked);
  const index = model.routeIndex.get(route);
  if (index === undefined) return deny(route, refuse('ROUTE_UNMAPPED', 'not_in_inventory'));
  if (hasBit(model.public, index)) return { effect: 'allow', reason: 'public', route };
  if (hasBit(model.signedIn, index)) return { effect: 'allow', reason: 'signed_in', route };
  const allowed = hasBit(entitlements.allowed, index);
  if (entitlements.refusal && !allowed) return deny(route, entitlements.refusal);
  if (hasBit(entitlements.denied, index))
    return deny(route, refuse('GROUP_DENIED', DENIES[kindOf(model, entitlements, 'deny', index)]));
  if (hasBit(entitlements.conflicting, index))
    return deny(route, refuse('CONFLICT', 'groups_conflict'));
  if (!allowed) {
    const machine = entitlements.principal.kind === 'machine';
    const reason = machine ? 'machine_not_allowed' : 'no_group_allows';
    return deny(route, refuse('GROUP_NOT_ALLOWED', reason));
  }
  if (entitlements.requested && !hasBit(entitlements.requested, index))
    return deny(route, refuse('SCOPE_MISSING', 'not_requested'));
  return { effect: 'allow', reason: ALLOWS[kindOf(model, entitlements, 'allow', index)], route };
}

const ALLOWS = {
  group: 'group_allows',
  machine: 'machine_allows',
  everyone: 'everyone_allows',
} as const satisfies Record<Grants['kind'], AllowReason>;

const DENIES = {
  group: 'group_denies',
  machine: 'machine_denies',
  everyone: 'everyone_denies',
} as const;

/** A machine for its groups' grants too; a group's before those of every user. */
function kindOf(
  { everyone }: AccessModel,
  { principal, grants }: Entitlements,
  effect: 'allow' | 'deny',
  route: number,
): Grants['kind'] {
  if (principal.kind === 'machine') return 'machine';
  // Nearly every map: looking through a hundred groups takes ten times as long as the decision.
  if (!everyone) return 'group';
  return grants.some(({ kind, [effect]: row }) => kind === 'group' && hasBit(row, route))
    ? 'group'
    : 'everyone';
}

/**
 * The grants that allow the route, which determine the quotas that are charged, or that deny it.
 */
export function grantsOn(
  model: AccessModel,
  entitlements: Entitlements,
  route: string,
  effect: 'allow' | 'deny',
): readonly Grants[] {
  const index = model.routeIndex.get(route) ?? -1;
  return entitlements.grants.filter((grant) => hasBit(grant[effect], index));
}

/**
 * Not by spreading the refusal: copying one of many shapes takes longer than the decision itself.
 */
export const deny = (route: string, { code, reason }: Refusal): Decision =>
  ({ effect: 'deny', route, code, reason }) as Decision;
