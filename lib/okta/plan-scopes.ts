/** Plans scopes, one for each permission of the maps that ask for them. */
import { type DesiredOrg, type DesiredServer, givenNames } from './desired.ts';
import { ownedBy, ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { addStep, type Draft } from './plan-draft.ts';
import type { ScopeState, ServerState } from './state.ts';
import type { Path, Step } from './step.ts';

export function planScopes(
  { scopes }: DesiredServer,
  desired: DesiredOrg,
  server: ServerState | undefined,
  path: Path,
  draft: Draft,
): void {
  for (const { name, maps } of scopes) {
    const existing = server?.scopes.find((scope) => scope.name === name);
    if (!existing) {
      const body = {
        name,
        description: `permission ${name}, ${ownedBy(...maps)}`,
        consent: 'IMPLICIT',
        metadataPublish: 'ALL_CLIENTS',
      };
      addStep(draft, {
        action: 'create',
        kind: 'scope',
        name,
        changes: [],
        request: { method: 'POST', path: [...path, '/scopes'], body },
      });
      continue;
    }
    const owners = ownersIn(existing.description);
    const after = ownersAfter(owners ?? [], givenNames(desired), maps);
    if (owners && owners.join() !== after.join())
      addStep(draft, ownedStep(existing, owners, after, path));
    else draft.left.push({ kind: 'scope', name, why: 'exists' });
  }
  for (const existing of server?.scopes ?? []) {
    const { id, name, description } = existing;
    const owners = ownersIn(description) ?? [];
    if (
      scopes.some((scope) => scope.name === name) ||
      !owners.some((owner) => givenNames(desired).includes(owner))
    )
      continue;
    const rest = ownersAfter(owners, givenNames(desired), []);
    const request = { method: 'DELETE', path: [...path, `/scopes/${id}`] } as const;
    draft.dropped.push(
      rest.length > 0
        ? ownedStep(existing, owners, rest, path)
        : { action: 'delete', kind: 'scope', name, changes: [], request },
    );
  }
}

function ownedStep(
  { id, name, description }: ScopeState,
  owners: readonly string[],
  after: readonly string[],
  path: Path,
): Step {
  const body = { description: withOwners(description, after) };
  const request = { method: 'PUT', path: [...path, `/scopes/${id}`], body, merge: 'all' } as const;
  return {
    action: 'update',
    kind: 'scope',
    name,
    changes: [{ what: 'maps', from: owners, to: after }],
    request,
  };
}
