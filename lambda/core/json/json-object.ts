/**
 * Whether a value is an object of JSON: neither null nor a list. It does not check the members: a
 * caller that names their type knows it from a parser of JSON.
 */
export const isObject = <Member = unknown>(
  value: unknown,
): value is Readonly<Record<string, Member>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of a document or a template. */
export type Node = Readonly<Record<string, unknown>>;

/** A list of texts alone; an empty list too. */
export const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** The members of an object; none where a value is anything else. */
export const membersIn = (value: unknown): Node => (isObject(value) ? value : {});

/** The members of an object of JSON text; none where the text is anything else. */
export function membersOf(text: string): Node {
  try {
    return membersIn(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Whether two values are the same JSON; the order of members counts. */
export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
