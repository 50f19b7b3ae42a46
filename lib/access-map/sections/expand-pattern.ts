/** The routes that a pattern of the map stands for, or why it stands for none. */

import { distance } from 'fastest-levenshtein';
import type { Row } from '../../../lambda/core/model/bits.ts';
import { isEmptyRow } from '../../../lambda/core/model/bits.ts';
import { methodOf, splitRoute, templateOf } from '../../../lambda/core/path/route-key.ts';
import { shapeOf, withParameters } from '../../../lambda/core/path/route-template.ts';
import type { Report } from '../report/cursor.ts';
import { closest } from '../report/nearest.ts';
import { code } from '../report/problems.ts';
import { diagnose, parseRoute } from '../routes/notation.ts';
import { expand } from '../routes/patterns.ts';
import type { SectionContext } from './section-context.ts';

/**
 * The routes of a pattern. A pattern that matches nothing is reported: it can only be a mistake.
 */
export function expandOrReport(
  pattern: string,
  pointer: string,
  { inventory, report }: Omit<SectionContext, 'document'>,
): Row | undefined {
  const row = expand(pattern, inventory);
  if (row && !isEmptyRow(row)) return row;
  if (!row) {
    // The schema has already reported malformed items. A pattern, above all a deny, is never
    // dropped silently.
    report.error('PATTERN_INVALID', pointer, {
      ...diagnose(pattern, 'pattern'),
      found: code(pattern),
    });
    return undefined;
  }
  if (inventory.cells.length === 0) return undefined;
  const known = [
    ...inventory.cells.map(({ key }) => key),
    ...inventory.gatewayRoutes.map(({ key }) => key),
  ];
  if (isMisspeltRoute(pattern, report)) return undefined;
  report.error('PATTERN_UNMATCHED', pointer, {
    expected: 'a pattern that matches a route of `routes`',
    found: code(pattern),
    ...nearestDeclared(pattern, known),
  });
  return undefined;
}

/** Largest edit distance of a slip. */
const SLIP = 2;
/** Largest edit distance between an invalid route and the pattern that means it. */
const MISSPELT = 7;

/** Whether the pattern lacks a route only because that route is invalid, which is reported. */
const isMisspeltRoute = (pattern: string, { problems }: Report): boolean =>
  problems.some(
    ({ code: name, found = '' }) =>
      name === 'ROUTE_INVALID' && distance(found, code(pattern)) <= MISSPELT,
  );

/**
 * A route that is not declared is to be declared: another one in its place would allow, or not
 * deny, what was not meant. What differs by a slip or by the names of parameters may be the one
 * that is.
 */
function nearestDeclared(
  pattern: string,
  known: readonly string[],
): { readonly fix?: string; readonly nearest?: string } {
  const { method, template } = splitRoute(pattern);
  // A star stands for one segment; an author who writes it for everything below means the rest too.
  const shape = (path: string): string =>
    template.includes('*') ? withParameters(path, () => '*') : shapeOf(path);
  const alike = known.filter((key) => methodOf(key) === method && key !== pattern);
  const renamed = alike.find((key) => shape(templateOf(key)) === shape(template));
  if (renamed !== undefined) return { nearest: renamed };
  const near = closest(pattern, alike);
  const isSlip = near !== undefined && distance(near, pattern) <= SLIP;
  const isRoute = parseRoute(pattern) !== undefined;
  return {
    ...(isRoute && { fix: `declare ${code(pattern)} under \`routes\`` }),
    ...(isSlip && { nearest: near }),
  };
}
