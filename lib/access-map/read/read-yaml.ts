/** Reads YAML text: encoding, syntax and the traps of both; yaml-data.ts makes plain data of it. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { type MapDocument, newReport, type Report } from '../report/cursor.ts';
import { code, type Place, type Problem } from '../report/problems.ts';
import { accessMapSchema } from '../schema/schema.ts';
import { MAX_MAP_DEPTH, toData } from './yaml-data.ts';
import {
  explainYaml,
  indentationDetail,
  isGrammar,
  isOpenQuote,
  lineAround,
  tagDetail,
  unusualIndentation,
} from './yaml-traps.ts';

/** Bound of a file: what exceeds it is refused before it can exhaust the parser. */
const MAX_MAP_CHARACTERS = 4_000_000;

const EXPECTED = 'an access map with `api`, `okta` and `routes`';

export interface ReadMap {
  /** Absent where the text has no structure to evaluate. */
  readonly document?: MapDocument;
  readonly problems: readonly Problem[];
  /** Pointers of values that a problem has been reported for. */
  readonly broken: ReadonlySet<string>;
}

/** Keys of which a map, or a map for a stage, has one at least. */
const MAP_KEYS = Object.keys(accessMapSchema.properties);

/**
 * @param keys top-level keys of which the file must have one: the text of another file never
 * reaches a message, since it may be one that the reader of the message must not see.
 */
export function readYaml(
  bytes: Uint8Array,
  source: string,
  keys: readonly string[] = MAP_KEYS,
): ReadMap {
  const lines = new LineCounter();
  const placeAt = (offset: number, path: string): Place => {
    const { line, col } = lines.linePos(offset);
    return { source, path, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const reportAt = (offset: number): Report =>
    newReport({ placeOf: (pointer) => placeAt(offset, pointer) });
  const start = reportAt(0);
  const without = (problems: readonly Problem[]): ReadMap => ({ problems, broken: new Set() });
  const text = decode(bytes, start);
  if (text === undefined) return without(start.problems);
  const tree = parse(text, lines);
  if (!tree) return without(tooComplex(start));
  if (isBlank(tree) && tree.errors.length === 0) {
    start.error('MAP_EMPTY', '', { expected: EXPECTED, found: 'nothing' });
    return without(start.problems);
  }
  if (!hasKey(tree, text, keys)) {
    const found =
      keys.length > 1 ? 'a file without any key of a map' : `a file without ${code(keys.join())}`;
    start.error('MAP_FOREIGN', '', { expected: EXPECTED, found });
    return without(start.problems);
  }
  const syntax = reportSyntax(tree, text, reportAt);
  if (syntax.structureLost) return without(syntax.problems);
  const { data, offsetOf, problems, broken } = toData(tree, reportAt);
  const placeOf: MapDocument['placeOf'] = (pointer, of = 'value') =>
    placeAt(offsetOf(pointer, of), pointer);
  return {
    document: { source, data, placeOf },
    problems: [...syntax.problems, ...problems],
    broken,
  };
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
    report.error('FILE_ENCODING', '', {
      expected,
      found: 'bytes that are not UTF-8',
      fix: 'save it as UTF-8',
    });
    return undefined;
  }
}

function tooComplex(report: Report): readonly Problem[] {
  report.error('FILE_TOO_COMPLEX', '', {
    expected: `at most ${MAX_MAP_CHARACTERS} characters and ${MAX_MAP_DEPTH} levels`,
    found: 'a larger or deeper file',
  });
  return report.problems;
}

function parse(text: string, lineCounter: LineCounter): Document | undefined {
  // The parser recurses on nesting and may take the process down with it, so the depth is bounded
  // before it runs.
  if (text.length > MAX_MAP_CHARACTERS || nestsDeeply(text)) return undefined;
  try {
    // Keys are compared in yaml-data.ts: the parser's own comparison takes minutes for a very large
    // mapping.
    return parseDocument(text, {
      schema: 'failsafe',
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      merge: false,
      logLevel: 'error',
    });
  } catch {
    return undefined;
  }
}

function nestsDeeply(text: string): boolean {
  let brackets = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]|\n/g)) {
    if (bracket === '[' || bracket === '{') brackets++;
    else if (bracket !== '\n' && brackets > 0) brackets--;
    if (brackets > MAX_MAP_DEPTH * 8) return true;
  }
  return new RegExp(`(?:[-?:][ \\t]+){${MAX_MAP_DEPTH * 8}}`).test(text);
}

interface Syntax {
  readonly problems: readonly Problem[];
  readonly structureLost: boolean;
}

/**
 * Tags and further documents leave a structure that is worth evaluating; after other errors it is
 * guesswork.
 */
function reportSyntax(tree: Document, text: string, reportAt: (offset: number) => Report): Syntax {
  const odd = unusualIndentation(text);
  if (odd !== undefined) {
    const report = reportAt(odd);
    report.error('YAML_SYNTAX', '', indentationDetail(text.charAt(odd)));
    return { problems: report.problems, structureLost: true };
  }
  const problems: Problem[] = [];
  const errors: YAMLError[] = [...tree.errors, ...tree.warnings];
  const lines = new Set<number>();
  for (const error of errors) {
    const [end] = error.pos;
    const at = isOpenQuote(error) ? openingQuote(tree, end) : end;
    const { detail, fatal, ...explained } = explainYaml(error, text, at);
    const line = text.slice(0, at).split('\n').length;
    // One trap a line: further errors of the grammar follow from it.
    if (fatal && (lines.has(line) || (lines.size > 0 && isGrammar(detail)))) continue;
    if (fatal) lines.add(line);
    const report = reportAt(at);
    report.error(explained.code, '', detail);
    problems.push(...report.problems);
  }
  const structureLost = lines.size > 0;
  const known = new Set(errors.map(({ pos }) => pos[0]));
  for (const at of explicitTags(tree, text).filter((offset) => !known.has(offset))) {
    const report = reportAt(at);
    report.error('YAML_TAG', '', tagDetail(lineAround(text, at)));
    problems.push(...report.problems);
  }
  return { problems, structureLost };
}

/** Finds the start of a quoted text without an end quote; the parser knows only where it ends. */
function openingQuote(tree: Document, end: number): number {
  let start = end;
  visit(tree, {
    Scalar(_, { type, range }) {
      if (type?.startsWith('QUOTE_') && range && range[0] < end) [start] = range;
    },
  });
  return start;
}

/**
 * Whether a file is meant as a map; of a broken text, whether a line begins as one of a map does.
 */
function hasKey(tree: Document, text: string, keys: readonly string[]): boolean {
  const isWhole = tree.errors.length === 0;
  if (isWhole && isMap(tree.contents)) return keys.some((key) => tree.has(key));
  // A message says of a list only that it is one.
  if (isWhole && isSeq(tree.contents)) return keys === MAP_KEYS;
  return new RegExp(`(?:^|[{,])[ \\t]*["']?(?:${keys.join('|')})["']?[ \\t]*:`, 'm').test(text);
}

/** Finds the tags that the parser obeys: `!!binary` would hide what a text says. */
function explicitTags(tree: Document, text: string): readonly number[] {
  const offsets: number[] = [];
  visit(tree, {
    Node(_, node) {
      const [start] = node.range ?? [0];
      if (!isAlias(node) && node.tag !== undefined) offsets.push(text.lastIndexOf('!', start));
    },
  });
  // `!!` is one tag.
  return offsets.map((at) => (text[at - 1] === '!' ? at - 1 : at));
}

function isBlank(tree: Document): boolean {
  const { contents } = tree;
  return contents === null || (isScalar(contents) && contents.value === '');
}
