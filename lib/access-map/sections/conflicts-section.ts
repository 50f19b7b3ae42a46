/** Reads `conflicts`: which groups no caller may hold together on which routes. */
import {
  addRow,
  emptyRow,
  intersectRow,
  type Row,
  rowToHex,
} from '../../../lambda/core/model/bits.ts';
import type { ConflictFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, items, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import { namedRoutes } from '../routes/patterns.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import { withHeads } from './head-rules.ts';
import type { SectionContext } from './section-context.ts';

export interface Conflict {
  readonly pointer: string;
  readonly groups: readonly string[];
  readonly routes: Row;
}

/** The names of groups are checked in check-names.ts. */
export const readConflicts = (
  conflicts: Cursor<MapSection<'conflicts'>>,
  reading: SectionContext,
): readonly Conflict[] =>
  items(conflicts).map((cursor) => {
    const routes = emptyRow(reading.inventory.wordCount);
    for (const [pattern, { pointer }] of texts(at(cursor, 'routes'))) {
      const some = expandOrReport(pattern, pointer, reading);
      if (some) addRow(routes, some);
    }
    return {
      pointer: cursor.pointer,
      groups: texts(at(cursor, 'groups')).map(([name]) => name),
      routes: withHeads(routes, reading.inventory),
    };
  });

export const conflictFile = ({ groups, routes }: Conflict): ConflictFile => ({
  groups,
  routes: rowToHex(routes),
});

interface Ungrouped {
  readonly publicRow: Row;
  readonly signedInRow: Row;
}

/** Where no group is needed, a conflict of groups refuses nobody. */
export function checkConflictRoutes(
  conflicts: readonly Conflict[],
  { publicRow, signedInRow }: Ungrouped,
  { inventory, report }: SectionContext,
): void {
  const rows = [
    ['DENY_PUBLIC', 'public', publicRow],
    ['DENY_SIGNED_IN', 'signedIn', signedInRow],
  ] as const;
  for (const { pointer, routes } of conflicts) {
    for (const [problem, key, row] of rows) {
      const found = namedRoutes(intersectRow(routes, row), inventory);
      const says = `a conflict of groups on ${found}, which is \`${key}\`: it refuses nobody there, expected routes that need a group`;
      if (found) report.error(problem, `${pointer}/routes`, { says });
    }
  }
}

/** A machine has its groups always, so that it could never call the routes. */
export function checkConflictingMachines(
  conflicts: readonly Conflict[],
  machines: readonly {
    readonly name: string;
    readonly pointer: string;
    readonly groups: readonly string[];
  }[],
  { report }: SectionContext,
): void {
  for (const { name, pointer, groups } of machines) {
    for (const conflict of conflicts) {
      const held = conflict.groups.filter((group) => groups.includes(group));
      if (held.length < 2) continue;
      report.error(
        'KEY_CONFLICT',
        `${pointer}/groups`,
        {
          expected: 'groups that do not conflict',
          found: `${held.map(code).join(' and ')} of ${code(name)}, which \`conflicts\` keeps apart`,
        },
        'value',
      );
    }
  }
}
