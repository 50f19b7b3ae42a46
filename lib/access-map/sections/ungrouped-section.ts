/** Reads the routes that need no group: `public`, `signedIn`, and the preflights of `api.cors`. */
import { emptyRow, type Row, setBit } from '../../../lambda/core/model/bits.ts';
import { at, type Cursor, texts } from '../report/cursor.ts';
import { closest } from '../report/nearest.ts';
import { code } from '../report/problems.ts';
import type { Inventory } from '../routes/inventory.ts';
import type { AccessMapInput, MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import type { AccessRule } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

const map: Cursor<AccessMapInput> = { value: undefined, pointer: '' };
/** Where the rules of preflights stand. */
export const CORS_POINTER = at(at(map, 'api'), 'cors').pointer;

/** Routes without authorizer: each must be a route of the gateway, so wildcards are not read here. */
export function readPublic(
  routes: Cursor<MapSection<'public'>>,
  { report, inventory, document }: SectionContext,
): readonly AccessRule[] {
  return texts(routes).flatMap(([key, { pointer }]): readonly AccessRule[] => {
    const route = inventory.gatewayRoutes.find((candidate) => candidate.key === key);
    if (route) {
      const routes = rowWhere(inventory, (cell) => cell.key === key || cell.gateway === key);
      return [
        {
          subject: { kind: 'public', name: 'public' },
          effect: 'allow',
          pattern: key,
          place: document.placeOf(pointer),
          routes,
        },
      ];
    }
    const known = inventory.gatewayRoutes.map((candidate) => candidate.key);
    const expected = 'a route as `routes` lists it';
    if (known.length > 0)
      report.error('ROUTE_UNKNOWN', pointer, {
        expected,
        found: code(key),
        nearest: closest(key, known),
      });
    return [];
  });
}

/**
 * With CORS the gateway answers preflights of `ANY` and `$default` routes without a token, so their
 * OPTIONS is public; a map that grants or denies it gets a problem. An explicit `OPTIONS /x` route
 * is an ordinary route.
 */
export function readPreflights(
  cors: Cursor<MapSection<'api'>['cors']>,
  { inventory, document }: SectionContext,
): readonly AccessRule[] {
  if (cors.value === undefined) return [];
  return inventory.cells
    .filter(({ method, gateway }) => method === 'OPTIONS' && gateway !== undefined)
    .map(({ key }) => ({
      subject: { kind: 'public', name: 'public' },
      effect: 'allow',
      pattern: key,
      place: document.placeOf(cors.pointer),
      routes: rowWhere(inventory, (cell) => cell.key === key),
    }));
}

function rowWhere(inventory: Inventory, is: (cell: Inventory['cells'][number]) => boolean): Row {
  const row = emptyRow(inventory.wordCount);
  inventory.cells.forEach((cell, index) => {
    if (is(cell)) setBit(row, index);
  });
  return row;
}

export function readSignedIn(
  patterns: Cursor<MapSection<'signedIn'>>,
  reading: SectionContext,
): readonly AccessRule[] {
  return texts(patterns).flatMap(([pattern, { pointer }]): readonly AccessRule[] => {
    const routes = expandOrReport(pattern, pointer, reading);
    const place = reading.document.placeOf(pointer);
    return routes
      ? [
          {
            subject: { kind: 'signedIn', name: 'signedIn' },
            effect: 'allow',
            pattern,
            place,
            routes,
          },
        ]
      : [];
  });
}
