/** Plans scopes, one for each permission of the maps that ask for them. */

import { givenNames } from './desired.ts';
import type { DesiredServer } from './desired-org.ts';
import { ownedBy, ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { doing, joined, leaving, type PlanPart, partOf } from './plan-part.ts';
import { deletion, ownersChange, update } from './plan-steps.ts';
import type { ServerContext } from './server-context.ts';
import type { ScopeState } from './state.ts';
import type { Path, PlanStep } from './step.ts';

type WantedScope = DesiredServer['scopes'][number];

export function planScopes(context: ServerContext): PlanPart {
  const { wanted, existing } = context;
  const names = new Set(wanted.scopes.map(({ name }) => name));
  const unwanted = (existing?.scopes ?? []).filter(({ name }) => !names.has(name));
  return joined(
    ...wanted.scopes.map((scope) => planScope(scope, context)),
    partOf({ dropped: unwanted.flatMap((scope) => dropScope(scope, context)) }),
  );
}

function planScope({ name, maps }: WantedScope, context: ServerContext): PlanPart {
  const { existing: server, desired, path } = context;
  const existing = server?.scopes.find((scope) => scope.name === name);
  if (!existing) return doing(creationOf({ name, maps }, path));
  const owners = ownersIn(existing.description);
  const after = ownersAfter(owners ?? [], givenNames(desired), maps);
  return owners && owners.join() !== after.join()
    ? doing(ownersUpdate(existing, owners, after, path))
    : leaving('scope', name, 'exists');
}

const creationOf = ({ name, maps }: WantedScope, path: Path): PlanStep => ({
  action: 'create',
  kind: 'scope',
  name,
  changes: [],
  request: {
    method: 'POST',
    path: [...path, '/scopes'],
    body: {
      name,
      description: `permission ${name}, ${ownedBy(...maps)}`,
      consent: 'IMPLICIT',
      metadataPublish: 'ALL_CLIENTS',
    },
  },
});

const ownersUpdate = (
  { id, name, description }: ScopeState,
  owners: readonly string[],
  after: readonly string[],
  path: Path,
): PlanStep =>
  update(
    { kind: 'scope', name },
    [...path, `/scopes/${id}`],
    { description: withOwners(description, after) },
    ownersChange(owners, after),
  );

/** A scope that another map still wants is released, not removed. */
function dropScope(existing: ScopeState, { desired, path }: ServerContext): readonly PlanStep[] {
  const given = givenNames(desired);
  const owners = ownersIn(existing.description) ?? [];
  if (!owners.some((owner) => given.includes(owner))) return [];
  const rest = ownersAfter(owners, given, []);
  return rest.length > 0
    ? [ownersUpdate(existing, owners, rest, path)]
    : [deletion({ kind: 'scope', name: existing.name }, [...path, `/scopes/${existing.id}`])];
}
