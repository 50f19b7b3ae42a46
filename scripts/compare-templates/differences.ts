/** Finds the places at which two values differ. */

import { CODE } from './assembly.ts';

export interface Difference {
  /** Keys from the outside to the inside. */
  readonly path: readonly string[];
  readonly old: string;
  readonly new: string;
  /**
   * `text` is for people, `code` the bytes of a function's code: both may change while what is
   * deployed does the same.
   */
  readonly of: 'text' | 'code' | 'behaviour';
}

const TEXTS: ReadonlySet<string> = new Set(['Description', 'AlarmDescription']);
const NOTHING = Symbol('nothing');
/** Characters of a value that are shown. */
const SHOWN = 160;

export function differences(
  before: unknown,
  after: unknown,
  path: readonly string[] = [],
): readonly Difference[] {
  if (before === after) return [];
  const [old, young] = [opened(before), opened(after)];
  if (
    isParent(old) &&
    isParent(young) &&
    Array.isArray(old) === Array.isArray(young) &&
    !TEXTS.has(path.at(-1) ?? '')
  ) {
    const keys = new Set([...Object.keys(old), ...Object.keys(young)]);
    return [...keys].flatMap((key) =>
      differences(childOf(old, key), childOf(young, key), [...path, key]),
    );
  }
  const [oldText, newText] = [textOf(before), textOf(after)];
  if (oldText === newText) return [];
  const start = Math.max(0, firstDifference(oldText, newText) - SHOWN / 4);
  return [{ path, old: excerpt(oldText, start), new: excerpt(newText, start), of: kindOf(path) }];
}

function kindOf(path: readonly string[]): Difference['of'] {
  if (path.some((key) => TEXTS.has(key))) return 'text';
  return path[0] === 'assets' && path[2] === CODE ? 'code' : 'behaviour';
}

type Parent = Readonly<Record<string, unknown>>;
const isParent = (value: unknown): value is Parent => typeof value === 'object' && value !== null;
const childOf = (parent: Parent, key: string): unknown =>
  Object.hasOwn(parent, key) ? parent[key] : NOTHING;
const textOf = (value: unknown): string => (value === NOTHING ? 'nothing' : JSON.stringify(value));

/** Documents that a template has as text are compared as documents. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function firstDifference(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return length;
}

const excerpt = (text: string, start: number): string =>
  `${start > 0 ? '…' : ''}${text.slice(start, start + SHOWN)}${text.length > start + SHOWN ? '…' : ''}`;
