/**
 * Plans the trusted origins of single-page apps. Their owners stand in their names, since Okta
 * gives them no description.
 */
import { code } from '../access-map/report/problems.ts';
import { type DesiredOrg, givenNames } from './desired.ts';
import { originName, originOwners, ownersAfter } from './ownership.ts';
import { addStep, type Draft } from './plan-draft.ts';
import type { OrgState, OriginState } from './state.ts';
import type { Step } from './step.ts';

export function planOrigins(desired: DesiredOrg, state: OrgState, draft: Draft): void {
  for (const { origin, maps } of desired.origins) planOrigin(origin, maps, desired, state, draft);
  const wanted = new Set(desired.origins.map(({ origin }) => origin));
  for (const existing of state.origins) {
    const owners = originOwners(existing.name) ?? [];
    if (wanted.has(existing.origin) || !owners.some((map) => givenNames(desired).includes(map)))
      continue;
    const rest = ownersAfter(owners, givenNames(desired), []);
    draft.dropped.push(rest.length === 0 ? removalOf(existing) : ownedStep(existing, owners, rest));
  }
}

function planOrigin(
  origin: string,
  maps: readonly string[],
  desired: DesiredOrg,
  { origins }: OrgState,
  draft: Draft,
): void {
  const existing = origins.find((candidate) => candidate.origin === origin);
  if (!existing) {
    // No redirect: that is for Okta's own sign-out and embedded sign-in, which nothing here uses.
    const body = { name: originName(maps, origin), origin, scopes: [{ type: 'CORS' }] };
    const request = { method: 'POST', path: ['/api/v1/trustedOrigins'], body } as const;
    addStep(draft, {
      action: 'create',
      kind: 'trusted origin',
      name: origin,
      changes: [{ what: 'scopes', to: ['CORS'] }],
      request,
    });
    return;
  }
  if (existing.status !== 'ACTIVE' || !existing.scopes.includes('CORS')) {
    const text = `trusted origin ${code(origin)} is ${existing.status === 'ACTIVE' ? 'without CORS' : 'not active'}: browsers of it get no token`;
    draft.findings.push({ level: 'warns', text });
    return;
  }
  const owners = originOwners(existing.name);
  const after = ownersAfter(owners ?? [], givenNames(desired), maps);
  if (owners && owners.join() !== after.join()) addStep(draft, ownedStep(existing, owners, after));
  else draft.left.push({ kind: 'trusted origin', name: origin, why: 'exists' });
}

function ownedStep(
  { id, origin }: OriginState,
  owners: readonly string[],
  after: readonly string[],
): Step {
  const path = [`/api/v1/trustedOrigins/${id}`];
  const request = {
    method: 'PUT',
    path,
    body: { name: originName(after, origin) },
    merge: 'all',
  } as const;
  return {
    action: 'update',
    kind: 'trusted origin',
    name: origin,
    changes: [{ what: 'maps', from: owners, to: after }],
    request,
  };
}

function removalOf({ id, origin }: OriginState): Step {
  const request = { method: 'DELETE', path: [`/api/v1/trustedOrigins/${id}`] } as const;
  return { action: 'delete', kind: 'trusted origin', name: origin, changes: [], request };
}
