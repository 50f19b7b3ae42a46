/**
 * Which access policy decides: the first active one that names the client. Source: Okta, "Access
 * policies".
 */
import { ownersIn } from './ownership.ts';
import type { PolicyState } from './state.ts';

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
 * The policies that decide in place of this one: somebody's, and ours of another map unless it
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
