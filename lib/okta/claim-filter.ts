/**
 * The groups claim: what we put into it, and which groups any claim lets into a token. Source:
 * Okta, "Customize tokens", "Expression Language".
 */
import { type ClaimGroup, type Selection, selectionsOf } from './claim-expression.ts';

/**
 * Groups that one claim takes. Over it Okta refuses the whole token, except in the authorization
 * code flow. Source: Okta, "Customize tokens returned from Okta with a static allowlist": the limit
 * is from 1 through 100.
 */
export const GROUPS_PER_CLAIM = 100;

export interface ClaimFilter {
  readonly valueType: string;
  readonly value: string;
  readonly filterType?: string;
}

/**
 * An expression that yields the names of exactly these groups, as far as the user is a member. Ids,
 * not names: a directory import, another spelling or a later group can reuse a name, but not an id.
 * @throws RangeError for more than 99 ids, and for a text that is not an id.
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
 * The ids of an expression that we wrote, today with the limit 100, formerly with 99; nothing for
 * any other: the form is the mark by which a claim is ours.
 */
export function idsInExpression({ valueType, value }: ClaimFilter): readonly string[] | undefined {
  const list =
    /^getFilteredGroups\(\{((?:"[A-Za-z0-9]+"(?:, (?="))?)*)\}, "group\.name", (?:99|100)\)$/.exec(
      value,
    )?.[1];
  if (valueType !== 'EXPRESSION' || list === undefined) return undefined;
  return list === '' ? [] : list.split(', ').map((quoted) => quoted.slice(1, -1));
}

export interface Passed<Group> {
  readonly groups: readonly Group[];
  /** Groups of which it cannot be said from here. */
  readonly unsure: readonly Group[];
  /** What the token carries of each. */
  readonly carries: 'name' | 'id';
  /** Limits that its lists of groups may exceed: Okta then refuses the token. */
  readonly exceeded: readonly number[];
  /** A property of the client's profile that it reads and the client lacks. */
  readonly missingList?: string;
}

/**
 * The groups that a claim lets through, of those given; nothing where the claim is not one that can
 * be evaluated from here.
 * @param profile `app.profile` of the client.
 */
export function evaluateFilter<Group extends ClaimGroup>(
  filter: ClaimFilter,
  groups: readonly Group[],
  profile?: Readonly<Record<string, unknown>>,
): Passed<Group> | undefined {
  const selections = selectionsIn(filter, profile);
  if (!selections) return undefined;
  const carries = selections.some((one) => one.carries === 'id') ? 'id' : 'name';
  const has = (group: Group): boolean | undefined => {
    const each = selections.map((selection) => selection.has(group));
    if (each.includes(true)) return true;
    return each.includes(undefined) ? undefined : false;
  };
  const missingList = selections.find(
    ({ profileList }) => profileList !== undefined && !Array.isArray(profile?.[profileList]),
  )?.profileList;
  return {
    groups: groups.filter((group) => has(group) === true),
    unsure: groups.filter((group) => has(group) === undefined),
    carries,
    exceeded: selections.flatMap(({ limit, has: holds }) =>
      limit !== undefined && groups.filter((group) => holds(group) === true).length > limit
        ? [limit]
        : [],
    ),
    ...(missingList === undefined ? {} : { missingList }),
  };
}

/**
 * A filter by name does not let through what a directory has imported. Source: Okta, "Customize
 * tokens returned from Okta with a groups claim": for groups not sourced in Okta, use an
 * expression.
 */
function selectionsIn(
  filter: ClaimFilter,
  profile: Readonly<Record<string, unknown>> | undefined,
): readonly Selection[] | undefined {
  if (filter.valueType === 'EXPRESSION') return selectionsOf(filter.value, profile);
  const test = filter.valueType === 'GROUPS' ? nameTest(filter) : undefined;
  if (!test) return undefined;
  const has = ({ name, type }: ClaimGroup): boolean => type !== 'APP_GROUP' && test(name);
  return [{ has, limit: GROUPS_PER_CLAIM, carries: 'name' }];
}

/**
 * STARTS_WITH, EQUALS and CONTAINS ignore case, REGEX does not and must match the whole name.
 */
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
  // These are of ASCII alone in Java.
  if (/\\p\{(?:Alpha|Lower|Upper)\}/i.test(value)) return undefined;
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
