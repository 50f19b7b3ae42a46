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
 * Decides whether a principal may call a route; the quota is judged after this (quota.ts), for
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
    return deny(route, refuse('GROUP_DENIED', REASONS[kindOf(entitlements, 'deny', index)].denies));
  if (entitlements.conflicting && hasBit(entitlements.conflicting, index))
    return deny(route, refuse('CONFLICT', 'groups_conflict'));
  const machine = entitlements.principal.kind === 'machine';
  if (!allowed)
    return deny(
      route,
      refuse('GROUP_NOT_ALLOWED', machine ? 'machine_not_allowed' : 'no_group_allows'),
    );
  if (entitlements.requested && !hasBit(entitlements.requested, index))
    return deny(route, refuse('SCOPE_MISSING', 'not_requested'));
  return { effect: 'allow', reason: REASONS[kindOf(entitlements, 'allow', index)].allows, route };
}

const REASONS = {
  group: { allows: 'group_allows', denies: 'group_denies' },
  machine: { allows: 'machine_allows', denies: 'machine_denies' },
  everyone: { allows: 'everyone_allows', denies: 'everyone_denies' },
} as const;

/** A machine for its groups' grants too; a group's before those of every user. */
function kindOf(
  { principal, grants }: Entitlements,
  effect: 'allow' | 'deny',
  route: number,
): Grants['kind'] {
  if (principal.kind === 'machine') return 'machine';
  const has = grants.some((grant) => grant.kind === 'group' && hasBit(grant[effect], route));
  return has ? 'group' : 'everyone';
}

/** The grants that allow the route; they determine which quota is charged (quota.ts). */
export function grantsAllowing(
  model: AccessModel,
  entitlements: Entitlements,
  route: string,
): readonly Grants[] {
  const index = model.routeIndex.get(route);
  return index === undefined
    ? []
    : entitlements.grants.filter((grant) => hasBit(grant.allow, index));
}

/** Not by spreading the refusal: copying one of many shapes takes longer than the decision itself. */
const deny = (route: string, { code, reason }: Refusal): Decision =>
  ({ effect: 'deny', route, code, reason }) as Decision;
