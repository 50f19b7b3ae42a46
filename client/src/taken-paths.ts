/** Templates of routes, and the paths that a back end may take for one of them. */
import { fold } from './path-forms.ts';

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
 * The segments in one case, without what follows a `;` and without dots and blanks at their ends.
 */
export const plainSegments = (path: string): readonly string[] =>
  segmentsOf(fold(path)).map((segment) => segment.replace(/[. ]*(;.*)?$/s, ''));

/**
 * Whether a back end may take the path for one of the template's. A greedy route stands for its
 * mount point as well, and for all that lies below it.
 * @param given plain segments of the path.
 */
export function takes(template: string, given: readonly string[]): boolean {
  const place = template.replace(/\$default|\/[^/]+\+\}$/, '');
  const segments = segmentsOf(fold(place));
  return (
    (place === template ? segments.length === given.length : segments.length <= given.length) &&
    segments.every((segment, at) => segment[0] === '{' || `${given[at]}.`.startsWith(`${segment}.`))
  );
}
