/**
 * Other routes that a back end may read a path as; the authorizer refuses it unless they are open
 * too.
 */

import { formsOf } from './path-forms.ts';
import { plainSegments, rank, segmentsOf, takes } from './taken-paths.ts';

/**
 * @param routes `METHOD /template`, one each.
 * @param route the one that the gateway chooses for the path.
 * @returns routes of the same method, those of `GET` for `HEAD` as well, that name the path in one
 * of its forms more closely than `route` in some segment.
 */
export function otherReadings(
  routes: readonly string[],
  route: string,
  path: string,
): readonly string[] {
  const [method, own = ''] = route.split(' ');
  const forms = formsOf(path).map(plainSegments);
  const framed = own === '$default' ? forms.flatMap(withoutPrefix) : [];
  return routes.filter((other) => {
    const [its, template = ''] = other.split(' ');
    const isHead = `${its} ${method}` === 'GET HEAD';
    // A `HEAD` without a `GET` of its own runs whatever `GET` there is.
    const isAny = isHead && !routes.includes(`GET ${own}`);
    return (
      template !== own &&
      (its === method || isHead) &&
      (forms.some((given) => takes(template, given) && (isAny || isCloser(template, own, given))) ||
        // Any path has as many segments; one that a literal names is meant.
        (/\/[^{]/.test(template) && framed.some((given) => takes(template, given))))
    );
  });
}

/** A stage, and the base path of a domain, may stand before what `$default` takes whole. */
const withoutPrefix = (given: readonly string[]): readonly (readonly string[])[] =>
  given.map((_, at) => given.slice(at + 1));

const isCloser = (template: string, own: string, given: readonly string[]): boolean =>
  given.some((_, at) => rankAt(template, at) < rankAt(own, at));

/** How closely a template names a segment; the lower, the closer. */
function rankAt(template: string, at: number): number {
  const segments = segmentsOf(template);
  return rank(segments[at] ?? segments.at(-1) ?? '');
}
