/** A part of the matrix: some groups, some routes. */
import { closest, nearest } from '../access-map/report/nearest.ts';
import { code } from '../access-map/report/problems.ts';
import type { Matrix } from './access-matrix.ts';
import { findRoute } from './find-route.ts';

export interface MatrixFilter {
  /** Groups, machines or `everyone` by their names. Default: all of them. */
  readonly group?: readonly string[];
  /** Routes, or paths of them. Default: all of them. */
  readonly route?: readonly string[];
}

/** What a filter names and the matrix does not have, as a sentence; nothing where it has all. */
export function unknownIn({ subjects, routes }: Matrix, filter: MatrixFilter): string | undefined {
  const names = subjects.map(({ name }) => name);
  const keys = routes.map(({ key }) => key);
  const group = filter.group?.find((name) => !names.includes(name));
  if (group !== undefined) return sentence('--group', group, names);
  const route = filter.route?.find((typed) => findRoute(typed, keys).kind === 'unknown');
  return route === undefined ? undefined : sentence('--route', route, keys);
}

function sentence(option: string, name: string, names: readonly string[]): string {
  const near = option === '--route' ? closest(name, names) : nearest(name, names);
  return `${option}: expected one of the map, found ${code(name)}${near === undefined ? '' : `, did you mean ${code(near)}?`}`;
}

/** @param filter names of the matrix: `unknownIn` says which are none. */
export function filteredMatrix(matrix: Matrix, { group, route }: MatrixFilter): Matrix {
  const pick = <T>(all: readonly T[]): readonly T[] =>
    all.filter((_, at) => group?.includes(matrix.subjects[at]?.name ?? '') !== false);
  const keys = route === undefined ? undefined : routeKeys(matrix, route);
  const kept = matrix.routes.filter(({ key }) => keys === undefined || keys.includes(key));
  const shown = matrix.conflicts.flatMap((_, at) =>
    kept.some(({ conflicts }) => conflicts.includes(at)) ? [at] : [],
  );
  return {
    ...matrix,
    subjects: pick(matrix.subjects),
    conflicts: matrix.conflicts.filter((_, at) => shown.includes(at)),
    routes: kept.map((row) => ({
      ...row,
      cells: pick(row.cells),
      conflicts: row.conflicts.map((at) => shown.indexOf(at)),
    })),
  };
}

function routeKeys({ routes }: Matrix, asked: readonly string[]): readonly string[] {
  const all = routes.map(({ key }) => key);
  return asked.flatMap((typed) => {
    const found = findRoute(typed, all);
    if (found.kind === 'unknown') return [];
    return found.kind === 'several' ? found.routes : [found.route];
  });
}
