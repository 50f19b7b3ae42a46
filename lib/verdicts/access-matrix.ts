/**
 * The matrix of a map as data: the same cell that the authorizer gives, for each group and each
 * machine alone.
 */
import type { Cell } from '../../lambda/core/decision/cell.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type CellSubject, callerOf, cellSubjects, cellsFor } from './cells.ts';

export interface MatrixRoute {
  readonly key: string;
  /** The cell of a user without groups. */
  readonly noGroup: Cell;
  /** One for each subject, in their order. */
  readonly cells: readonly Cell[];
  /** The conflicts that refuse callers here, by their places in `conflicts` of the matrix. */
  readonly conflicts: readonly number[];
}

/** A caller in two of the groups is refused on the routes, whatever the cells of each say. */
export interface MatrixConflict {
  readonly groups: readonly string[];
  /** Every name by which tokens carry one of them, former ones included. */
  readonly names: readonly string[];
  readonly routes: readonly string[];
}

export interface Matrix {
  readonly name: string;
  readonly version: string;
  readonly subjects: readonly CellSubject[];
  readonly routes: readonly MatrixRoute[];
  readonly conflicts: readonly MatrixConflict[];
}

export function matrixOf(map: AccessMap): Matrix {
  const model = parseModel(map.model);
  const subjects = cellSubjects(model);
  const columns = subjects.map((subject) => cellsFor(model, callerOf(subject)));
  const noGroup = cellsFor(model, {});
  return {
    name: map.name,
    version: map.version,
    subjects,
    conflicts: model.conflicts.map(({ groups, routes }) => ({
      groups,
      names: [...model.groups].flatMap(([name, group]) =>
        groups.includes(group.name) ? [name] : [],
      ),
      routes: model.routes.flatMap(({ key }, at) => (hasBit(routes, at) ? [key] : [])),
    })),
    routes: model.routes.map(({ key }, at) => ({
      key,
      conflicts: model.conflicts.flatMap(({ routes }, index) =>
        hasBit(routes, at) ? [index] : [],
      ),
      noGroup: noGroup(key),
      cells: columns.map((cell) => cell(key)),
    })),
  };
}

/** Whether another group of the same caller can conflict with the subject on the route. */
export const canConflict = (
  { conflicts }: Pick<Matrix, 'conflicts'>,
  route: MatrixRoute,
  subject: CellSubject | undefined,
): boolean =>
  subject?.kind === 'group' &&
  route.conflicts.some((at) => conflicts[at]?.names.includes(subject.name));
