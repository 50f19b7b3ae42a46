/** Checks `conflicts` against the routes that need no group, and against the groups of machines. */
import { intersectRow, type Row } from '../../../lambda/core/model/bits.ts';
import { code } from '../report/problems.ts';
import { namedRoutes } from '../routes/patterns.ts';
import type { Conflict } from './conflicts-section.ts';
import type { MachineSubject } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

interface Ungrouped {
  readonly publicRow: Row;
  readonly signedInRow: Row;
}

/** Reports conflicts on routes that need no group: there a conflict refuses nobody. */
export function checkConflictRoutes(
  conflicts: readonly Conflict[],
  { publicRow, signedInRow }: Ungrouped,
  { inventory, report }: SectionContext,
): void {
  const rows = [
    ['DENY_PUBLIC', 'public', publicRow],
    ['DENY_SIGNED_IN', 'signedIn', signedInRow],
  ] as const;
  for (const { routesPointer, routes } of conflicts) {
    for (const [problem, key, row] of rows) {
      const found = namedRoutes(intersectRow(routes, row), inventory);
      const says = `a conflict of groups on ${found}, which is \`${key}\`: it refuses nobody there, expected routes that need a group`;
      if (found) report.error(problem, routesPointer, { says });
    }
  }
}

/** A machine has its groups always, so that it could never call the routes. */
export function checkConflictingMachines(
  conflicts: readonly Conflict[],
  machines: readonly MachineSubject[],
  { report }: SectionContext,
): void {
  for (const { name, groupsPointer, groups } of machines) {
    for (const conflict of conflicts) {
      const held = conflict.groups.filter((group) => groups.includes(group));
      if (held.length < 2) continue;
      report.error(
        'KEY_CONFLICT',
        groupsPointer,
        {
          expected: 'groups that do not conflict',
          found: `${held.map(code).join(' and ')} of ${code(name)}, which \`conflicts\` keeps apart`,
        },
        'value',
      );
    }
  }
}
