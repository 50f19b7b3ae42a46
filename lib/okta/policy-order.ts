/**
 * Which access policy decides: the first active one that names the client. Source: Okta, "Access
 * policies".
 */
import { ownersIn } from './ownership.ts';
import type { PolicyState, RuleState } from './state.ts';

/** Of the policy of a map, and of its rule. */
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
  const [rule] = rules.filter(({ status }) => status === 'ACTIVE');
  return (
    rule !== undefined &&
    rule.lifetimeMinutes === lifetimeMinutes &&
    grantTypes.every((grant) => rule.grantTypes.includes(grant))
  );
}

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
      !(
        ownersIn(other.description) !== undefined &&
        isEquivalent(other, wanted.lifetimeMinutes, wanted.grantTypes)
      ),
  );
}

/** The rules of others in our policy that stand before ours: they decide first. */
export const rulesBefore = (policy: PolicyState, own: RuleState): readonly RuleState[] =>
  policy.rules.slice(0, policy.rules.indexOf(own)).filter(({ status }) => status === 'ACTIVE');
