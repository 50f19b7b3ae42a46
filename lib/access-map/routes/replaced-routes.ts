/** Routes whose owner agrees that our authorizer replaces theirs. */
import { code } from '../report/problems.ts';
import { diagnose, parseRoute } from './notation.ts';
import { matchesRoute } from './patterns.ts';

/**
 * What is wrong with an entry that is neither a route nor a pattern; undefined where nothing is.
 */
export function wrongEntry(entry: string): string | undefined {
  if (parseRoute(entry, 'pattern') !== undefined) return undefined;
  const { expected, nearest } = diagnose(entry, 'pattern');
  return `expected ${expected}, found ${code(entry)}${nearest === undefined ? '' : `, did you mean ${code(nearest)}?`}`;
}

/**
 * @param entries routes, or patterns of them
 * @param isIam signed requests: only a route that is named itself gives them up, since its callers
 * have no token to send instead.
 */
export const isReplaced = (entries: readonly string[], key: string, isIam: boolean): boolean =>
  entries.includes(key) || (!isIam && entries.some((entry) => matchesRoute(entry, key)));

/**
 * Entries that replace nothing, since they stand for no route.
 * @param keys of all routes of the API
 */
export const redundantEntries = (
  entries: readonly string[],
  keys: readonly string[],
): readonly string[] =>
  entries.filter((entry) => !keys.some((key) => isReplaced([entry], key, false)));
