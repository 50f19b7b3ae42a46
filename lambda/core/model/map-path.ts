/** How a place inside the access map is written for people: `groups.orders-readers.allow[0]`. */

/** The keys and indices of a JSON pointer. Source: RFC 6901. */
export const pointerParts = (pointer: string): readonly string[] =>
  pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/**
 * @param parts keys and indices from the map's top on; a key of digits alone is written as an
 * index, as a JSON pointer writes it.
 */
export function mapPath(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) {
    if (/^\d{1,9}$/.test(part) && text !== '') text += `[${part}]`;
    else if (/^[^\s.`[\]"\p{C}]+$/u.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}
