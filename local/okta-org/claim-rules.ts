/**
 * Okta's documented rules for groups claims, written without looking at the product's: which groups
 * of a user a claim puts into a token. Source: Okta, "Customize tokens returned from Okta with a
 * groups claim", "... with a static allowlist", "... with a dynamic allowlist"; "Okta Expression
 * Language".
 */
import { evaluateExpression } from './expression.ts';
import type { ClaimSubject, OrgGroup } from './org-group.ts';

/** The request for a token fails as a whole. */
export class ClaimError extends Error {}

/** Groups that one claim takes, except in the authorization code flow. */
const MOST_GROUPS = 100;

export function evaluateClaim(
  claim: Readonly<Record<string, unknown>>,
  memberOf: readonly OrgGroup[],
  subject: Omit<ClaimSubject, 'memberOf'> = {},
): readonly string[] {
  const value = String(claim['value'] ?? '');
  if (claim['valueType'] === 'EXPRESSION') {
    try {
      return evaluateExpression(value, { ...subject, memberOf });
    } catch (error) {
      throw error instanceof ClaimError ? error : new ClaimError(String(error));
    }
  }
  if (claim['valueType'] !== 'GROUPS')
    throw new ClaimError(`value type ${String(claim['valueType'])}`);
  const test = filterTest(String(claim['group_filter_type']), value);
  const names = memberOf
    .filter((group) => group.type !== 'APP_GROUP' && test(group.name))
    .map((group) => group.name);
  if (names.length > MOST_GROUPS && subject.isCodeFlow !== true)
    throw new ClaimError(`more than ${MOST_GROUPS} groups`);
  return names;
}

function filterTest(type: string, value: string): (name: string) => boolean {
  const lower = value.toLowerCase();
  if (type === 'REGEX') return (name) => new RegExp(value, 'u').exec(name)?.[0] === name;
  if (type === 'EQUALS') return (name) => name.toLowerCase() === lower;
  if (type === 'STARTS_WITH') return (name) => name.toLowerCase().indexOf(lower) === 0;
  if (type === 'CONTAINS') return (name) => name.toLowerCase().indexOf(lower) >= 0;
  throw new ClaimError(`filter type ${type}`);
}
