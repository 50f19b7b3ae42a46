/**
 * The entitlements of a principal, computed once per token. A decision is then one map look-up and
 * one bit.
 */

import { type Refusal, refuse } from '../contract/codes.ts';
import { addRow, differenceRow, emptyRow, isNonEmptySubset, type Row } from '../model/bits.ts';
import type { AccessModel, Grants } from '../model/model.ts';
import { EVERYONE } from '../model/model-file.ts';
import type { Principal } from '../token/principal.ts';

/**
 * A token with more group names is refused, not truncated: truncation could drop the group that
 * denies.
 */
export const MAX_TOKEN_GROUPS = 1_000;

export interface Entitlements {
  readonly principal: Principal;
  /** Set when the map blocks the user, client or token: every route is denied. */
  readonly blocked: Refusal | undefined;
  /**
   * Set when no group and no rule of its own speaks for the principal: it can reach no route but
   * `public` and `signedIn` ones, and those that every user may call.
   */
  readonly refusal: Refusal | undefined;
  /**
   * The groups of the token that the map knows, in the token's order; of a machine, the groups the
   * map gives it.
   */
  readonly groups: readonly string[];
  /** The grants of the principal's groups, or a machine's own grants. */
  readonly grants: readonly Grants[];
  readonly denied: Row;
  /** The conflicts of the model of which the principal holds two groups. */
  readonly conflicts: AccessModel['conflicts'];
  /** Refused since the principal holds groups that conflict there. */
  readonly conflicting: Row;
  /** Allowed by some grant, denied by none, and without a conflict. */
  readonly allowed: Row;
  /** With `scopes: intersect`: the routes of the permissions that the token's `scp` names. */
  readonly requested: Row | undefined;
  /**
   * Permissions for the back end: all of whose routes the principal may call (and, with
   * `intersect`, asked for).
   */
  readonly permissions: readonly string[];
}

export function entitlementsOf(model: AccessModel, principal: Principal): Entitlements {
  const wordCount = model.signedIn.length;
  const blockGroups = groupsOfBlock(model, principal);
  const { groups, grants, refusal } =
    principal.kind === 'user'
      ? grantsOfUser(model, principal, blockGroups)
      : grantsOfMachine(model, principal.cid, blockGroups);
  const denied = emptyRow(wordCount);
  const granted = emptyRow(wordCount);
  for (const grant of grants) {
    addRow(granted, grant.allow);
    addRow(denied, grant.deny);
  }
  // Former names count as the group: `groups` has none of them.
  const conflicts = model.conflicts.filter(
    (conflict) => conflict.groups.filter((name) => groups.includes(name)).length > 1,
  );
  const conflicting = emptyRow(wordCount);
  for (const { routes } of conflicts) addRow(conflicting, routes);
  const allowed = differenceRow(differenceRow(granted, denied), conflicting);
  const intersect = model.scopes === 'intersect';
  const requestedScopes = new Set(principal.scopes);
  const requested = intersect ? emptyRow(wordCount) : undefined;
  const permissions: string[] = [];
  for (const permission of model.permissions) {
    if (intersect && !requestedScopes.has(permission.name)) continue;
    if (requested) addRow(requested, permission.routes);
    if (isNonEmptySubset(permission.routes, allowed)) permissions.push(permission.name);
  }
  return {
    principal,
    blocked: blockedBy(model, principal),
    refusal,
    groups,
    grants,
    denied,
    conflicts,
    conflicting,
    allowed,
    requested,
    permissions,
  };
}

interface GrantSources {
  readonly groups: readonly string[];
  readonly grants: readonly Grants[];
  readonly refusal: Refusal | undefined;
}

/** The groups that tokens of the principal's okta block may carry; absent: all. */
function groupsOfBlock(
  { okta }: AccessModel,
  { block }: Principal,
): ReadonlySet<string> | undefined {
  const from = block === undefined ? okta[0] : okta.find(({ name }) => name === block);
  return from ? from.groups && new Set(from.groups) : new Set();
}

function blockedBy({ blocked }: AccessModel, principal: Principal): Refusal | undefined {
  if (principal.kind === 'user' && blocked.users.has(principal.uid))
    return refuse('BLOCKED', 'user');
  if (blocked.clients.has(principal.cid)) return refuse('BLOCKED', 'client');
  return principal.tokenId !== undefined && blocked.tokens.has(principal.tokenId)
    ? refuse('BLOCKED', 'token')
    : undefined;
}

const noGrants = (refusal: Refusal): GrantSources => ({ groups: [], grants: [], refusal });

function grantsOfUser(
  model: AccessModel,
  { groups: names, block }: Extract<Principal, { kind: 'user' }>,
  blockGroups: ReadonlySet<string> | undefined,
): GrantSources {
  if (names.length > MAX_TOKEN_GROUPS) return noGrants(refuse('GROUPS_TOO_MANY', 'over_1000'));
  const everyone = everyoneOf(model, block, blockGroups);
  if (names.length === 0)
    return { ...noGrants(refuse('GROUPS_MISSING', 'no_groups_in_token')), grants: everyone };
  // During a rename a token may carry the former and the new name; they are one group.
  const known = [...new Set(names.flatMap((name) => model.groups.get(name) ?? []))];
  const grants = known.filter(({ name }) => blockGroups?.has(name) !== false);
  return {
    groups: grants.map(({ name }) => name),
    grants: [...grants, ...everyone],
    refusal: grants.length === 0 ? refuse('GROUP_NOT_ALLOWED', 'no_group_mapped') : undefined,
  };
}

/** Users of a further okta block are let in where its groups list the word; denied in any case. */
function everyoneOf(
  { everyone, okta, signedIn }: AccessModel,
  block: string | undefined,
  blockGroups: ReadonlySet<string> | undefined,
): readonly Grants[] {
  if (!everyone) return [];
  const isFirst = block === undefined || block === okta[0]?.name;
  const holds = isFirst || blockGroups?.has(EVERYONE) === true;
  return [holds ? everyone : { ...everyone, allow: emptyRow(signedIn.length) }];
}

/**
 * Client ids are unique only within one Okta org, so a block that lists groups limits a machine to
 * those groups.
 */
function grantsOfMachine(
  model: AccessModel,
  cid: string,
  blockGroups: ReadonlySet<string> | undefined,
): GrantSources {
  const machine = model.machines.get(cid);
  if (!machine) return noGrants(refuse('CLIENT_UNMAPPED', 'not_a_machine'));
  const groups = machine.groups.filter((name) => blockGroups?.has(name) !== false);
  if (blockGroups && groups.length === 0)
    return noGrants(refuse('CLIENT_UNMAPPED', 'groups_not_of_block'));
  const grants =
    machine.groups.length === 0
      ? [machine.own]
      : groups.flatMap((name) => model.groups.get(name) ?? []);
  return { groups, grants, refusal: undefined };
}
