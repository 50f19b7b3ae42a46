/**
 * Whether a value is an object of JSON: neither null nor a list. It does not check the members: a
 * caller that names their type knows it from a parser of JSON.
 */
export const isObject = <Member = unknown>(
  value: unknown,
): value is Readonly<Record<string, Member>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of an object of JSON text; none where the text is anything else. */
export function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
