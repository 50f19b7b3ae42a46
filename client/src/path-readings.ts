/**
 * Other routes that a back end may read a path as; the authorizer refuses it unless they are open
 * too.
 */

import { decoded, slashForms } from './decoded.ts';
import { rank, segmentsOf } from './match-route.ts';

/**
 * @param routes `METHOD /template`, one each.
 * @param route the one that the gateway chooses for the path.
 * @returns routes of the same method that name the path more closely than `route` in some segment,
 * read in any case, decoded, without what follows a `;`, a suffix, dots or blanks at its end, and
 * with or without empty segments.
 */
export function otherReadings(
  routes: readonly string[],
  route: string,
  path: string,
): readonly string[] {
  const [method, own = ''] = route.split(' ');
  const forms = slashForms(decoded(path.replace(/[?#].*/s, ''))).map(plainSegments);
  return routes.filter((other) => {
    const [its, template = ''] = other.split(' ');
    return (
      other !== route &&
      its === method &&
      forms.some((given) => takes(template, given) && isCloser(template, own, given))
    );
  });
}

const plainSegments = (path: string): readonly string[] =>
  segmentsOf(path.toLowerCase()).map((segment) => segment.replace(/[. ]*(;.*)?$/s, ''));

const isCloser = (template: string, own: string, given: readonly string[]): boolean =>
  given.some((_, at) => rankAt(template, at) < rankAt(own, at));

/** How closely a template names a segment; the lower, the closer. */
function rankAt(template: string, at: number): number {
  const segments = segmentsOf(template);
  return rank(segments[at] ?? segments.at(-1) ?? '');
}

/** A greedy route stands for its mount point as well, and for all that lies below it. */
function takes(template: string, given: readonly string[]): boolean {
  const place = template.replace(/\/[^/]+\+\}$/, '');
  const segments = segmentsOf(place.toLowerCase());
  return (
    (place === template ? segments.length === given.length : segments.length <= given.length) &&
    segments.every((segment, at) => segment[0] === '{' || `${given[at]}.`.startsWith(`${segment}.`))
  );
}
