/** The matrix as text, for a terminal, a spreadsheet, a program, a browser. */

import type { Cell, RuleState } from '../../../lambda/core/decision/cell.ts';
import type { Matrix } from '../../verdicts/access-matrix.ts';
import { type CellSubject, cellText, shadowNote } from '../../verdicts/cells.ts';
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

function tableText({ name, version, subjects, routes, conflicts }: Matrix): string {
  const head = [
    '',
    ...subjects.map((subject) =>
      subject.kind === 'group' ? subject.name : `${subject.name} (${KIND[subject.kind]})`,
    ),
  ];
  const rows = routes.map(({ key, cells, conflicts: on }) => [
    key,
    ...cells.map((cell, at) => `${cellLabel(cell)}${conflictMark(subjects[at], on, conflicts)}`),
  ]);
  const alone =
    subjects.length === 0 ? routes.map(({ key, noGroup }) => [key, cellLabel(noGroup)]) : undefined;
  const lines = [`${name}, version ${version}`, ...table(alone ?? [head, ...rows])];
  return [...lines, ...conflictLines(conflicts), ''].join('\n');
}

/** `*`: a group that another one of the caller can conflict with on the route. */
const conflictMark = (
  subject: CellSubject | undefined,
  on: readonly number[],
  conflicts: Matrix['conflicts'],
): string => {
  const isIn = ({ groups }: Matrix['conflicts'][number]): boolean =>
    subject?.kind === 'group' && groups.includes(subject.name);
  return conflicts.some((conflict, at) => on.includes(at) && isIn(conflict)) ? ' *' : '';
};

const conflictLines = (conflicts: Matrix['conflicts']): readonly string[] =>
  conflicts.map(
    ({ groups, routes }) =>
      `  * refused to who holds two of ${groups.join(', ')}: ${routes.join(', ')}`,
  );

/** RFC 4180. A name that a spreadsheet would take for a formula is led by an apostrophe. */
function csvText({ subjects, routes }: Matrix): string {
  const field = (text: string): string =>
    `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const line = (fields: readonly string[]): string => `${fields.map(field).join(',')}\r\n`;
  return [
    line([
      'route',
      'mode',
      ...subjects.map(({ kind, name }) => (kind === 'machine' ? `machine ${name}` : name)),
    ]),
    ...routes.map(({ key, noGroup, cells }) => line([key, noGroup.mode, ...cells.map(cellText)])),
  ].join('');
}
