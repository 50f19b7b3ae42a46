/** Plans the groups claims: exactly the mapped groups, by id, at most 99 in a claim. */
import { code } from '../access-map/report/problems.ts';
import {
  type ClaimFilter,
  GROUPS_PER_CLAIM,
  idsInExpression,
  spreadOverClaims,
} from './claim-filter.ts';
import type { DesiredServer } from './desired.ts';
import { ownersIn } from './ownership.ts';
import { addStep, type Draft, differences, isKnown } from './plan-draft.ts';
import { groupRef } from './plan-groups.ts';
import type { ClaimState, ServerState } from './state.ts';
import { type Path, ref, type Step } from './step.ts';

type ClaimType = 'RESOURCE' | 'IDENTITY';

interface WantedClaim {
  readonly name: string;
  readonly type: ClaimType;
  /** Names of groups, or ids of groups that another map put there. */
  readonly items: readonly Item[];
}

type Item =
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'kept'; readonly id: string };

export function planClaims(
  wanted: DesiredServer,
  server: ServerState | undefined,
  path: Path,
  draft: Draft,
): void {
  const types: readonly ClaimType[] =
    wanted.idTokenGroups.length > 0 ? ['RESOURCE', 'IDENTITY'] : ['RESOURCE'];
  const names = new Set<string>();
  for (const type of types) {
    const all = claimsOf(wanted, type, itemsOf(wanted, type, server, draft), server, draft);
    if (type === 'RESOURCE') noteUnlisted(wanted, all, draft);
    for (const claim of all) {
      names.add(`${type} ${claim.name}`);
      planClaim(claim, server, path, draft);
    }
  }
  if (!server || foreignOwners(wanted, server).length > 0) return;
  for (const { id, name, claimType, ...filter } of server.claims) {
    if (!isOurs(name, filter, wanted.claims) || names.has(`${claimType} ${name}`)) continue;
    const request = { method: 'DELETE', path: [...path, `/claims/${id}`] } as const;
    draft.dropped.push({
      action: 'delete',
      kind: 'claim',
      name: displayName(name, claimType),
      changes: [],
      request,
    });
  }
}

/**
 * Our form is not enough: somebody else may have written a claim of the same form for a purpose of
 * theirs.
 */
const isOurs = (name: string, filter: ClaimFilter, claims: readonly string[]): boolean =>
  idsInExpression(filter) !== undefined &&
  (claims.includes(name) || /^groups(?:_\d+)?$/.test(name) || numberOf(name, claims) > 0);

/** 2 of `groups_2`; 0 for a name that is not numbered after the first claim. */
const numberOf = (name: string, [first = 'groups']: readonly string[]): number =>
  name.startsWith(`${first}_`)
    ? Number(/^[1-9]\d*$/.exec(name.slice(first.length + 1))?.[0] ?? 0)
    : 0;

/** The ids that our claims put into tokens. */
export const carriedIds = (
  { claims }: ServerState,
  { claims: names }: DesiredServer,
  type?: string,
): ReadonlySet<string> =>
  new Set(
    claims
      .filter(
        ({ name, claimType, ...filter }) =>
          isOurs(name, filter, names) && (type === undefined || claimType === type),
      )
      .flatMap((claim) => idsInExpression(claim) ?? []),
  );

const displayName = (name: string, type: string): string =>
  type === 'IDENTITY' ? `${name} (ID token)` : name;

export const foreignOwners = (
  { maps, formers: formerNames }: DesiredServer,
  { description }: ServerState,
): readonly string[] =>
  (ownersIn(description) ?? []).filter(
    (owner) => !maps.includes(owner) && !formerNames.includes(owner),
  );

/**
 * The mapped groups that exist or will; with maps that are not given today, what the claims carry
 * for them.
 */
function itemsOf(
  wanted: DesiredServer,
  type: ClaimType,
  server: ServerState | undefined,
  draft: Draft,
): readonly Item[] {
  const named = type === 'RESOURCE' ? wanted.groups : wanted.idTokenGroups;
  const groups = named.filter((name) => isKnown(draft, groupRef(name)));
  const others = server ? foreignOwners(wanted, server) : [];
  if (!server || others.length === 0) return groups.map((name) => ({ kind: 'group', name }));
  const own = new Set(groups.map((name) => draft.ids.get(groupRef(name))));
  const kept = [...carriedIds(server, wanted, type)].filter((id) => !own.has(id));
  if (kept.length > 0 && type === 'RESOURCE') {
    const text = `${kept.length} more groups stay in the claim for ${others.map(code).join(', ')}: give all maps of the server to have exactly their groups`;
    draft.findings.push({ level: 'notes', text });
  }
  return [
    ...groups.map((name): Item => ({ kind: 'group', name })),
    ...kept.map((id): Item => ({ kind: 'kept', id })),
  ];
}

const keyOf = (item: Item, draft: Draft): string =>
  item.kind === 'kept' ? item.id : (draft.ids.get(groupRef(item.name)) ?? `new ${item.name}`);

