/**
 * Whether a value is an object of JSON: neither null nor a list. What its members are is for the
 * caller to judge; one who names a type of them has it from a parser of JSON.
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
