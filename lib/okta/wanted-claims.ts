/** Which groups each claim of a server carries. */
import { code } from '../access-map/report/problems.ts';
import { idsInExpression, spreadOverClaims } from './claim-filter.ts';
import { carriedIds, claimNames, claimNumber, isOurClaim, nextClaimName } from './claim-names.ts';
import { finding, joined, NOTHING, type PlanPart } from './plan-part.ts';
import { groupRef, isKnown, type References } from './references.ts';
import { foreignOwners, type ServerContext } from './server-context.ts';

/** `RESOURCE`: a claim of access tokens; `IDENTITY`: a claim of ID tokens. */
export type ClaimType = 'RESOURCE' | 'IDENTITY';

/** Names of groups, and ids of groups that another map put there. */
export type Item =
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'kept'; readonly id: string };

export interface WantedClaim {
  readonly name: string;
  readonly type: ClaimType;
  readonly items: readonly Item[];
}

export const labelOf = (item: Item): string => (item.kind === 'kept' ? item.id : item.name);

export const keyOf = (item: Item, { ids }: References): string =>
  item.kind === 'kept' ? item.id : (ids.get(groupRef(item.name)) ?? `new ${item.name}`);

export function wantedClaims(
  context: ServerContext,
  type: ClaimType,
): { readonly claims: readonly WantedClaim[]; readonly part: PlanPart } {
  const { items, part } = itemsOf(context, type);
  if (items.length > 0) return { claims: spread(context, type, items), part };
  const text = `server ${code(context.wanted.name)} gets no groups claim: none of the mapped groups exists`;
  return { claims: [], part: joined(part, finding('warns', 'CLAIM_WITHOUT_GROUPS', text)) };
}

/**
 * The mapped groups that exist or will; with maps that are not given today, what the claims carry
 * for them.
 */
function itemsOf(
  { wanted, existing, references }: ServerContext,
  type: ClaimType,
): { readonly items: readonly Item[]; readonly part: PlanPart } {
  const named = type === 'RESOURCE' ? wanted.groups : wanted.idTokenGroups;
  const groups = named.filter((name) => isKnown(references, groupRef(name)));
  const items = groups.map((name): Item => ({ kind: 'group', name }));
  const others = existing ? foreignOwners(wanted, existing) : [];
  if (!existing || others.length === 0) return { items, part: NOTHING };
  const own = new Set(groups.map((name) => references.ids.get(groupRef(name))));
  const kept = [...carriedIds(existing, wanted, type)].filter((id) => !own.has(id));
  const text = `${kept.length} more groups stay in the claim for ${others.map(code).join(', ')}: give all maps of the server to have exactly their groups`;
  return {
    items: [...items, ...kept.map((id): Item => ({ kind: 'kept', id }))],
    part:
      kept.length > 0 && type === 'RESOURCE'
        ? finding('notes', 'CLAIM_OF_OTHER_MAPS', text)
        : NOTHING,
  };
}

/** A group stays in the claim that carries it. */
function spread(
  { wanted: { claims }, existing, references }: ServerContext,
  type: ClaimType,
  items: readonly Item[],
): readonly WantedClaim[] {
  const byKey = new Map(items.map((item) => [keyOf(item, references), item]));
  // Another map may have made more of them than this one lists.
  const numbers = (existing?.claims ?? []).map((claim) =>
    isOurClaim(claim.name, claim, claims) ? claimNumber(claim.name, claims) : 0,
  );
  const carried = claimNames(claims, Math.max(0, ...numbers)).map((name) => {
    const found = existing?.claims.find(
      (candidate) => candidate.name === name && candidate.claimType === type,
    );
    return (found && idsInExpression(found)) ?? [];
  });
  return spreadOverClaims([...byKey.keys()], carried).flatMap((keys, index) => {
    const wanted = keys.flatMap((key) => byKey.get(key) ?? []);
    if (wanted.length === 0) return [];
    return [{ name: claims[index] ?? nextClaimName(claims, index), type, items: wanted }];
  });
}
