/** Reads `api.cors` for the preflights that it makes public. */
import type { Cursor } from '../report/cursor.ts';
import { rowWhere } from '../routes/inventory.ts';
import type { MapSection } from '../schema/schema.ts';
import type { AccessRule } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

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
