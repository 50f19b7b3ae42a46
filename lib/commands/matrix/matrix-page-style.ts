/** How the page looks: on screens, narrow ones, and on paper. */
export const MATRIX_STYLE = `
:root { color-scheme: light dark; --line: #d8dde3; --head: #f4f6f8; --page: #fff; --ink: #1c2733; --soft: #55616e;
  --allow: #d3f0dc; --allow-ink: #0b5c2b; --deny: #fbd9d6; --deny-ink: #8f1d14; --all: #dbe7fb; --all-ink: #1d4a91; --hover: #fff3c4;
  --route: 380px; }
@media (prefers-color-scheme: dark) { :root { --line: #36404b; --head: #1f262e; --page: #14191f; --ink: #e4e9ee; --soft: #9aa7b4;
  --allow: #12402a; --allow-ink: #8fe3b0; --deny: #53201c; --deny-ink: #ffb4ab; --all: #1b3358; --all-ink: #a9c9ff; --hover: #4a4320; } }
* { box-sizing: border-box; }
html { background: var(--page); }
body { margin: 0; width: max-content; min-width: 100%; font: 14px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--page); }
header { position: sticky; left: 0; width: 100vw; max-width: 100%; padding: 14px 18px 10px; }
h1 { margin: 0 0 10px; font-size: 18px; } h1 small { font-weight: normal; font-size: 13px; color: var(--soft); margin-left: 10px; }
form { display: flex; flex-wrap: wrap; gap: 10px 18px; align-items: end; } form[hidden] { display: none; }
label { font-size: 12px; color: var(--soft); display: grid; gap: 3px; }
label.check { display: flex; align-items: center; gap: 6px; padding-bottom: 5px; }
input[type=search], select { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 5px 8px; width: 210px; max-width: 100%; }
output { color: var(--soft); padding-bottom: 5px; }
:focus-visible { outline: 3px solid var(--all-ink); outline-offset: 1px; }
ul { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 10px 0 0; padding: 0; font-size: 12px; color: var(--soft); }
ul span { display: inline-block; min-width: 22px; text-align: center; border-radius: 4px; margin-right: 5px; border: 1px solid var(--line); }
table { border-collapse: separate; border-spacing: 0; table-layout: fixed; width: max-content; border-top: 1px solid var(--line); }
th, td { border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); height: 28px; padding: 0; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--head); height: 150px; vertical-align: bottom; width: 34px; }
thead th:first-child { left: 0; z-index: 3; width: var(--route); text-align: left; padding: 8px 12px; font-weight: 600; }
thead th div { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
  max-height: 142px; padding: 2px 0 6px; margin: 0 auto; font-weight: 500; font-size: 12.5px; }
thead th.machine div { font-style: italic; }
tbody th { position: sticky; left: 0; z-index: 1; background: var(--head); text-align: left; font: 12.5px/1.3 ui-monospace, monospace;
  padding: 3px 12px; overflow-wrap: anywhere; }
tbody th b { color: var(--soft); font-weight: 600; } tbody th i { font-size: 11px; color: var(--soft); }
/* The note of a route is read aloud, and written where nobody can point at its word. */
@media screen and (min-width: 701px) { tbody th i span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } }
#part { display: none; }
/* The words of a cell are there for who searches, prints or listens; its sign is what is seen. */
td { text-align: center; font-size: 0; width: 34px; } td::before { font-size: 12px; }
td.apart::after { content: "*" / ""; font-size: 11px; }
.a { background: var(--allow); color: var(--allow-ink); } .d { background: var(--deny); color: var(--deny-ink); font-weight: 700; }
.p, .s { background: var(--all); color: var(--all-ink); } .c { color: var(--soft); }
td.shadow { outline: 1px dashed var(--soft); outline-offset: -3px; }
tr:hover th, tr:hover td.c { background: var(--hover); } thead tr:hover th { background: var(--head); }
#empty { padding: 30px; color: var(--soft); position: sticky; left: 0; width: max-content; }
@media (max-width: 700px) { :root { --route: 44vw; } th:first-child { padding-left: 8px !important; padding-right: 6px !important; } thead th { height: 120px; } thead th div { max-height: 112px; } }`;

const COLUMN_MM = 6;
/** Width of a letter of a route at the size on paper. */
const LETTER_MM = 1.7;
const MARGIN_MM = 10;
/** Height to width of paper that lies on its side: ISO 216. */
const LANDSCAPE = 1 / Math.SQRT2;

/**
 * On paper all of it, in the light colours: a sheet as wide as the table, which printers scale to
 * what they have; the head is on each.
 * @param longest letters of the longest route with its notes, and of the longest name of a column
 */
export function printStyle(
  longest: { readonly route: number; readonly column: number },
  columns: number,
): string {
  const route = Math.max(30, Math.ceil(longest.route * LETTER_MM) + 6);
  const head = Math.max(30, Math.ceil(longest.column * LETTER_MM) + 6);
  const width = Math.max(297, route + columns * COLUMN_MM + 2 * MARGIN_MM + 2);
  const height = Math.max(210, Math.round(width * LANDSCAPE), head + 100);
  return `
@page { size: ${width}mm ${height}mm; margin: ${MARGIN_MM}mm; }
@media print { :root { color-scheme: light; --line: #c3c9d0; --head: #f4f6f8; --page: #fff; --ink: #000; --soft: #444;
  --allow: #d3f0dc; --allow-ink: #0b5c2b; --deny: #fbd9d6; --deny-ink: #8f1d14; --all: #dbe7fb; --all-ink: #1d4a91; --route: ${route}mm; }
  * { print-color-adjust: exact; } form { display: none !important; } header { position: static; width: auto; padding: 0 0 4mm; }
  thead { display: table-header-group; } thead th, tbody th { position: static; } tr { break-inside: avoid; }
  thead th { width: ${COLUMN_MM}mm; } td { width: ${COLUMN_MM}mm; } th, td { height: 5mm; }
  thead th:first-child { width: ${route}mm; padding: 1mm 2mm; } tbody th { padding: 0.5mm 2mm; font-size: 10px; white-space: nowrap; }
  thead th { height: ${head}mm; } thead th div { font-size: 10px; max-height: none; }
  #part { display: block; } td::before { font-size: 9px; } }`;
}
