/** Reads YAML into plain data with the place of every value. All scalars stay text as written: `0123456789` and `12e456` are names. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { type MapDocument, newReport, type Report } from './cursor.ts';
import { code, escapePointer, type Place, type Problem } from './problems.ts';
import { explainYaml } from './yaml-traps.ts';

/** Bounds of a file: what exceeds them is refused before it can exhaust the parser. */
const MAX_CHARACTERS = 4_000_000;
const MAX_NODES = 500_000;
const MAX_DEPTH = 32;

export interface YamlReading {
  /** Absent where the text has no structure to judge. */
  readonly document?: MapDocument;
  readonly problems: readonly Problem[];
}

interface Walk {
  readonly tree: Document;
  readonly report: Report;
  readonly offsets: Map<string, { readonly key: number; readonly value: number }>;
  nodes: number;
}

export function readYaml(bytes: Uint8Array, source: string): YamlReading {
  const lines = new LineCounter();
  const offsets: Walk['offsets'] = new Map();
  const placeAt = (offset: number, path: string): Place => {
    const { line, col } = lines.linePos(offset);
    return { source, path, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const placeOf: MapDocument['placeOf'] = (pointer, of = 'value') => placeAt(offsetOf(offsets, pointer, of), pointer);
  const report = newReport({ placeOf });
  const text = decode(bytes, report);
  if (text === undefined) return { problems: report.problems };
  const tree = parse(text, lines);
  if (!tree) return { problems: tooComplex(report) };
  const broken = reportSyntax(tree, text, (offset) => newReport({ placeOf: (pointer) => placeAt(offset, pointer) }));
  if (broken.structureLost) return { problems: broken.problems };
  const walk: Walk = { tree, report, offsets, nodes: 0 };
  if (isBlank(tree)) {
    report.error('MAP_EMPTY', '', { expected: 'an access map with `api`, `okta` and `routes`', found: 'nothing' });
    return { problems: [...broken.problems, ...report.problems] };
  }
  const data = plain(walk, tree.contents, '', 0);
  return { document: { source, data, placeOf }, problems: [...broken.problems, ...report.problems] };
}

function decode(bytes: Uint8Array, report: Report): string | undefined {
  const expected = 'a file in UTF-8';
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    report.error('FILE_ENCODING', '', { expected, found: 'UTF-16', fix: 'save it as UTF-8' });
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    report.error('FILE_ENCODING', '', { expected, found: 'bytes that are not UTF-8', fix: 'save it as UTF-8' });
    return undefined;
  }
}

function tooComplex(report: Report): readonly Problem[] {
  report.error('FILE_TOO_COMPLEX', '', {
    expected: `at most ${MAX_CHARACTERS} characters and ${MAX_DEPTH} levels`,
    found: 'a larger or deeper file',
  });
  return report.problems;
}

function parse(text: string, lineCounter: LineCounter): Document | undefined {
  // The parser recurses on nesting and may take the process down with it, so the depth is bounded before it runs.
  if (text.length > MAX_CHARACTERS || nestsDeeply(text)) return undefined;
  try {
    return parseDocument(text, { schema: 'failsafe', lineCounter, prettyErrors: false, merge: false, logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function nestsDeeply(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]|\n/g)) {
    if (bracket === '[' || bracket === '{') open++;
    else if (bracket !== '\n' && open > 0) open--;
    if (open > MAX_DEPTH * 8) return true;
  }
  return new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH * 8}}`).test(text);
}

interface Syntax {
  readonly problems: readonly Problem[];
  readonly structureLost: boolean;
}

/** Duplicate keys, tags and further documents leave a structure that is worth judging; after other errors it is guesswork. */
function reportSyntax(tree: Document, text: string, reportAt: (offset: number) => Report): Syntax {
  const problems: Problem[] = [];
  const errors: YAMLError[] = [...tree.errors, ...tree.warnings];
  let trapLine = -1;
  let structureLost = false;
  for (const error of errors) {
    const { code, detail, fatal } = explainYaml(error, text);
    const line = text.slice(0, error.pos[0]).split('\n').length;
    if (fatal && trapLine === line) continue;
    if (fatal) trapLine = line;
    structureLost ||= fatal;
    const report = reportAt(error.pos[0]);
    report.error(code, '', detail);
    problems.push(...report.problems);
  }
  return { problems, structureLost };
}

function isBlank(tree: Document): boolean {
  const { contents } = tree;
  return contents === null || (isScalar(contents) && contents.value === '');
}

function plain(walk: Walk, node: unknown, pointer: string, depth: number): unknown {
  walk.nodes++;
  if (depth > MAX_DEPTH || walk.nodes > MAX_NODES) {
    if (walk.nodes <= MAX_NODES || walk.nodes === MAX_NODES + 1) {
      walk.report.error('FILE_TOO_COMPLEX', '', { expected: `at most ${MAX_DEPTH} levels and ${MAX_NODES} values`, found: 'more' });
    }
    return null;
  }
  if (isAlias(node)) return plainAlias(walk, node, pointer, depth);
  if (isMap(node)) return plainMap(walk, node, pointer, depth);
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      const child = `${pointer}/${index}`;
      note(walk, child, item as Node, item as Node);
      return plain(walk, item, child, depth + 1);
    });
  }
  if (!isScalar(node)) return null;
  return node.value === '' && (node.type === 'PLAIN' || node.type === undefined) ? null : String(node.value);
}

function plainAlias(walk: Walk, node: import('yaml').Alias, pointer: string, depth: number): unknown {
  const target = node.resolve(walk.tree);
  if (target) return plain(walk, target, pointer, depth + 1);
  walk.report.error('YAML_ALIAS', pointer, { expected: 'an anchor that stands before its alias', found: code(`*${node.source}`) });
  return null;
}

function plainMap(walk: Walk, map: YAMLMap, pointer: string, depth: number): unknown {
  const data: Record<string, unknown> = Object.create(null);
  for (const pair of map.items) {
    const key = keyOf(walk, pair, pointer);
    if (key === undefined) continue;
    const child = `${pointer}/${escapePointer(key)}`;
    if (!Object.hasOwn(data, key)) {
      note(walk, child, pair.key as Node, (pair.value ?? pair.key) as Node);
      data[key] = plain(walk, pair.value, child, depth + 1);
    }
  }
  return data;
}

function keyOf(walk: Walk, pair: Pair, pointer: string): string | undefined {
  const { key } = pair;
  if (isScalar(key) && key.value !== '<<') return String(key.value);
  note(walk, pointer, key as Node, key as Node);
  const found = isScalar(key) ? '`<<`' : 'a list, a mapping or an alias';
  const fix = isScalar(key) ? 'merge keys are not read, use an alias as a value' : 'put text in quotes';
  walk.report.error('YAML_KEY', pointer, { expected: 'text as a key', found, fix }, 'key');
  return undefined;
}

function note(walk: Walk, pointer: string, key: Node | null, value: Node | null): void {
  const keyOffset = key?.range?.[0] ?? 0;
  const empty = isScalar(value) && value.value === '' && value.type === 'PLAIN';
  walk.offsets.set(pointer, { key: keyOffset, value: empty ? keyOffset : (value?.range?.[0] ?? keyOffset) });
}

/** A value that is not in the file stands where the nearest mapping around it stands. */
function offsetOf(offsets: Walk['offsets'], pointer: string, of: 'key' | 'value'): number {
  const own = offsets.get(pointer);
  if (own) return own[of];
  const parent = pointer.lastIndexOf('/');
  return parent < 0 ? 0 : offsetOf(offsets, pointer.slice(0, parent), 'key');
}
