/** What fixes a value that the schema refuses, where its form shows what was meant. */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import { mapPointer } from '../report/map-pointer.ts';
import { describeFound } from '../report/problems.ts';
import { parseRoute } from '../routes/notation.ts';

/**
 * Why a value of the wrong type is there: an unquoted number or word in JSON, a colon or braces in
 * YAML.
 */
export function fixFor(
  pointer: string,
  keyword: string,
  data: unknown,
  expected: string,
): { readonly fix?: string } {
  if (typeof data === 'string' && isItem(pointer, keyword, { data, expected }))
    return { fix: `write ${describeFound(`[${inFlowList(data)}]`)}` };
  if (keyword !== 'type') return {};
  if (typeof data === 'number' || typeof data === 'boolean')
    return { fix: 'put it in quotes, names are read as written' };
  if (Array.isArray(data) && expected.startsWith('a mapping')) return nameAsKey(data);
  if (pointer.endsWith('/quota') && isObject(data))
    return { fix: 'declare the quota by a name under `quotas`, and write the name here' };
  const [first] = isObject(data) ? Object.keys(data) : [];
  if (first !== undefined && parseRoute(first) !== undefined)
    return { fix: `write ${describeFound(first)} alone, a route has no value after a colon` };
  const single = !/^(?:a list|a mapping|an okta|settings)/.test(expected) && isObject(data);
  return single ? { fix: 'put a text with braces or with a colon and a space in quotes' } : {};
}

/**
 * Whether a text is an item without its list. A file name in place of `routes` is not a route, and
 * a text that cannot be a client id is not a client.
 */
function isItem(
  pointer: string,
  keyword: string,
  { data, expected }: { readonly data: string; readonly expected: string },
): boolean {
  if (!expected.startsWith('a list') || data.trim() === '') return false;
  if (keyword === 'pattern') return /^0oa\w+$/.test(data);
  return keyword === 'type' && (pointer !== mapPointer('routes') || parseRoute(data) !== undefined);
}

/** A list of names, or of mappings that hold their name. */
function nameAsKey([first]: readonly unknown[]): { readonly fix?: string } {
  const inside = isObject(first) ? (first['name'] ?? Object.keys(first)[0]) : first;
  if (typeof inside !== 'string' || inside === '') return {};
  return { fix: `write each name as a key, without \`-\`: ${describeFound(`${inside}:`)}` };
}

/** A text as an item between square brackets: quoted where YAML would read more into it. */
const inFlowList = (text: string): string =>
  /^[\w/][\w/:. +-]*$/.test(text) && !/:(?:\s|$)/.test(text) ? text : JSON.stringify(text);
