/**
 * From a path to the route that the gateway would choose. Source: API Gateway Developer Guide,
 * "Create routes for HTTP APIs".
 */
import { formsOf } from './path-forms.ts';
import { plainSegments, rank, segmentsOf, takes } from './taken-paths.ts';

/**
 * @param routes `METHOD /template`, one each.
 * @param path as a call would send it; query and fragment do not count.
 * @returns the most specific route; undefined for a path that no route matches, or that a back end
 * may read as one outside of it, which the authorizer may refuse to everybody.
 */
export function matchRoute(
  routes: readonly string[],
  method: string,
  path: string,
): string | undefined {
  const given = segmentsOf(path.replace(/[?#].*/s, ''));
  let best: { readonly key: string; readonly template: string; readonly ranks: string } | undefined;
  for (const key of routes) {
    const [own, template = ''] = key.split(' ');
    const segments = segmentsOf(template);
    if (own !== method || !fits(segments, given)) continue;
    const all = segments.map(rank);
    // A catch-all loses against any full match, whatever is before it.
    const ranks = Math.max(1, ...all) + all.join('');
    if (!best || ranks < best.ranks) best = { key, template, ranks };
  }
  const { key, template = '' } = best ?? {};
  const forms = formsOf(path);
  return forms[0] !== undefined && forms.every((form) => takes(template, plainSegments(form)))
    ? key
    : undefined;
}

/** Whether the gateway's template matches; a parameter takes no empty segment. */
function fits(template: readonly string[], given: readonly string[]): boolean {
  for (const [at, segment] of template.entries()) {
    if (rank(segment) === 3) return true;
    if (rank(segment) === 2) return given.slice(at).join('/') !== '';
    if (rank(segment) ? !given[at] : given[at] !== segment) return false;
  }
  return template.length === given.length;
}
