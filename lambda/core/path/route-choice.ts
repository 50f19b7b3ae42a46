/** Which routes of one method a gateway may choose for a path as it is written. */
import { endingOf, exactMatches, matchesOf } from './match.ts';
import type { RouteNode } from './route-tree.ts';

/**
 * Templates of the routes that the path names as it is written. The authorizer lets a caller pass
 * only where it may call all of them, whichever the gateway or the back end takes.
 * @returns first the one that an HTTP API chooses; more where none of them names the path more
 * closely throughout.
 */
export const writtenRoutes = (root: RouteNode, path: string): readonly string[] =>
  exactMatches(matchesOf(root, path)).map(({ template }) => template);

/**
 * Those of them that a gateway may choose: several where its choice is not documented. Of an HTTP
 * API it is known that a full match comes before a greedy one; of a REST API not even that.
 */
export function gatewayChoices(
  kind: 'http' | 'rest',
  root: RouteNode,
  path: string,
): readonly string[] {
  const written = exactMatches(matchesOf(root, path));
  const [best] = written;
  if (best === undefined) return [];
  return written
    .filter((match) => kind === 'rest' || endingOf(match) === endingOf(best))
    .map(({ template }) => template);
}
