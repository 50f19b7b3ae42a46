/**
 * The groups claim: what we put into it, and which groups any claim lets into a token. Source:
 * Okta, "Customize tokens", "Expression Language".
 */

/**
 * Okta refuses the whole token when an expression finds more groups than its limit, which its guide
 * wants "less than 100".
 */
export const GROUPS_PER_CLAIM = 99;

/** Groups of a user that a filter by name may find before Okta refuses the token. */
export const GROUPS_PER_FILTER = 100;

export interface GroupName {
  readonly id: string;
  readonly name: string;
}

export interface ClaimFilter {
  readonly valueType: string;
  readonly value: string;
  readonly filterType?: string;
}

/**
 * An expression that yields the names of exactly these groups, as far as the user is a member. Ids,
 * not names: a directory import, another spelling or a later group can reuse a name, but not an id.
 * @throws RangeError for more than 99 ids, and for what is no id.
 */
export function groupsExpression(ids: readonly string[]): string {
  if (ids.length > GROUPS_PER_CLAIM)
    throw new RangeError(
      `expected at most ${GROUPS_PER_CLAIM} groups in a claim, found ${ids.length}`,
    );
  for (const id of ids)
    if (!/^[A-Za-z0-9]+$/.test(id))
      throw new RangeError(`expected the id of a group, found \`${id}\``);
  return `getFilteredGroups({${ids.map((id) => `"${id}"`).join(', ')}}, "group.name", ${GROUPS_PER_CLAIM})`;
}

/**
 * The ids of an expression that we wrote; nothing for any other: the form is the mark by which a
 * claim is ours.
 */
export function idsInExpression({ valueType, value }: ClaimFilter): readonly string[] | undefined {
  const list =
    /^getFilteredGroups\(\{((?:"[A-Za-z0-9]+"(?:, (?="))?)*)\}, "group\.name", 99\)$/.exec(
      value,
    )?.[1];
  if (valueType !== 'EXPRESSION' || list === undefined) return undefined;
  return list === '' ? [] : list.split(', ').map((quoted) => quoted.slice(1, -1));
}

/**
 * The groups that a claim lets through, of those given; nothing where the expression is not one
 * that can be judged from here. STARTS_WITH, EQUALS and CONTAINS ignore case, REGEX does not and
 * must match the whole name.
 */
export function passesClaim<Group extends GroupName>(
  filter: ClaimFilter,
  groups: readonly Group[],
): readonly Group[] | undefined {
  const ids = idsInExpression(filter);
  if (ids) return groups.filter(({ id }) => ids.includes(id));
  if (filter.valueType !== 'GROUPS') return undefined;
  const test = nameTest(filter);
  return test && groups.filter(({ name }) => test(name));
}

function nameTest({ filterType, value }: ClaimFilter): ((name: string) => boolean) | undefined {
  const wanted = value.toLowerCase();
  switch (filterType) {
    case 'STARTS_WITH':
      return (name) => name.toLowerCase().startsWith(wanted);
    case 'EQUALS':
      return (name) => name.toLowerCase() === wanted;
    case 'CONTAINS':
      return (name) => name.toLowerCase().includes(wanted);
    case 'REGEX':
      return regexTest(value);
    default:
      return undefined;
  }
}

/**
 * Java's expressions are not JavaScript's; what both read alike is enough for `.*` and lists of
 * names.
 */
function regexTest(value: string): ((name: string) => boolean) | undefined {
  try {
    const regex = new RegExp(`^(?:${value})$`, 'us');
    return (name) => regex.test(name);
  } catch {
    return undefined;
  }
}

/**
 * Spreads groups over claims. A group stays in the claim that has it, so that no token is issued in
 * between without it: one that denies would be missed.
 * @param existing what each claim has now, in the order of the claims' names.
 */
export function spreadOverClaims(
  wanted: readonly string[],
  existing: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const unplaced = new Set(wanted);
  const claims = existing.map((ids) =>
    ids.filter((id) => unplaced.delete(id)).slice(0, GROUPS_PER_CLAIM),
  );
  for (const id of wanted) {
    if (claims.some((ids) => ids.includes(id))) continue;
    const room = claims.find((ids) => ids.length < GROUPS_PER_CLAIM);
    if (room) room.push(id);
    else claims.push([id]);
  }
  return claims;
}
