/**
 * Expands patterns over the inventory, once, when the map is compiled; at run time there are only
 * routes.
 */

import { emptyRow, hasBit, isEmptyRow, type Row, setBit } from '../../../lambda/core/model/bits.ts';
import { isGreedy } from '../../../lambda/core/path/route-template.ts';
import { firstAndCount } from '../report/layout.ts';
import { code } from '../report/problems.ts';
import type { Cell, Inventory } from './inventory.ts';
import { parseRoute, segmentsOf } from './notation.ts';

/**
 * The routes that a pattern stands for: literal segments and parameters compare exactly, `*` is one
 * segment that is not greedy, a trailing `/**` is zero or more, `ANY` is every method that the
 * inventory has there except OPTIONS.
 * @returns nothing for a text that is not a pattern; an empty row where nothing matches.
 */
export function expand(pattern: string, inventory: Inventory): Row | undefined {
  const parsed = parseRoute(pattern, 'pattern');
  if (!parsed) return undefined;
  const row = emptyRow(inventory.wordCount);
  const own = inventory.places.get(pattern);
  if (own !== undefined) {
    setBit(row, own);
    return row;
  }
  const matchesTemplate = templateMatcher(parsed.template);
  const any = parsed.method === undefined || parsed.method === 'ANY';
  inventory.cells.forEach((cell, index) => {
    const matchesMethod = any ? cell.method !== 'OPTIONS' : cell.method === parsed.method;
    if (matchesMethod && matchesTemplate(cell)) setBit(row, index);
  });
  return row;
}

/** Whether a pattern stands for a route of the gateway; an `ANY` route takes a pattern of `ANY`. */
export function matchesRoute(pattern: string, key: string): boolean {
  const wanted = parseRoute(pattern, 'pattern');
  const route = parseRoute(key);
  if (!wanted || !route) return false;
  const isAny = wanted.method === undefined || wanted.method === 'ANY';
  const { template } = route;
  return (
    (isAny || wanted.method === route.method) &&
    templateMatcher(wanted.template)({ template, segments: segmentsOf(template) })
  );
}

function templateMatcher(pattern: string): (cell: Pick<Cell, 'template' | 'segments'>) => boolean {
  if (pattern === '$default') return ({ template }) => template === pattern;
  const wanted = segmentsOf(pattern);
  const hasTail = wanted.at(-1) === '**';
  const fixed = hasTail ? wanted.slice(0, -1) : wanted;
  return ({ template, segments }) => {
    // The default route serves every path, so only a pattern for every path matches it.
    if (template === '$default') return pattern === '/**';
    if (hasTail ? segments.length < fixed.length : segments.length !== fixed.length) return false;
    return fixed.every(
      (segment, index) =>
        segment === segments[index] || (segment === '*' && !isGreedy(segments[index] ?? '')),
    );
  };
}

/** The keys of the routes in a row, in the order of the inventory. */
export const keysOf = (row: Row, inventory: Inventory): readonly string[] =>
  inventory.cells.filter((_, index) => hasBit(row, index)).map(({ key }) => key);

/** The first three routes of a row and how many more there are; nothing for an empty row. */
export function namedRoutes(row: Row, inventory: Inventory): string | undefined {
  if (isEmptyRow(row)) return undefined;
  return firstAndCount(keysOf(row, inventory).map(code), 3);
}
