/** Plans the groups claims: exactly the mapped groups, by id, at most 99 in a claim. */
import { pluralize } from '../access-map/report/layout.ts';
import { code } from '../access-map/report/problems.ts';
import { availableName } from './available-name.ts';
import { GROUPS_PER_CLAIM, idsInExpression } from './claim-filter.ts';
import { claimNames, claimNumber, isOurClaim } from './claim-names.ts';
import type { DesiredServer } from './desired-org.ts';
import {
  differences,
  doing,
  finding,
  joined,
  leaving,
  NOTHING,
  type PlanPart,
  partOf,
} from './plan-part.ts';
import { deletion, update } from './plan-steps.ts';
import { groupRef } from './references.ts';
import { foreignOwners, type ServerContext } from './server-context.ts';
import type { ClaimState, ServerState } from './state.ts';
import { ref } from './step.ts';
import { type ClaimType, keyOf, labelOf, type WantedClaim, wantedClaims } from './wanted-claims.ts';

export function planClaims(context: ServerContext): PlanPart {
  const types: readonly ClaimType[] =
    context.wanted.idTokenGroups.length > 0 ? ['RESOURCE', 'IDENTITY'] : ['RESOURCE'];
  const planned = types.map((type) => {
    const { claims, part } = wantedClaims(context, type);
    const unlisted = type === 'RESOURCE' ? unlistedClaims(context.wanted, claims) : NOTHING;
    const parts = claims.map((claim) => planClaim(claim, context));
    return { claims, part: joined(part, unlisted, ...parts) };
  });
  return joined(
    ...planned.map(({ part }) => part),
    droppedClaims(
      context,
      planned.flatMap(({ claims }) => claims),
    ),
  );
}

/** A claim that maps which are not given may need stays. */
function droppedClaims(
  { wanted, existing, path }: ServerContext,
  kept: readonly WantedClaim[],
): PlanPart {
  if (!existing || foreignOwners(wanted, existing).length > 0) return NOTHING;
  const names = new Set(kept.map(({ type, name }) => `${type} ${name}`));
  return partOf({
    dropped: existing.claims.flatMap(({ id, name, claimType, ...filter }) => {
      if (!isOurClaim(name, filter, wanted.claims) || names.has(`${claimType} ${name}`)) return [];
      const target = { kind: 'claim', name: displayName(name, claimType) } as const;
      return [deletion(target, [...path, `/claims/${id}`])];
    }),
  });
}

const displayName = (name: string, type: string): string =>
  type === 'IDENTITY' ? `${name} (ID token)` : name;

/**
 * An authorizer does not read a claim that its map does not list, and would miss groups that deny.
 */
function unlistedClaims(
  { claims, shares, name }: DesiredServer,
  all: readonly WantedClaim[],
): PlanPart {
  const highest = Math.max(0, ...all.map((claim) => claimNumber(claim.name, claims)));
  const order = claimNames(claims, highest);
  return joined(
    ...shares.map((share) => {
      const own = all.filter(({ items }) =>
        items.some((item) => item.kind === 'group' && share.groups.includes(item.name)),
      );
      const last = Math.max(-1, ...own.map((claim) => order.indexOf(claim.name)));
      const needed = order.slice(0, last + 1);
      if (needed.length <= share.claims.length) return NOTHING;
      const text = `server ${code(name)} needs ${needed.length} groups claims for ${code(share.map)}, ${GROUPS_PER_CLAIM} groups in each: set \`okta.groupsClaim: [${needed.join(', ')}]\`, or apply with \`--write\``;
      return joined(
        partOf({ unlisted: [{ map: share.map, claims: needed }] }),
        finding('warns', 'MAP_CLAIMS_UNLISTED', text),
      );
    }),
  );
}

function planClaim(claim: WantedClaim, context: ServerContext): PlanPart {
  const { name, type } = claim;
  const found = context.existing?.claims.find(
    (candidate) => candidate.name === name && candidate.claimType === type,
  );
  if (!found) return createClaim(claim, context);
  const ids = idsInExpression(found);
  if (ids === undefined)
    return finding('blocks', 'CLAIM_FOREIGN', foreignClaimText(claim, found, context.existing));
  return updateClaim(claim, found, ids, context);
}

const bodyOf = ({ items }: WantedClaim) =>
  ({
    value: {
      $groups: items.map((item) => (item.kind === 'kept' ? item.id : ref(groupRef(item.name)))),
    },
    valueType: 'EXPRESSION',
    status: 'ACTIVE',
    alwaysIncludeInToken: true,
    conditions: { scopes: [] },
  }) as const;

function createClaim(claim: WantedClaim, { path }: ServerContext): PlanPart {
  const { name, type, items } = claim;
  return doing({
    action: 'create',
    kind: 'claim',
    name: displayName(name, type),
    changes: [{ what: 'groups', to: items.map(labelOf) }],
    request: {
      method: 'POST',
      path: [...path, '/claims'],
      body: { ...bodyOf(claim), name, claimType: type },
    },
  });
}

function updateClaim(
  claim: WantedClaim,
  found: ClaimState,
  ids: readonly string[],
  { path, references }: ServerContext,
): PlanPart {
  const { name, type, items } = claim;
  const shown = displayName(name, type);
  const labels = new Map(items.map((item) => [keyOf(item, references), labelOf(item)]));
  const changes = differences({
    groups: [ids.map((id) => labels.get(id) ?? id), items.map(labelOf)],
    status: [found.status, 'ACTIVE'],
    'in every token': [found.always, true],
    scopes: [found.scopes, []],
  });
  if (changes.length === 0)
    return leaving('claim', shown, `exactly ${pluralize(items.length, 'group')}, by id`);
  const target = { kind: 'claim', name: shown } as const;
  return doing(update(target, [...path, `/claims/${found.id}`], bodyOf(claim), changes));
}

function foreignClaimText(
  { name, type }: WantedClaim,
  { valueType, filterType, value }: ClaimState,
  server: ServerState | undefined,
): string {
  const how = valueType === 'GROUPS' ? `${filterType ?? ''} ${value}` : value;
  return `claim ${code(displayName(name, type))} (${how}) is not managed by this tool and is left unchanged: name another one with \`okta.groupsClaim: ${availableName(`access_${name}`, '_', server?.claims.map((claim) => claim.name) ?? [], name)}\``;
}
