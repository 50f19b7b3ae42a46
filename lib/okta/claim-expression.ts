/**
 * Reads the expressions that Okta's guides write for groups claims, as far as it can be said from
 * here which groups they let through. Source: Okta, "Customize tokens returned from Okta with a
 * static allowlist", "... with a dynamic allowlist"; "Okta Expression Language in Identity Engine",
 * group functions.
 */

import { ExpressionReader, NotUnderstood } from './expression-reader.ts';

/** A group as a claim sees it; what is absent is not known. */
export interface ClaimGroup {
  readonly id: string;
  readonly name: string;
  readonly type?: string;
  readonly source?: string;
  readonly isActiveDirectory?: boolean;
}

/** One list of groups of the user. */
export interface Selection {
  /** Whether it has the group; undefined where that cannot be said from here. */
  readonly has: (group: ClaimGroup) => boolean | undefined;
  /** Number of groups of a user above which Okta refuses the token. */
  readonly limit?: number;
  /** Property of a client's profile that lists the ids. */
  readonly profileList?: string;
  /** What the token carries of each group. */
  readonly carries: 'name' | 'id';
}

/** The lists that an expression joins; nothing for one that is not understood. */
export function selectionsOf(
  expression: string,
  profile: Readonly<Record<string, unknown>> | undefined,
): readonly Selection[] | undefined {
  try {
    const reader = new ExpressionReader(expression);
    const selections = readCall(reader, profile);
    return reader.isAtEnd() ? selections : undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

type Profile = Readonly<Record<string, unknown>> | undefined;

/** @throws NotUnderstood */
function readCall(reader: ExpressionReader, profile: Profile): readonly Selection[] {
  const name = reader.take('name');
  reader.take('sign', '(');
  if (name === 'Arrays.flatten') return readFlattened(reader, profile);
  if (name === 'getFilteredGroups') return [readFiltered(reader, profile)];
  if (name === 'user.getGroups') return [readUserGroups(reader)];
  const test = NAME_TESTS[name];
  if (test === undefined) throw new NotUnderstood();
  return [readMatching(reader, test)];
}

function readFlattened(reader: ExpressionReader, profile: Profile): readonly Selection[] {
  const all = [...readCall(reader, profile)];
  while (reader.skip(',')) all.push(...readCall(reader, profile));
  reader.take('sign', ')');
  return all;
}

function readFiltered(reader: ExpressionReader, profile: Profile): Selection {
  const list = readAllowlist(reader, profile);
  reader.take('sign', ',');
  const property = reader.take('text');
  reader.take('sign', ',');
  const limit = Number(reader.take('number'));
  reader.take('sign', ')');
  if (property !== 'group.name' && property !== 'group.id') throw new NotUnderstood();
  const { ids, ...from } = list;
  return {
    ...from,
    has: ({ id }) => ids?.has(id),
    limit,
    carries: property === 'group.id' ? 'id' : 'name',
  };
}

function readAllowlist(
  reader: ExpressionReader,
  profile: Profile,
): { readonly ids: ReadonlySet<string> | undefined; readonly profileList?: string } {
  if (reader.next()?.kind !== 'name') return { ids: new Set(reader.texts()) };
  const name = /^app\.profile\.(\w+)$/.exec(reader.take('name'))?.[1];
  if (name === undefined) throw new NotUnderstood();
  const listed = profile?.[name];
  const ids = Array.isArray(listed) ? new Set(listed.map(String)) : undefined;
  return { ids, profileList: name };
}

type NameTest = (name: string, part: string) => boolean;

const NAME_TESTS: Readonly<Record<string, NameTest | undefined>> = {
  'Groups.startsWith': (name, part) => name.startsWith(part),
  'Groups.endsWith': (name, part) => name.endsWith(part),
  'Groups.contains': (name, part) => name.includes(part),
};

function readMatching(reader: ExpressionReader, test: NameTest): Selection {
  const app = reader.take('text');
  reader.take('sign', ',');
  const part = reader.take('text');
  reader.take('sign', ',');
  const limit = Number(reader.take('number'));
  reader.take('sign', ')');
  return {
    has: (group) => both(isFrom(group, app), nameMatches(test, group.name, part)),
    limit,
    carries: 'name',
  };
}

/**
 * Okta does not document whether these functions ignore case, so the answer counts only if both
 * readings give it.
 */
function nameMatches(test: NameTest, name: string, part: string): boolean | undefined {
  const exact = test(name, part);
  return exact === test(name.toLowerCase(), part.toLowerCase()) ? exact : undefined;
}

function isFrom({ type, source, isActiveDirectory }: ClaimGroup, app: string): boolean | undefined {
  const isImported = type === 'APP_GROUP';
  if (app === 'OKTA') return !isImported;
  if (!isImported) return false;
  if (app === 'active_directory') return isActiveDirectory === true;
  if (/^0o[a-z]\w{10,}$/.test(app))
    return source === undefined || source === '' ? undefined : source === app;
  // The name of a kind of app, which a group does not show.
  return isActiveDirectory === true ? false : undefined;
}

const both = (one: boolean | undefined, other: boolean | undefined): boolean | undefined => {
  if (one === false || other === false) return false;
  return one === undefined || other === undefined ? undefined : true;
};

/** All criteria must hold; of the values of one, any. */
function readUserGroups(reader: ExpressionReader): Selection {
  const criteria = [readCriterion(reader)];
  while (reader.skip(',')) criteria.push(readCriterion(reader));
  reader.take('sign', ')');
  reader.take('sign', '.![');
  const property = reader.take('name');
  reader.take('sign', ']');
  if (!['name', 'profile.name', 'id'].includes(property)) throw new NotUnderstood();
  return {
    has: (group) => criteria.map((holds) => holds(group)).reduce(both, true),
    carries: property === 'id' ? 'id' : 'name',
  };
}

type Criterion = Selection['has'];

function readCriterion(reader: ExpressionReader): Criterion {
  reader.take('sign', '{');
  const key = reader.take('text');
  reader.take('sign', ':');
  const values = reader.texts();
  const operator = reader.skip(',') ? readOperator(reader) : 'STARTS_WITH';
  reader.take('sign', '}');
  if (key === 'group.id') return ({ id }) => values.includes(id);
  if (key === 'group.type') return ({ type = 'OKTA_GROUP' }) => values.includes(type);
  if (key === 'group.source.id') return (group) => isFromAny(group, values);
  if (key === 'group.profile.name') return nameCriterion(values, operator);
  throw new NotUnderstood();
}

function readOperator(reader: ExpressionReader): string {
  if (reader.take('text') !== 'operator') throw new NotUnderstood();
  reader.take('sign', ':');
  const operator = reader.take('text');
  if (operator !== 'EXACT' && operator !== 'STARTS_WITH') throw new NotUnderstood();
  return operator;
}

const isFromAny = ({ type, source }: ClaimGroup, ids: readonly string[]): boolean | undefined => {
  if (type !== 'APP_GROUP') return false;
  return source === undefined || source === '' ? undefined : ids.includes(source);
};

function nameCriterion(values: readonly string[], operator: string): Criterion {
  const test: NameTest = (name, part) =>
    operator === 'EXACT' ? name === part : name.startsWith(part);
  return ({ name }) => {
    const all = values.map((value) => nameMatches(test, name, value));
    if (all.includes(true)) return true;
    return all.includes(undefined) ? undefined : false;
  };
}
