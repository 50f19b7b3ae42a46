/** Paths of the values in JSON, in the notation of the contract's list of fields. */

/** @returns the paths of values that hold no others; an empty list or object is a value itself. */
export function pathsIn(value: unknown, at = ''): readonly string[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item: unknown) => pathsIn(item, `${at}[]`));
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [at];
  return Object.entries(value).flatMap(([name, item]: [string, unknown]) =>
    pathsIn(item, at === '' ? name : `${at}.${name}`),
  );
}

const escaped = (text: string): string => text.replaceAll(/[[\].$*]/g, String.raw`\$&`);

/** Whether a path that was found is one that is listed: `*` is any name, `**` anything below. */
export function isListed(found: string, listed: string): boolean {
  const pattern = escaped(listed)
    .replace(String.raw`\.\*\*`, String.raw`(?:\[\].*|\..*)?`)
    .replaceAll(String.raw`\*`, String.raw`[^.[\]]+`);
  return new RegExp(`^${pattern}$`).test(found);
}

/**
 * Whether a path that was found shows that a listed field is printed: of plain items, none may be.
 */
export const shows = (found: string, listed: string): boolean =>
  isListed(found, listed) || found === listed.replace(/(?:\[\])+$/, '');

/** Whether a path can be that of a value that holds listed ones and is empty here, or null. */
export const isAbove = (found: string, listed: string): boolean =>
  listed.startsWith(`${found}.`) || listed.startsWith(`${found}[]`);
