/** What one principal may do, worked out once per token; a decision after that is a map look-up and one bit. */
import { addRow, emptyRow, isNonEmptyPart, minusRow, type Row } from './bits.ts';
import { type Refusal, refuse } from './codes.ts';
import type { AccessModel, Grants } from './model.ts';
import type { Principal } from './principal.ts';

/** More group names than this in one token are refused, not cut: a cut list could lose the one that denies. */
export const MAX_GROUPS = 1_000;

export interface Standing {
  readonly principal: Principal;
  /** Set when the principal can reach no route but `public` and `signedIn` ones, whatever it asks for. */
  readonly refusal: Refusal | undefined;
  /** The groups of the token that the map knows, in the token's order; of a machine, the groups the map gives it. */
  readonly groups: readonly string[];
  /** The grants that speak for the principal: those of its groups, or a machine's own. */
  readonly grants: readonly Grants[];
  readonly denied: Row;
  /** Allowed by some grant and denied by none. */
  readonly allowed: Row;
  /** With `scopes: intersect`: the routes of the permissions that the token's `scp` names. */
  readonly requested: Row | undefined;
  /** Permissions for the back end: all of whose routes the principal may call (and, with `intersect`, asked for). */
  readonly permissions: readonly string[];
}

export function standingOf(model: AccessModel, principal: Principal): Standing {
  const words = model.signedIn.length;
  const { groups, grants, refusal } =
    principal.kind === 'user' ? grantsOfUser(model, principal.groups) : grantsOfMachine(model, principal.cid);
  const denied = emptyRow(words);
  const granted = emptyRow(words);
  for (const grant of grants) {
    addRow(granted, grant.allow);
    addRow(denied, grant.deny);
  }
  const allowed = minusRow(granted, denied);
  const intersect = model.scopes === 'intersect';
  const asked = new Set(principal.scopes);
  const requested = intersect ? emptyRow(words) : undefined;
  const permissions: string[] = [];
  for (const permission of model.permissions) {
    if (intersect && !asked.has(permission.name)) continue;
    if (requested) addRow(requested, permission.routes);
    if (isNonEmptyPart(permission.routes, allowed)) permissions.push(permission.name);
  }
  return { principal, refusal, groups, grants, denied, allowed, requested, permissions };
}

interface Sources {
  readonly groups: readonly string[];
  readonly grants: readonly Grants[];
  readonly refusal: Refusal | undefined;
}

function grantsOfUser(model: AccessModel, names: readonly string[]): Sources {
  if (names.length === 0) return { groups: [], grants: [], refusal: refuse('GROUPS_MISSING', 'no_groups_in_token') };
  if (names.length > MAX_GROUPS) return { groups: [], grants: [], refusal: refuse('GROUPS_TOO_MANY', 'over_1000') };
  // A token of the days of a rename may carry the former name and the new one: they are one group.
  const grants = [...new Set(names.flatMap((name) => model.groups.get(name) ?? []))];
  return {
    groups: grants.map(({ name }) => name),
    grants,
    refusal: grants.length === 0 ? refuse('GROUP_NOT_ALLOWED', 'no_group_mapped') : undefined,
  };
}

function grantsOfMachine(model: AccessModel, cid: string): Sources {
  const machine = model.machines.get(cid);
  if (!machine) return { groups: [], grants: [], refusal: refuse('CLIENT_UNMAPPED', 'not_a_machine') };
  const grants = machine.groups.length === 0 ? [machine.own] : machine.groups.flatMap((name) => model.groups.get(name) ?? []);
  return { groups: machine.groups, grants, refusal: undefined };
}
