/**
 * From a path to the route that the gateway would choose. Source: API Gateway Developer Guide,
 * "Create routes for HTTP APIs".
 */
import { decoded } from './decoded.ts';

/**
 * Literal segments win over parameters, those over greedy ones, and everything over the default
 * route.
 */
export function rank(segment: string): number {
  if (segment === '$default') return 3;
  if (segment.endsWith('+}')) return 2;
  return segment[0] === '{' ? 1 : 0;
}

/** The default route is one segment of its own. */
export const segmentsOf = (path: string): readonly string[] =>
  path === '$default' ? [path] : path.split('/').slice(1);

/**
 * @param routes `METHOD /template`, one each.
 * @param path as a call would send it; query and fragment do not count.
 * @returns the most specific route; undefined for a path that no route matches, or that the
 * authorizer refuses because its parameters could mean another route to a back end.
 */
export function matchRoute(
  routes: readonly string[],
  method: string,
  path: string,
): string | undefined {
  const sent = path.replace(/[?#].*/s, '');
  // Some back ends take any number of slashes off the end.
  if (/[\\/]{2}$/.test(decoded(sent))) return undefined;
  const given = segmentsOf(sent);
  let best:
    | { readonly key: string; readonly ranks: string; readonly values: readonly Value[] }
    | undefined;
  for (const key of routes) {
    const [own, template = ''] = key.split(' ');
    const segments = segmentsOf(template);
    const values = own === method ? valuesOf(segments, given) : undefined;
    if (!values) continue;
    const all = segments.map(rank);
    // A catch-all loses against any full match, whatever is before it.
    const ranks = Math.max(1, ...all) + all.join('');
    if (!best || ranks < best.ranks) best = { key, ranks, values };
  }
  return best?.values.every(isUnambiguous) ? best.key : undefined;
}

/** A parameter's value as sent, and whether it is greedy. */
type Value = readonly [string, boolean];

/** The values of the parameters, as sent; undefined when the template does not match. */
function valuesOf(
  template: readonly string[],
  given: readonly string[],
): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const [at, segment] of template.entries()) {
    const value = given[at];
    if (rank(segment) === 3) return values;
    const rest = given.slice(at).join('/');
    if (rank(segment) === 2) return rest === '' ? undefined : [...values, [rest, true]];
    if (value === undefined || (rank(segment) ? value === '' : value !== segment)) return undefined;
    if (rank(segment)) values.push([value, false]);
  }
  return template.length === given.length ? values : undefined;
}

/**
 * The authorizer's own rule: nothing that a back end could read as another path. Only a greedy
 * parameter may hold slashes, however they are written.
 */
function isUnambiguous([value, greedy]: Value): boolean {
  const text = decoded(value);
  const segments = text.split(/[\\/]|%2f|%5c/i);
  if (
    text === '' ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
    /[\u0000-\u001f\u007f]|%00/i.test(text) ||
    (!greedy && segments[1] !== undefined)
  )
    return false;
  return !segments.some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}
