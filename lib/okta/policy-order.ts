/** Which access policies decide before ours: those with a rule that takes our clients' requests. */
import { activeRules } from './minting.ts';
import { ownersIn } from './ownership.ts';
import type { PolicyState, RuleState } from './state.ts';

/** Name of a map's policy and of its rule. */
export const policyName = (map: string): string => `access ${map}`.slice(0, 100);

export const decidesFor = (
  { status, clients: named }: PolicyState,
  clients: readonly string[],
): boolean =>
  status === 'ACTIVE' &&
  (named.includes('ALL_CLIENTS') || named.some((client) => clients.includes(client)));

/** Whether a policy gives tokens of that lifetime for these grant types at least. */
export function isEquivalent(
  { rules }: PolicyState,
  lifetimeMinutes: number,
  grantTypes: readonly string[],
): boolean {
  const [rule] = activeRules({ rules });
  return (
    rule !== undefined &&
    rule.lifetimeMinutes === lifetimeMinutes &&
    grantTypes.every((grant) => rule.grantTypes.includes(grant))
  );
}

/** A policy without a rule for a grant leaves the request to the next one. */
const allowsAny = (policy: PolicyState, grantTypes: readonly string[]): boolean =>
  activeRules(policy).some((rule) => rule.grantTypes.some((grant) => grantTypes.includes(grant)));

/**
 * The policies that decide in place of this one: those of others, and ours of another map unless it
 * gives the same tokens.
 */
export function shadowing(
  policy: PolicyState,
  clients: readonly string[],
  policies: readonly PolicyState[],
  wanted: { readonly lifetimeMinutes: number; readonly grantTypes: readonly string[] },
): readonly PolicyState[] {
  const before = policies.slice(0, policies.indexOf(policy));
  return before.filter(
    (other) =>
      decidesFor(other, clients) &&
      allowsAny(other, wanted.grantTypes) &&
      !(
        ownersIn(other.description) !== undefined &&
        isEquivalent(other, wanted.lifetimeMinutes, wanted.grantTypes)
      ),
  );
}

/** The rules of others in our policy that are before ours: they decide first. */
export const rulesBefore = (policy: PolicyState, own: RuleState): readonly RuleState[] =>
  policy.rules.slice(0, policy.rules.indexOf(own)).filter(({ status }) => status === 'ACTIVE');
