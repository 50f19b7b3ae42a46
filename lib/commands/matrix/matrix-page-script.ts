/** The filters of the page, and what a cell says when it is pointed at. */
export const MATRIX_SCRIPT = `
'use strict';
const byId = (id) => document.getElementById(id);
const table = document.querySelector('table');
const subjects = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
const rows = [...table.tBodies[0].rows].map((row) => ({
  row,
  key: row.cells[0].textContent.toLowerCase(),
  states: [...row.cells].slice(1).map((cell) => cell.className.charAt(0)).join(''),
}));
const typed = (id) => byId(id).value.toLowerCase().split(/\\s+/).filter(Boolean);
const matches = (text, parts) => parts.every((part) => text.includes(part));
let columnsShown = new Set(subjects.keys());
/** Only the columns that change are touched: a large map has 100,000 cells. */
function showColumns(next) {
  const changed = [...subjects.keys()].filter((at) => next.has(at) !== columnsShown.has(at));
  columnsShown = next;
  for (const { cells } of table.rows) for (const at of changed) cells[at + 1].hidden = !next.has(at);
}
function filter() {
  const [route, subject, state] = [typed('route'), typed('subject'), byId('state').value];
  let columns = subjects.map((_, at) => at).filter((at) => matches(subjects[at].toLowerCase(), subject));
  const shown = rows.filter(({ key, states }) => matches(key, route) && (!state || columns.some((at) => states[at] === state)));
  if (byId('used').checked) columns = columns.filter((at) => shown.some(({ states }) => 'ad'.includes(states[at])));
  const kept = new Set(shown);
  for (const one of rows) one.row.hidden = !kept.has(one);
  showColumns(new Set(columns));
  byId('count').textContent = shown.length + ' of ' + rows.length + ' routes, ' + columns.length + ' of ' + subjects.length + ' groups and machines';
  byId('part').textContent = shown.length === rows.length && columns.length === subjects.length ? '' : 'A part of the matrix: ' + byId('count').textContent + '.';
  byId('empty').hidden = shown.length > 0;
}
for (const id of ['route', 'subject', 'state', 'used']) byId(id).addEventListener('input', filter);
byId('form').addEventListener('submit', (event) => event.preventDefault());
table.addEventListener('pointerover', ({ target }) => {
  const cell = target.closest('td');
  if (cell && !cell.title) cell.title = subjects[cell.cellIndex - 1] + ', ' + cell.parentElement.cells[0].title + ': ' + cell.textContent;
});
for (const { row } of rows) {
  const [head] = row.cells;
  head.title = [...head.childNodes].slice(0, 2).map((node) => node.textContent).join('').trim();
}
byId('form').hidden = false;
filter();
`;
