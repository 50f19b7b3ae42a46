/** The rules of the map that determined a decision, for the decision record and `explain`. */

import { type Decision, grantsOn } from '../decision/decide.ts';
import type { Entitlements } from '../decision/entitlements.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel, Grants } from '../model/model.ts';

export type DeterminingRules =
  /** The route is in this list. */
  | { readonly kind: 'public' | 'signedIn' }
  /**
   * Entries of these groups' lists, or of the machine's: any of them alone would have made the
   * decision.
   */
  | {
      readonly kind: 'grants';
      readonly effect: 'allow' | 'deny';
      readonly grants: readonly Grants[];
    }
  /** These grants allow the route, but the token lacks the scope. */
  | { readonly kind: 'scopes'; readonly grants: readonly Grants[] }
  | {
      readonly kind: 'blocked';
      readonly list: 'users' | 'clients' | 'tokens';
      readonly name: string;
    }
  /** The conflict at this place of the map's list. */
  | { readonly kind: 'conflict'; readonly at: number }
  /** No rule: the map does not mention this caller, or the decision preceded the map's rules. */
  | { readonly kind: 'nothing' };

const NOTHING: DeterminingRules = { kind: 'nothing' };

export function determiningRules(
  model: AccessModel,
  entitlements: Entitlements,
  decision: Decision,
): DeterminingRules {
  const { route } = decision;
  switch (decision.effect === 'deny' ? decision.code : decision.reason) {
    case 'public':
      return { kind: 'public' };
    case 'signed_in':
      return { kind: 'signedIn' };
    case 'group_allows':
    case 'machine_allows':
    case 'everyone_allows':
      return {
        kind: 'grants',
        effect: 'allow',
        grants: grantsOn(model, entitlements, route, 'allow'),
      };
    case 'SCOPE_MISSING':
      return { kind: 'scopes', grants: grantsOn(model, entitlements, route, 'allow') };
    case 'GROUP_DENIED':
      return {
        kind: 'grants',
        effect: 'deny',
        grants: grantsOn(model, entitlements, route, 'deny'),
      };
    case 'CONFLICT':
      return {
        kind: 'conflict',
        at: model.conflicts.findIndex(
          (one) =>
            entitlements.conflicts.includes(one) &&
            hasBit(one.routes, model.routeIndex.get(route) ?? -1),
        ),
      };
    case 'BLOCKED':
      return blockedEntry(entitlements);
    default:
      return NOTHING;
  }
}

function blockedEntry({ blocked, principal }: Entitlements): DeterminingRules {
  if (blocked?.reason === 'user' && principal.kind === 'user')
    return { kind: 'blocked', list: 'users', name: principal.uid };
  if (blocked?.reason === 'client')
    return { kind: 'blocked', list: 'clients', name: principal.cid };
  if (blocked?.reason === 'token' && principal.tokenId !== undefined)
    return { kind: 'blocked', list: 'tokens', name: principal.tokenId };
  return NOTHING;
}
