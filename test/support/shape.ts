/** The shape of source files: functions, and conditional expressions inside parts of another. */
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

export interface FunctionShape {
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
}

export interface Shape {
  readonly functions: readonly FunctionShape[];
  /** Lines of conditional expressions that stand in a part of another one of the same function. */
  readonly nestedConditionals: readonly number[];
}

interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly params?: readonly unknown[];
  /** Of a method of a class. */
  readonly function?: { readonly params: readonly unknown[] };
}

const FUNCTIONS = new Set([
  'ArrowFunctionExpression',
  'ClassMethod',
  'Constructor',
  'FunctionDeclaration',
  'FunctionExpression',
  'MethodProperty',
  'PrivateMethod',
]);

export function shapeOf(source: string, tsx = false): Shape {
  const functions: FunctionShape[] = [];
  const nestedConditionals: number[] = [];
  // The parser counts on from file to file: the first statement says where this file starts.
  const text = Buffer.from(`;${source.replace(/^#!/, '//')}`);
  const tree = parseSync(text.toString(), { syntax: 'typescript', tsx });
  const lineOf = (offset: number) =>
    text
      .subarray(0, offset - tree.span.start)
      .toString()
      .split('\n').length;
  const visit = (node: unknown, inConditional: boolean): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, span, params, function: method } = node as Node;
    const isFunction = FUNCTIONS.has(type);
    if (isFunction) {
      const line = lineOf(span.start);
      const lines = lineOf(span.end) - line + 1;
      functions.push({ line, lines, parameters: (params ?? method?.params ?? []).length });
    }
    const isConditional = type === 'ConditionalExpression';
    if (isConditional && inConditional) nestedConditionals.push(lineOf(span.start));
    const within = !isFunction && (inConditional || isConditional);
    for (const child of Object.values(node)) visit(child, within);
  };
  visit(tree, false);
  return { functions, nestedConditionals };
}

export const shapeIn = (file: string): Shape =>
  shapeOf(readFileSync(file, 'utf8'), file.endsWith('.tsx'));

const COLUMNS = 100;
/** A row of a table, what a tool reads on one line, and one address or path cannot be broken. */
const UNBREAKABLE = /^(?:\||biome-ignore |@ts-|\S+$)/;

/** Lines that are a comment and longer than what the formatter allows of code. */
export function longCommentsOf(source: string): readonly number[] {
  let inBlock = false;
  return source.split('\n').flatMap((line, at) => {
    const isBlock = inBlock || /^\s*\/\*/.test(line);
    inBlock = isBlock && !line.includes('*/');
    const text = /^\s*(?:\/\/+|\/?\*+)\s*(.*)$/.exec(line)?.[1];
    const isComment = text !== undefined && (isBlock || /^\s*\/\//.test(line));
    return isComment && [...line].length > COLUMNS && !UNBREAKABLE.test(text) ? [at + 1] : [];
  });
}

export const longCommentsIn = (file: string): readonly number[] =>
  longCommentsOf(readFileSync(file, 'utf8'));
