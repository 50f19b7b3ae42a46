/**
 * The matrix as one HTML document: every cell is in it as text, so that it can be printed, searched
 * and read aloud, also without its script. No network; light and dark; narrow screens.
 */
import type { Cell, RuleState } from '../../../lambda/core/decision/cell.ts';
import { splitRoute } from '../../../lambda/core/path/route-key.ts';
import { canConflict, type Matrix, type MatrixRoute } from '../../verdicts/access-matrix.ts';
import { CELL_LABELS, labelOfCell } from '../../verdicts/cell-labels.ts';
import { type CellSubject, shadowNote } from '../../verdicts/cells.ts';
import { escapeHtml } from '../shell/escape-html.ts';
import { MATRIX_SCRIPT } from './matrix-page-script.ts';
import { MATRIX_STYLE, printStyle } from './matrix-page-style.ts';

export function matrixPage(matrix: Matrix): string {
  const { name, version, subjects, routes } = matrix;
  const longest = {
    route: Math.max(...routes.map((route) => rowHeadText(route, matrix).length), 0),
    column: Math.max(...subjects.map(({ name: subject }) => subject.length), 0),
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Access matrix of ${escapeHtml(name)}</title>
<style>${MATRIX_STYLE}${signStyle()}${printStyle(longest, subjects.length)}</style>
</head>
<body>
<header>
<h1>Who may call ${escapeHtml(name)} <small>version ${escapeHtml(version)}</small></h1>
${FILTERS}
${LEGEND}
<p id="part"></p>
</header>
<main>
<table aria-label="Who may call which route" aria-rowcount="${routes.length + 1}" aria-colcount="${subjects.length + 1}">
<thead><tr aria-rowindex="1"><th scope="col">Route</th>${subjects.map(headOf).join('')}</tr></thead>
<tbody>
${routes.map((route, at) => rowOf(route, at, matrix)).join('\n')}
</tbody>
</table>
<p id="empty"${routes.length > 0 ? ' hidden' : ''}>No route fits the filters.</p>
</main>
<script>${MATRIX_SCRIPT}</script>
</body>
</html>
`;
}

const headOf = ({ kind, name }: CellSubject): string =>
  `<th scope="col" class="${kind}" title="${escapeHtml(`${kind} ${name}`)}"><div>${escapeHtml(name)}</div></th>`;

/** Marks of a route, each with what it means. */
function notesOf(
  { noGroup, conflicts: indexes }: MatrixRoute,
  conflicts: Matrix['conflicts'],
): readonly (readonly [mark: string, note: string])[] {
  const shadow = shadowNote(noGroup);
  return [
    ...(shadow === undefined ? [] : [['shadow', shadow] as const]),
    ...indexes.map((index) => ['conflict', conflictNote(conflicts[index])] as const),
  ];
}

/** What is in the head of a row, on paper. */
const rowHeadText = (route: MatrixRoute, { conflicts }: Matrix): string =>
  [route.key, ...notesOf(route, conflicts).map((parts) => parts.join(': '))].join(' ');

function rowOf(route: MatrixRoute, at: number, matrix: Matrix): string {
  const { key, cells } = route;
  const { method, template } = splitRoute(key);
  const marks = notesOf(route, matrix.conflicts).map(
    ([mark, note]) =>
      ` <i title="${escapeHtml(note)}">${mark}<span>: ${escapeHtml(note)}</span></i>`,
  );
  return `<tr aria-rowindex="${at + 2}"><th scope="row"><b>${escapeHtml(method)}</b> ${escapeHtml(template)}${marks.join('')}</th>${cells.map((cell, index) => cellOf(cell, canConflict(matrix, route, matrix.subjects[index]))).join('')}</tr>`;
}

const conflictNote = (conflict: Matrix['conflicts'][number] | undefined): string =>
  `refused to callers in two of ${conflict?.groups.join(', ') ?? ''}`;

const classOf = (rule: RuleState): string => rule.charAt(0);

/** The words are the cell's text; its sign is drawn in their place. End tags may be left out. */
function cellOf(cell: Cell, isApart: boolean): string {
  const classes = [
    classOf(cell.rule),
    ...(shadowNote(cell) === undefined ? [] : ['shadow']),
    ...(isApart ? ['apart'] : []),
  ];
  const name = classes.length === 1 ? classes.join('') : `"${classes.join(' ')}"`;
  return `<td class=${name}>${escapeHtml(labelOfCell(cell))}${isApart ? ', refused with another group of the conflict' : ''}`;
}

const RULES = Object.keys(CELL_LABELS) as readonly RuleState[];

const signStyle = (): string =>
  RULES.map(
    (rule) => `\ntd.${classOf(rule)}::before { content: "${CELL_LABELS[rule].sign}" / ""; }`,
  ).join('');

const LEGEND = `<ul>
${RULES.map((rule) => `<li><span class="${classOf(rule)}" aria-hidden="true">${CELL_LABELS[rule].sign}</span>${CELL_LABELS[rule].label}</li>`).join('\n')}
<li><i>shadow</i>&nbsp; the rules of the route are not enforced; the note says what the gateway does</li>
<li><i>conflict</i>&nbsp; refused to callers in two of the groups that are named; their cells have a *</li>
</ul>`;

/** They need the script, which takes `hidden` away. */
const FILTERS = `<form id="form" hidden>
<label>Routes<input type="search" id="route" placeholder="get orders" autocomplete="off"></label>
<label>Groups and machines<input type="search" id="subject" placeholder="readers" autocomplete="off"></label>
<label>With a cell that is<select id="state"><option value="">any</option>${RULES.map((rule) => `<option value="${classOf(rule)}">${CELL_LABELS[rule].label}</option>`).join('')}</select></label>
<label class="check"><input type="checkbox" id="used"> only columns with a grant or a deny</label>
<output id="count"></output>
</form>`;
