/**
 * Plans the trusted origins of single-page apps. Their owners are in their names, since Okta
 * gives them no description.
 */
import { code } from '../access-map/report/problems.ts';
import { givenNames } from './desired.ts';
import type { DesiredOrg } from './desired-org.ts';
import { originName, originOwners, ownersAfter } from './ownership.ts';
import { doing, joined, leaving, type PlanPart, partOf, repeatFinding } from './plan-part.ts';
import { deletion, ownersChange, update } from './plan-steps.ts';
import type { OrgState, OriginState } from './state.ts';
import type { PlanStep } from './step.ts';
import { type VerifyFinding, warning } from './verify-finding.ts';

type WantedOrigin = DesiredOrg['origins'][number];

export function planOrigins(desired: DesiredOrg, { origins }: OrgState): PlanPart {
  const given = givenNames(desired);
  const wanted = new Set(desired.origins.map(({ origin }) => origin));
  const unwanted = origins.filter(({ origin }) => !wanted.has(origin));
  return joined(
    ...desired.origins.map((one) => planOrigin(one, origins, given)),
    partOf({ dropped: unwanted.flatMap((existing) => dropOrigin(existing, given)) }),
  );
}

function planOrigin(
  { origin, maps }: WantedOrigin,
  origins: readonly OriginState[],
  given: readonly string[],
): PlanPart {
  const existing = origins.find((candidate) => candidate.origin === origin);
  if (!existing) return doing(creationOf(origin, maps));
  const fault = originFault(origin, existing);
  if (fault !== undefined) return repeatFinding('warns', fault);
  const owners = originOwners(existing.name);
  const after = ownersAfter(owners ?? [], given, maps);
  return owners && owners.join() !== after.join()
    ? doing(ownersUpdate(existing, owners, after))
    : leaving('trusted origin', origin, 'exists');
}

/**
 * Okta's guides differ: older ones say that the origins of redirect URIs suffice at the token
 * endpoint, newer ones that the app's address is to be a trusted origin.
 */
function originFault(origin: string, existing: OriginState | undefined): VerifyFinding | undefined {
  const but = 'browsers of it may get no token';
  if (!existing)
    return warning('ORIGIN_ABSENT', `${code(origin)} is no trusted origin of the org: ${but}`);
  const { status, scopes } = existing;
  const name = `trusted origin ${code(origin)}`;
  if (status !== 'ACTIVE') return warning('ORIGIN_INACTIVE', `${name} is not active: ${but}`);
  if (scopes.includes('CORS')) return undefined;
  return warning('ORIGIN_WITHOUT_CORS', `${name} is without CORS: ${but}`);
}

/** What is wrong with the origins of the maps' single-page apps. */
export const originFaults = (
  { origins }: DesiredOrg,
  state: Pick<OrgState, 'origins'>,
): readonly VerifyFinding[] =>
  origins.flatMap(
    ({ origin }) =>
      originFault(
        origin,
        state.origins.find((candidate) => candidate.origin === origin),
      ) ?? [],
  );

/** No redirect: that is for Okta's own sign-out and embedded sign-in, which nothing here uses. */
const creationOf = (origin: string, maps: readonly string[]): PlanStep => ({
  action: 'create',
  kind: 'trusted origin',
  name: origin,
  changes: [{ what: 'scopes', to: ['CORS'] }],
  request: {
    method: 'POST',
    path: ['/api/v1/trustedOrigins'],
    body: { name: originName(maps, origin), origin, scopes: [{ type: 'CORS' }] },
  },
});

const pathOf = ({ id }: OriginState): PlanStep['request']['path'] => [
  `/api/v1/trustedOrigins/${id}`,
];

const ownersUpdate = (
  existing: OriginState,
  owners: readonly string[],
  after: readonly string[],
): PlanStep =>
  update(
    { kind: 'trusted origin', name: existing.origin },
    pathOf(existing),
    { name: originName(after, existing.origin) },
    ownersChange(owners, after),
  );

/** An origin that another map still wants is released, not removed. */
function dropOrigin(existing: OriginState, given: readonly string[]): readonly PlanStep[] {
  const owners = originOwners(existing.name) ?? [];
  if (!owners.some((map) => given.includes(map))) return [];
  const rest = ownersAfter(owners, given, []);
  return rest.length === 0
    ? [deletion({ kind: 'trusted origin', name: existing.origin }, pathOf(existing))]
    : [ownersUpdate(existing, owners, rest)];
}
