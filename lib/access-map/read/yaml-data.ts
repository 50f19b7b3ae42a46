/**
 * Makes plain data of a YAML tree. All scalars stay text as written: `0123456789`, `12e456`, `true`
 * and `null` are names.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Report } from '../report/cursor.ts';
import {
  code,
  type Detail,
  escapePointer,
  type Problem,
  type ProblemCode,
} from '../report/problems.ts';

/** Bounds of the data: aliases can make a small file a large one. */
export const MAX_MAP_DEPTH = 32;
const MAX_NODES = 200_000;

interface Offsets {
  readonly key: number;
  readonly value: number;
}

export interface YamlData {
  /** Objects have no prototype; an empty value is null. */
  readonly data: unknown;
  /**
   * Offset in the text of a value, or of its key; of the nearest value around it if there is no
   * such value.
   */
  readonly offsetOf: (pointer: string, of: keyof Offsets) => number;
  readonly problems: readonly Problem[];
  /** Pointers of values that could not be read. */
  readonly broken: ReadonlySet<string>;
}

interface Walk {
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly offsets: Map<string, Offsets>;
  /** Aliased nodes on the current path: meeting one again is a cycle. */
  readonly visiting: Set<unknown>;
  readonly problems: Problem[];
  readonly broken: Set<string>;
  readonly reportAt: (offset: number) => Report;
  nodes: number;
}

export function toData(tree: Document, reportAt: Walk['reportAt']): YamlData {
  const walk: Walk = {
    targets: aliasTargets(tree),
    offsets: new Map(),
    visiting: new Set(),
    problems: [],
    broken: new Set(),
    reportAt,
    nodes: 0,
  };
  note(walk, '', tree.contents, tree.contents);
  const data = plain(walk, tree.contents, '', 0);
  return {
    data,
    offsetOf: (pointer, of) => offsetOf(walk.offsets, pointer, of),
    problems: walk.problems,
    broken: walk.broken,
  };
}

/**
 * What each alias stands for: the last node before it that has the name. The parser's own
 * `resolve` reads the whole tree for one alias, so that thousands of them take minutes.
 */
function aliasTargets(tree: Document): ReadonlyMap<Alias, Node> {
  const named = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(tree, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = named.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor !== undefined) named.set(node.anchor, node);
    },
  });
  return targets;
}

function plain(walk: Walk, node: unknown, pointer: string, depth: number): unknown {
  walk.nodes++;
  if (depth > MAX_MAP_DEPTH || walk.nodes > MAX_NODES) return tooComplex(walk, pointer);
  if (isAlias(node)) return plainAlias(walk, node, pointer, depth);
  if (isMap(node)) return plainMap(walk, node, pointer, depth);
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      const child = `${pointer}/${index}`;
      note(walk, child, item, item);
      return plain(walk, item, child, depth + 1);
    });
  }
  return isScalar(node) && !isBlank(node) ? String(node.value) : null;
}

function tooComplex(walk: Walk, pointer: string): null {
  const found = 'a larger or deeper one';
  const known = walk.problems.some((problem) => problem.code === 'FILE_TOO_COMPLEX');
  if (!known)
    fail(walk, pointer, 'FILE_TOO_COMPLEX', {
      expected: `a map of at most ${MAX_MAP_DEPTH} levels and ${MAX_NODES} values`,
      found,
    });
  walk.broken.add(pointer);
  return null;
}

function plainAlias(walk: Walk, node: Alias, pointer: string, depth: number): unknown {
  const target = walk.targets.get(node);
  const found = code(`*${node.source}`);
  if (!target || walk.visiting.has(target)) {
    const expected = target
      ? 'an alias outside of the value that it refers to'
      : 'a text, or a name that `&` gives before it';
    fail(walk, pointer, 'YAML_ALIAS', {
      expected,
      found,
      ...(target ? {} : { fix: 'put a text that begins with `*` in quotes' }),
    });
    return null;
  }
  walk.visiting.add(target);
  const data = plain(walk, target, pointer, depth + 1);
  walk.visiting.delete(target);
  return data;
}

function plainMap(walk: Walk, map: YAMLMap, pointer: string, depth: number): unknown {
  const data: Record<string, unknown> = Object.create(null);
  for (const pair of map.items) {
    const key = keyOf(walk, pair, pointer);
    if (key === undefined) continue;
    const child = `${pointer}/${escapePointer(key)}`;
    if (Object.hasOwn(data, key)) {
      reportKey(walk, pair.key, child, {
        code: 'KEY_DUPLICATE',
        detail: { expected: 'each key once', found: `${code(key)} again` },
      });
      continue;
    }
    note(walk, child, pair.key, pair.value ?? pair.key);
    data[key] = plain(walk, pair.value, child, depth + 1);
  }
  return data;
}

function keyOf(walk: Walk, { key }: Pair, pointer: string): string | undefined {
  if (isScalar(key) && key.value !== '<<') return String(key.value);
  const detail = isScalar(key)
    ? {
        expected: 'a key',
        found: '`<<`',
        fix: 'merge keys are not supported, use an alias as a value',
      }
    : {
        expected: 'text as a key',
        found: 'a list, a mapping or an alias',
        fix: 'put text with braces or brackets in quotes',
      };
  reportKey(walk, key, pointer, { code: 'YAML_KEY', detail });
  // Other errors in a mapping that its author meant as a text follow from this one.
  if (!isScalar(key) && pointer !== '') walk.broken.add(pointer);
  return undefined;
}

function reportKey(
  walk: Walk,
  key: unknown,
  pointer: string,
  { code, detail }: { readonly code: ProblemCode; readonly detail: Detail },
): void {
  const report = walk.reportAt(startOf(key) ?? 0);
  report.error(code, pointer, detail);
  walk.problems.push(...report.problems);
}

function fail(walk: Walk, pointer: string, code: ProblemCode, detail: Detail): void {
  const report = walk.reportAt(offsetOf(walk.offsets, pointer, 'value'));
  report.error(code, pointer, detail);
  walk.problems.push(...report.problems);
  walk.broken.add(pointer);
}

const isBlank = (node: unknown): boolean =>
  isScalar(node) && node.value === '' && (node.type === 'PLAIN' || node.type === undefined);

const startOf = (node: unknown): number | undefined =>
  (node as Node | null | undefined)?.range?.[0];

/** A blank value is where its key is. */
function note(walk: Walk, pointer: string, key: unknown, value: unknown): void {
  const keyOffset = startOf(key) ?? 0;
  walk.offsets.set(pointer, {
    key: keyOffset,
    value: isBlank(value) ? keyOffset : (startOf(value) ?? keyOffset),
  });
}

function offsetOf(offsets: Walk['offsets'], pointer: string, of: keyof Offsets): number {
  const own = offsets.get(pointer);
  if (own) return own[of];
  const parent = pointer.lastIndexOf('/');
  return parent < 0 ? 0 : offsetOf(offsets, pointer.slice(0, parent), 'key');
}
