/** The matrix as text, for a terminal, a spreadsheet, a program, a browser. */

import type { Matrix, MatrixRoute } from '../../verdicts/access-matrix.ts';
import type { CellState } from '../../verdicts/cells.ts';
import { table } from '../shell/io.ts';
import { matrixPage } from './matrix-page.ts';

export type MatrixFormat = 'table' | 'csv' | 'json' | 'html';

export function matrixText(matrix: Matrix, format: MatrixFormat): string {
  switch (format) {
    case 'table':
      return tableText(matrix);
    case 'csv':
      return csvText(matrix);
    case 'json':
      return `${JSON.stringify(matrix)}\n`;
    case 'html':
      return matrixPage(matrix);
  }
}

const SIGN: { readonly [state in CellState]: string } = {
  open: 'yes',
  denied: 'DENIED',
  closed: '.',
};

/** A route that needs no group is the same for all of them. */
function cellLabel({ level }: MatrixRoute, state: CellState): string {
  if (level === 'groups') return SIGN[state];
  return level === 'public' ? 'public' : 'signed in';
}

function tableText({ name, version, subjects, routes }: Matrix): string {
  const head = [
    '',
    ...subjects.map((subject) =>
      subject.kind === 'machine' ? `${subject.name} (machine)` : subject.name,
    ),
  ];
  const rows = routes.map((route) => [
    route.key,
    ...route.cells.map((state) => cellLabel(route, state)),
  ]);
  const alone =
    subjects.length === 0
      ? routes.map((route) => [route.key, cellLabel(route, 'closed')])
      : undefined;
  return [`${name}, version ${version}`, ...table(alone ?? [head, ...rows]), ''].join('\n');
}

/** RFC 4180. A name that a spreadsheet would take for a formula is led by an apostrophe. */
function csvText({ subjects, routes }: Matrix): string {
  const field = (text: string): string =>
    `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const line = (fields: readonly string[]): string => `${fields.map(field).join(',')}\r\n`;
  return [
    line([
      'route',
      'level',
      ...subjects.map(({ kind, name }) => (kind === 'machine' ? `machine ${name}` : name)),
    ]),
    ...routes.map(({ key, level, cells }) => line([key, level, ...cells])),
  ].join('');
}
