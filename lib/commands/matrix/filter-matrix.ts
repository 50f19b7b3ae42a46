/** A part of the matrix: some groups, some routes. */
import { closest } from '../../access-map/report/nearest.ts';
import { code } from '../../access-map/report/problems.ts';
import type { Matrix } from '../../verdicts/access-matrix.ts';
import { findRoute } from '../../verdicts/find-route.ts';
import { UsageError } from '../shell/command.ts';

export interface MatrixFilter {
  /** Groups, machines or `everyone` by their names. Default: all of them. */
  readonly group?: readonly string[];
  /** Routes, or paths of them. Default: all of them. */
  readonly route?: readonly string[];
}

/** @throws UsageError for a name that the matrix does not have. */
export function filteredMatrix(matrix: Matrix, { group, route }: MatrixFilter): Matrix {
  const names = matrix.subjects.map(({ name }) => name);
  for (const name of group ?? []) if (!names.includes(name)) refuse('--group', name, names);
  const columns = names.flatMap((name, at) => (group?.includes(name) === false ? [] : [at]));
  const pick = <T>(all: readonly T[]): readonly T[] => all.filter((_, at) => columns.includes(at));
  const keys = route === undefined ? undefined : routeKeys(matrix, route);
  return {
    ...matrix,
    subjects: pick(matrix.subjects),
    routes: matrix.routes
      .filter(({ key }) => keys === undefined || keys.includes(key))
      .map((row) => ({ ...row, cells: pick(row.cells) })),
  };
}

function routeKeys({ routes }: Matrix, asked: readonly string[]): readonly string[] {
  const all = routes.map(({ key }) => key);
  return asked.flatMap((typed) => {
    const found = findRoute(typed, all);
    if (found.kind === 'unknown') return refuse('--route', typed, all);
    return found.kind === 'several' ? found.routes : [found.route];
  });
}

function refuse(option: string, name: string, names: readonly string[]): never {
  const nearest = closest(name, names);
  throw new UsageError(
    `${option}: expected one of the map, found ${code(name)}${nearest === undefined ? '' : `, did you mean ${code(nearest)}?`}`,
  );
}
