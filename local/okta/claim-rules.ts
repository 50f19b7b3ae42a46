/**
 * Okta's documented rules for groups claims, written without looking at the product's: which groups
 * of a user a claim puts into a token. Source: Okta, "Customize tokens returned from Okta with a
 * groups claim"; "Okta Expression Language", getFilteredGroups.
 */

export interface OrgGroup {
  readonly id: string;
  readonly name: string;
  readonly type: 'OKTA_GROUP' | 'APP_GROUP' | 'BUILT_IN';
}

/** The request for a token fails as a whole. */
export class ClaimError extends Error {}

export function evaluateClaim(
  claim: Readonly<Record<string, unknown>>,
  memberOf: readonly OrgGroup[],
): readonly string[] {
  const value = String(claim['value'] ?? '');
  if (claim['valueType'] === 'EXPRESSION') return evaluateExpression(value, memberOf);
  if (claim['valueType'] !== 'GROUPS')
    throw new ClaimError(`value type ${String(claim['valueType'])}`);
  const test = filterTest(String(claim['group_filter_type']), value);
  const names = memberOf
    .filter((group) => group.type !== 'APP_GROUP' && test(group.name))
    .map((group) => group.name);
  if (names.length > 100) throw new ClaimError('more than 100 groups');
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

/** Reads `getFilteredGroups({"id", ...}, "group.name", limit)` letter by letter. */
function evaluateExpression(expression: string, memberOf: readonly OrgGroup[]): readonly string[] {
  let rest = expression.trim();
  const take = (text: string): void => {
    rest = rest.trimStart();
    if (!rest.startsWith(text)) throw new ClaimError(`expected ${text} at ${rest.slice(0, 20)}`);
    rest = rest.slice(text.length).trimStart();
  };
  const takeText = (): string => {
    take('"');
    const end = rest.indexOf('"');
    if (end < 0) throw new ClaimError('unclosed text');
    const text = rest.slice(0, end);
    rest = rest.slice(end + 1).trimStart();
    return text;
  };
  take('getFilteredGroups');
  take('(');
  take('{');
  const ids = new Set<string>();
  while (!rest.startsWith('}')) {
    ids.add(takeText());
    if (rest.startsWith(',')) take(',');
  }
  take('}');
  take(',');
  const property = takeText();
  take(',');
  const digits = /^\d+/.exec(rest)?.[0] ?? '';
  take(digits);
  take(')');
  const limit = Number(digits);
  if (rest !== '' || property !== 'group.name' || limit < 1 || limit >= 100)
    throw new ClaimError('expression not understood');
  const found = memberOf.filter((group) => ids.has(group.id));
  if (found.length > limit) throw new ClaimError(`more than ${limit} groups`);
  return found.map((group) => group.name);
}
