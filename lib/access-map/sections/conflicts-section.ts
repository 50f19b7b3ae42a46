/** Reads `conflicts`: which groups no caller may hold together on which routes. */
import { addRow, emptyRow, type Row, rowToHex } from '../../../lambda/core/model/bits.ts';
import type { ConflictFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, items, texts } from '../report/cursor.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import { withHeads } from './head-follows-get.ts';
import type { SectionContext } from './section-context.ts';

export interface Conflict {
  readonly pointer: string;
  readonly routesPointer: string;
  readonly groups: readonly string[];
  readonly routes: Row;
}

/** Checked in check-names.ts (names of groups) and check-conflicts.ts. */
export const readConflicts = (
  conflicts: Cursor<MapSection<'conflicts'>>,
  reading: SectionContext,
): readonly Conflict[] =>
  items(conflicts).map((cursor) => {
    const patterns = at(cursor, 'routes');
    const routes = emptyRow(reading.inventory.wordCount);
    for (const [pattern, { pointer }] of texts(patterns)) {
      const some = expandOrReport(pattern, pointer, reading);
      if (some) addRow(routes, some);
    }
    return {
      pointer: cursor.pointer,
      routesPointer: patterns.pointer,
      groups: texts(at(cursor, 'groups')).map(([name]) => name),
      routes: withHeads(routes, reading.inventory),
    };
  });

export const conflictFile = ({ groups, routes }: Conflict): ConflictFile => ({
  groups,
  routes: rowToHex(routes),
});
