/** The matrix as text, for a terminal, a spreadsheet, a program, a browser. */

import type { Cell, RuleState } from '../../../lambda/core/decision/cell.ts';
import { canConflict, type Matrix, type MatrixRoute } from '../../verdicts/access-matrix.ts';
import { cellText, shadowNote } from '../../verdicts/cells.ts';
import { table } from '../shell/io.ts';
import { jsonText } from '../shell/write-json.ts';
import { matrixPage } from './matrix-page.ts';

export type MatrixFormat = 'table' | 'csv' | 'json' | 'html';

export function matrixText(matrix: Matrix, format: MatrixFormat): string {
  switch (format) {
    case 'table':
      return tableText(matrix);
    case 'csv':
      return csvText(matrix);
    case 'json':
      return `${jsonText('matrix', matrix)}\n`;
    case 'html':
      return matrixPage(matrix);
  }
}

const SIGN: { readonly [state in RuleState]: string } = {
  allowed: 'yes',
  denied: 'DENIED',
  closed: '.',
  public: 'public',
  signedIn: 'signed in',
};

const KIND = { machine: 'machine', everyone: 'every user' } as const;

/** A sign where the rules are enforced; in shadow mode what the gateway does as well. */
const cellLabel = (cell: Cell): string =>
  shadowNote(cell) === undefined ? SIGN[cell.rule] : cellText(cell);

function tableText(matrix: Matrix): string {
  const { name, version, subjects, routes, conflicts } = matrix;
  const head = [
    '',
    ...subjects.map((subject) =>
      subject.kind === 'group' ? subject.name : `${subject.name} (${KIND[subject.kind]})`,
    ),
  ];
  const rows = routes.map((route) => [
    route.key,
    ...route.cells.map(
      (cell, at) => `${cellLabel(cell)}${canConflict(matrix, route, subjects[at]) ? ' *' : ''}`,
    ),
  ]);
  const alone =
    subjects.length === 0 ? routes.map(({ key, noGroup }) => [key, cellLabel(noGroup)]) : undefined;
  const lines = [`${name}, version ${version}`, ...table(alone ?? [head, ...rows])];
  return [...lines, ...conflictLines(conflicts), ''].join('\n');
}

const conflictLines = (conflicts: Matrix['conflicts']): readonly string[] =>
  conflicts.map(
    ({ groups, routes }) =>
      `  * refused to callers in two of ${groups.join(', ')}: ${routes.join(', ')}`,
  );

/** Conflicts of groups on the route, as a column where the map has any. */
const conflictsOn = ({ conflicts }: Matrix, route: MatrixRoute): readonly string[] =>
  conflicts.length === 0
    ? []
    : [route.conflicts.map((at) => `two of ${conflicts[at]?.groups.join(', ')}`).join('; ')];

/** RFC 4180. A name that a spreadsheet would take for a formula is led by an apostrophe. */
function csvText(matrix: Matrix): string {
  const { subjects, routes, conflicts } = matrix;
  const field = (text: string): string =>
    `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const line = (fields: readonly string[]): string => `${fields.map(field).join(',')}\r\n`;
  return [
    line([
      'route',
      'mode',
      ...(conflicts.length === 0 ? [] : ['refused']),
      ...subjects.map(({ kind, name }) => (kind === 'machine' ? `machine ${name}` : name)),
    ]),
    ...routes.map((route) =>
      line([
        route.key,
        route.noGroup.mode,
        ...conflictsOn(matrix, route),
        ...route.cells.map(cellText),
      ]),
    ),
  ].join('');
}
