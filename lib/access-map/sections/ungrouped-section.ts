/** Reads the routes that need no group: `public` and `signedIn`. */
import { type Cursor, texts } from '../report/cursor.ts';
import { closest } from '../report/nearest.ts';
import { code } from '../report/problems.ts';
import { rowWhere } from '../routes/inventory.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import type { AccessRule } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

/**
 * Routes without authorizer: each must be a route of the gateway, so wildcards are not read here.
 */
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
