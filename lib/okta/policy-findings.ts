/** What policies contradict: each other, and those of maps that are not given. */
import { code } from '../access-map/report/problems.ts';
import { givenNames } from './desired.ts';
import type { DesiredPolicy } from './desired-org.ts';
import { ownersIn } from './ownership.ts';
import { finding, joined, NOTHING, type PlanPart } from './plan-part.ts';
import { isEquivalent, shadowing } from './policy-order.ts';
import type { ServerContext } from './server-context.ts';
import type { PolicyState } from './state.ts';

/** Maps that share a client and want different tokens for it: one of them cannot get them. */
export const contradictions = (policies: readonly DesiredPolicy[]): PlanPart =>
  joined(
    ...policies.flatMap((one, index) =>
      policies.slice(index + 1).map((other) => contradiction(one, other)),
    ),
  );

function contradiction(one: DesiredPolicy, other: DesiredPolicy): PlanPart {
  const who = sharedClients(one, other);
  const differ =
    one.lifetimeMinutes !== other.lifetimeMinutes ||
    one.grantTypes.join() !== other.grantTypes.join();
  if (who === undefined || !differ) return NOTHING;
  const text = `maps ${code(one.map)} and ${code(other.map)} both name ${who} and differ in \`tokenLifetime\` or grant types: Okta takes the policy of the higher priority for both; say the same, use two servers or two clients`;
  return finding('warns', 'CLIENT_SHARED', text);
}

function sharedClients(
  { clients }: DesiredPolicy,
  { clients: others }: DesiredPolicy,
): string | undefined {
  if (clients === 'any' && others === 'any') return 'any client';
  if (clients === 'any' || others === 'any') return undefined;
  const shared = clients.filter((client) => others.includes(client));
  return shared.length === 0 ? undefined : `the client ${shared.map(code).join(', ')}`;
}

/** Policies of maps that are not given. */
export function policiesOfOtherMaps({ wanted, desired, existing }: ServerContext): PlanPart {
  const given = givenNames(desired);
  return joined(
    ...(existing?.policies ?? []).map(({ name, description }) => {
      const others = (ownersIn(description) ?? []).filter((owner) => !given.includes(owner));
      if (others.length === 0) return NOTHING;
      const text = `policy ${code(name)} belongs to ${others.map(code).join(', ')}, not given: it stays. If a map was renamed from that, say so under its \`okta.manage.was\`. If no map has that name any more, delete it in Okta and take the name out of the description of the server, now of ${[...wanted.maps, ...others].map(code).join(', ')}`;
      return finding('notes', 'POLICY_OF_OTHER_MAP', text);
    }),
  );
}

/** A policy of a map that is not given names a client of this map too, for other tokens. */
export function differentTokens(
  wanted: DesiredPolicy,
  other: PolicyState,
  given: readonly string[],
): PlanPart {
  const owners = ownersIn(other.description);
  if (
    !owners ||
    owners.some((owner) => given.includes(owner)) ||
    isEquivalent(other, wanted.lifetimeMinutes, wanted.grantTypes)
  )
    return NOTHING;
  const text = `policy ${code(other.name)} of ${owners.map(code).join(', ')} names a client of ${code(wanted.map)} too, with other lifetimes or grant types: Okta takes the one of the higher priority. Say the same in both maps, or use two servers or two clients`;
  return finding('warns', 'CLIENT_SHARED_WITH_OTHER_MAP', text);
}

/** Policies that decide for the clients of ours before it does. */
export function shadowFindings(
  wanted: DesiredPolicy,
  { policy, clientIds }: { readonly policy: PolicyState; readonly clientIds: readonly string[] },
  { desired, existing }: ServerContext,
): PlanPart {
  const given = givenNames(desired);
  const before = shadowing(policy, clientIds, existing?.policies ?? [], wanted);
  // Maps that are given contradict each other, which is reported once.
  const others = before.filter(
    ({ description }) => !ownersIn(description)?.some((owner) => given.includes(owner)),
  );
  return joined(
    ...others.map(({ name }) => {
      const text = `policy ${code(name)} has a higher priority than ${code(policy.name)} and decides for its clients: move it below, or deactivate it`;
      return finding('warns', 'POLICY_PRECEDED', text);
    }),
  );
}
