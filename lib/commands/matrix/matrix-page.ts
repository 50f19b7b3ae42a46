/**
 * The matrix as one HTML file: no network, light and dark, large maps by drawing only the rows that
 * are seen.
 */
import type { Matrix } from '../../verdicts/access-matrix.ts';
import { shadowNote } from '../../verdicts/cells.ts';

/** Data goes in as JSON text that no markup can end; names are set as text, never as markup. */
export function matrixPage(matrix: Matrix): string {
  const data = {
    ...matrix,
    routes: matrix.routes.map(({ key, noGroup, cells, conflicts }) => ({
      key,
      note: [shadowNote(noGroup) ?? [], conflicts.map((at) => conflictNote(matrix.conflicts[at]))]
        .flat()
        .join('; '),
      shadow: shadowNote(noGroup) !== undefined,
      cells: cells.map(({ rule }) => rule.charAt(0)).join(''),
    })),
  };
  return PAGE.replace('__DATA__', () =>
    JSON.stringify(data).replace(
      /[<>&\u2028\u2029]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

const conflictNote = (conflict: Matrix['conflicts'][number] | undefined): string =>
  `conflict: refused to who holds two of ${conflict?.groups.join(', ') ?? ''}`;

const STYLE = `
:root { color-scheme: light dark; --line: #d8dde3; --head: #f4f6f8; --page: #fff; --ink: #1c2733; --soft: #5b6875;
  --allow: #d3f0dc; --allow-ink: #0b5c2b; --deny: #fbd9d6; --deny-ink: #8f1d14; --all: #dbe7fb; --all-ink: #1d4a91; --hover: #fff3c4; }
@media (prefers-color-scheme: dark) { :root { --line: #36404b; --head: #1f262e; --page: #14191f; --ink: #e4e9ee; --soft: #9aa7b4;
  --allow: #12402a; --allow-ink: #8fe3b0; --deny: #53201c; --deny-ink: #ffb4ab; --all: #1b3358; --all-ink: #a9c9ff; --hover: #4a4320; } }
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; font: 14px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--page); }
header { padding: 14px 18px 10px; border-bottom: 1px solid var(--line); }
h1 { margin: 0 0 10px; font-size: 18px; } h1 small { font-weight: normal; font-size: 13px; color: var(--soft); margin-left: 10px; }
form { display: flex; flex-wrap: wrap; gap: 10px 18px; align-items: end; }
label { font-size: 12px; color: var(--soft); display: grid; gap: 3px; }
label.check { display: flex; align-items: center; gap: 6px; padding-bottom: 5px; }
input[type=search], select { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 5px 8px; width: 210px; }
select { width: 130px; } output { color: var(--soft); padding-bottom: 5px; }
ul { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 10px 0 0; padding: 0; font-size: 12px; color: var(--soft); }
ul span { display: inline-block; min-width: 22px; text-align: center; border-radius: 4px; margin-right: 5px; border: 1px solid var(--line); }
#scroll { flex: 1; overflow: auto; }
table { border-collapse: separate; border-spacing: 0; table-layout: fixed; width: max-content; }
th, td { border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); height: 28px; padding: 0; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--head); height: 150px; vertical-align: bottom; width: 34px; }
thead th.corner { left: 0; z-index: 3; width: 380px; text-align: left; padding: 8px 12px; font-weight: 600; }
thead th div { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
  max-height: 142px; padding: 2px 0 6px; margin: 0 auto; font-weight: 500; font-size: 12.5px; }
thead th.machine div { font-style: italic; }
tbody th { position: sticky; left: 0; z-index: 1; background: var(--head); text-align: left; font: 12.5px/1.2 ui-monospace, monospace;
  padding: 0 12px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 380px; }
tbody th b { display: inline-block; width: 62px; color: var(--soft); font-weight: 600; }
td { text-align: center; font-size: 12px; width: 34px; }
.a { background: var(--allow); color: var(--allow-ink); } .d { background: var(--deny); color: var(--deny-ink); font-weight: 700; }
.p, .s { background: var(--all); color: var(--all-ink); } .c { color: var(--soft); }
td.shadow { outline: 1px dashed var(--soft); outline-offset: -3px; } tbody th i { margin-left: 8px; font-size: 11px; color: var(--soft); }
tr:hover th, tr:hover td.c, th.hot { background: var(--hover); }
.empty { padding: 30px; color: var(--soft); }`;

const SCRIPT = `
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);
const signs = { a: ['\\u2713', 'allowed'], d: ['\\u2715', 'denied, whatever other groups allow'], c: ['\\u00b7', 'closed'], p: ['P', 'public: no token needed'], s: ['S', 'signed in: any valid token'] };
const rowHeight = 28;
let shown = { routes: [], columns: [] };
const stateOf = (route, column) => route.cells[column];
const words = (text) => text.toLowerCase().split(/\\s+/).filter(Boolean);
const matches = (text, wanted) => { const lower = text.toLowerCase(); return wanted.every((word) => lower.includes(word)); };
function filter() {
  const [route, subject, state] = [words(byId('route').value), words(byId('subject').value), byId('state').value];
  let columns = data.subjects.map((_, index) => index).filter((index) => matches(data.subjects[index].name, subject));
  let routes = data.routes.filter((one) => matches(one.key, route));
  if (state) routes = routes.filter((one) => columns.some((column) => stateOf(one, column) === state));
  if (byId('used').checked) columns = columns.filter((column) => routes.some((one) => 'ad'.includes(stateOf(one, column))));
  shown = { routes, columns };
  byId('count').textContent = routes.length + ' of ' + data.routes.length + ' routes, ' + columns.length + ' of ' + data.subjects.length + ' groups and machines';
  drawHead(); byId('scroll').scrollTop = 0; draw(true);
}
function cell(tag, text, className, title) {
  const node = document.createElement(tag); node.textContent = text;
  if (className) node.className = className; if (title) node.title = title; return node;
}
function drawHead() {
  const row = document.createElement('tr'); row.append(Object.assign(cell('th', 'Route', 'corner'), { scope: 'col' }));
  for (const column of shown.columns) {
    const subject = data.subjects[column]; const node = cell('th', '', subject.kind, subject.kind + ' ' + subject.name);
    node.scope = 'col'; node.append(cell('div', subject.name)); row.append(node);
  }
  byId('head').replaceChildren(row);
}
let drawn = '';
function draw(force) {
  const scroll = byId('scroll'); const count = shown.routes.length;
  const first = Math.max(0, Math.floor(scroll.scrollTop / rowHeight) - 12);
  const last = Math.min(count, first + Math.ceil(scroll.clientHeight / rowHeight) + 24);
  if (!force && drawn === first + '-' + last) return; drawn = first + '-' + last;
  const spacer = (rows) => { const row = document.createElement('tr'); row.style.height = rows * rowHeight + 'px'; return row; };
  const rows = shown.routes.slice(first, last).map((route) => {
    const row = document.createElement('tr'); const head = cell('th', '', '', route.key); head.scope = 'row';
    const at = route.key.indexOf(' '); head.append(cell('b', route.key.slice(0, at)), route.key.slice(at + 1)); if (route.note) head.append(cell('i', route.shadow ? 'shadow' : 'conflict', '', route.note)); row.append(head);
    for (const column of shown.columns) {
      const state = stateOf(route, column); const [sign, says] = signs[state];
      row.append(cell('td', sign, route.shadow ? state + ' shadow' : state, data.subjects[column].name + ', ' + route.key + ': ' + says + (route.note ? ' (' + route.note + ')' : '')));
    }
    return row;
  });
  byId('body').replaceChildren(spacer(first), ...rows, spacer(count - last));
  byId('empty').hidden = count > 0;
}
byId('title').firstChild.textContent = 'Who may call ' + data.name;
byId('version').textContent = 'version ' + data.version; document.title = 'Access matrix of ' + data.name;
for (const id of ['route', 'subject', 'state', 'used']) byId(id).addEventListener('input', filter);
byId('form').addEventListener('submit', (event) => event.preventDefault());
byId('scroll').addEventListener('scroll', () => requestAnimationFrame(() => draw(false)), { passive: true });
addEventListener('resize', () => draw(true));
filter();`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Access matrix</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1 id="title">Who may call <small id="version"></small></h1>
<form id="form">
<label>Routes<input type="search" id="route" placeholder="get orders" autocomplete="off"></label>
<label>Groups and machines<input type="search" id="subject" placeholder="readers" autocomplete="off"></label>
<label>With a cell that is<select id="state"><option value="">any</option><option value="a">allowed</option><option value="d">denied</option><option value="c">closed</option><option value="s">signed in</option><option value="p">public</option></select></label>
<label class="check"><input type="checkbox" id="used"> only columns with a grant or a deny</label>
<output id="count"></output>
</form>
<ul>
<li><span class="a">&#10003;</span>allowed</li>
<li><span class="d">&#10005;</span>denied, whatever other groups allow</li>
<li><span class="c">&middot;</span>closed</li>
<li><span class="s">S</span>signed in: any valid token</li>
<li><span class="p">P</span>public: no token needed</li>
<li><i>shadow</i>&nbsp; what the rules say is not enforced on the route; point at a cell for what the gateway does</li>
</ul>
</header>
<div id="scroll" tabindex="0" role="region" aria-label="Matrix"><table><thead id="head"></thead><tbody id="body"></tbody></table>
<p class="empty" id="empty" hidden>No route fits the filters.</p></div>
<script type="application/json" id="data">__DATA__</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
