/**
 * The matrix of a map as data: the same decision that the authorizer makes, for each group and each
 * machine alone.
 */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessMap } from '../access-map/index.ts';
import {
  type CellState,
  type CellSubject,
  cellSubjects,
  cellsOf,
  levelOf,
  type RouteLevel,
} from './cells.ts';

export interface MatrixRoute {
  readonly key: string;
  readonly level: RouteLevel;
  /**
   * One for each subject, in their order: what the map grants it; where no group is needed,
   * everybody may call all the same.
   */
  readonly cells: readonly CellState[];
}

export interface Matrix {
  readonly name: string;
  readonly version: string;
  readonly subjects: readonly CellSubject[];
  readonly routes: readonly MatrixRoute[];
}

export function matrixOf(map: AccessMap): Matrix {
  const model = parseModel(map.model);
  const subjects = cellSubjects(model);
  const columns = subjects.map((subject) => cellsOf(model, subject));
  return {
    name: map.name,
    version: map.version,
    subjects,
    routes: model.routes.map(({ key }, index) => ({
      key,
      level: levelOf(model, index),
      cells: columns.map((cell) => cell(index)),
    })),
  };
}