function claimsOf(
  { claims, name }: DesiredServer,
  type: ClaimType,
  items: readonly Item[],
  server: ServerState | undefined,
  draft: Draft,
): readonly WantedClaim[] {
  const byKey = new Map(items.map((item) => [keyOf(item, draft), item]));
  // Another map may have made more of them than this one lists.
  const numbers = (server?.claims ?? []).map((claim) =>
    isOurs(claim.name, claim, claims) ? numberOf(claim.name, claims) : 0,
  );
  const existing = claimNames(claims, Math.max(0, ...numbers)).map((claim) => {
    const found = server?.claims.find(
      (candidate) => candidate.name === claim && candidate.claimType === type,
    );
    return (found && idsInExpression(found)) ?? [];
  });
  const spread = spreadOverClaims([...byKey.keys()], existing);
  if (items.length === 0) {
    draft.findings.push({
      level: 'warns',
      text: `server ${code(name)} gets no groups claim: none of the mapped groups exists`,
    });
  }
  return spread.flatMap((keys, index) => {
    const wanted = keys.flatMap((key) => byKey.get(key) ?? []);
    return wanted.length === 0
      ? []
      : [{ name: claims[index] ?? nextName(claims, index), type, items: wanted }];
  });
}

const nextName = (claims: readonly string[], index: number): string =>
  `${claims[0] ?? 'groups'}_${index + 1}`;

/** The names that `okta.groupsClaim` must list for that many claims. */
export const claimNames = (claims: readonly string[], count: number): readonly string[] =>
  Array.from(
    { length: Math.max(count, claims.length) },
    (_, index) => claims[index] ?? nextName(claims, index),
  );

/**
 * A claim that a map does not list is one that its authorizer does not read: groups that deny would
 * be missed.
 */
function noteUnlisted(
  { claims, shares, name }: DesiredServer,
  all: readonly WantedClaim[],
  draft: Draft,
): void {
  const order = claimNames(
    claims,
    Math.max(0, ...all.map((claim) => numberOf(claim.name, claims))),
  );
  for (const share of shares) {
    const own = all.filter(({ items }) =>
      items.some((item) => item.kind === 'group' && share.groups.includes(item.name)),
    );
    const last = Math.max(-1, ...own.map((claim) => order.indexOf(claim.name)));
    const needed = order.slice(0, last + 1);
    if (needed.length <= share.claims.length) continue;
    draft.unlisted.push({ map: share.map, claims: needed });
    const text = `server ${code(name)} needs ${needed.length} groups claims for ${code(share.map)}, ${GROUPS_PER_CLAIM} groups in each: set \`okta.groupsClaim: [${needed.join(', ')}]\`, or apply with \`--write\``;
    draft.findings.push({ level: 'warns', text });
  }
}

function planClaim(
  { name, type, items }: WantedClaim,
  server: ServerState | undefined,
  path: Path,
  draft: Draft,
): void {
  const existing = server?.claims.find((claim) => claim.name === name && claim.claimType === type);
  const shown = displayName(name, type);
  const groups = {
    $groups: items.map((item) => (item.kind === 'kept' ? item.id : ref(groupRef(item.name)))),
  };
  const body = {
    value: groups,
    valueType: 'EXPRESSION',
    status: 'ACTIVE',
    alwaysIncludeInToken: true,
    conditions: { scopes: [] },
  };
  if (!existing) {
    const create = { ...body, name, claimType: type };
    const changes = [{ what: 'groups', to: items.map(labelOf) }];
    addStep(draft, {
      action: 'create',
      kind: 'claim',
      name: shown,
      changes,
      request: { method: 'POST', path: [...path, '/claims'], body: create },
    });
    return;
  }
  const ids = idsInExpression(existing);
  if (ids === undefined) {
    const how =
      existing.valueType === 'GROUPS'
        ? `${existing.filterType ?? ''} ${existing.value}`
        : existing.value;
    const text = `claim ${code(shown)} (${how}) is not of our making and is never changed: name another one with \`okta.groupsClaim: ${availableName(name, server)}\``;
    draft.findings.push({ level: 'blocks', text });
    return;
  }
  const changes = changesOf(existing, ids, items, draft);
  if (changes.length === 0) {
    draft.left.push({ kind: 'claim', name: shown, why: `exactly ${items.length} groups, by id` });
    return;
  }
  const request: Step['request'] = {
    method: 'PUT',
    path: [...path, `/claims/${existing.id}`],
    body,
    merge: 'all',
  };
  addStep(draft, { action: 'update', kind: 'claim', name: shown, changes, request });
}

const labelOf = (item: Item): string => (item.kind === 'kept' ? item.id : item.name);

function changesOf(
  existing: ClaimState,
  ids: readonly string[],
  items: readonly Item[],
  draft: Draft,
): Step['changes'] {
  const labels = new Map(items.map((item) => [keyOf(item, draft), labelOf(item)]));
  return differences({
    groups: [ids.map((id) => labels.get(id) ?? id), items.map(labelOf)],
    status: [existing.status, 'ACTIVE'],
    'in every token': [existing.always, true],
    scopes: [existing.scopes, []],
  });
}

function availableName(name: string, server: ServerState | undefined): string {
  const taken = new Set(server?.claims.map((claim) => claim.name));
  return (
    [
      `access_${name}`,
      ...Array.from({ length: 99 }, (_, index) => `access_${name}_${index + 2}`),
    ].find((free) => !taken.has(free)) ?? name
  );
}
