/** The shape of source files: conditional expressions inside parts of another, long comments. */
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
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

/** Lines of conditional expressions that stand in a part of another one of the same function. */
export function nestedConditionalsOf(source: string, tsx = false): readonly number[] {
  const nested: number[] = [];
  // Two of them have two question marks.
  if (source.indexOf('?') === source.lastIndexOf('?')) return nested;
  // The parser counts on from file to file: the first statement says where this file starts.
  const text = Buffer.from(`;${source.replace(/^#!/, '//')}`);
  const tree = parseSync(text.toString(), { syntax: 'typescript', tsx });
  const lineOf = (offset: number) =>
    text
      .subarray(0, offset - tree.span.start)
      .toString()
      .split('\n').length;
  const visit = (node: object, inConditional: boolean): void => {
    const { type, span } = node as Node;
    const isConditional = type === 'ConditionalExpression';
    if (isConditional && inConditional) nested.push(lineOf(span.start));
    const within = !FUNCTIONS.has(type) && (inConditional || isConditional);
    for (const [name, child] of Object.entries(node))
      if (typeof child === 'object' && child !== null && name !== 'span') visit(child, within);
  };
  visit(tree, false);
  return nested;
}

export const nestedConditionalsIn = (file: string): readonly number[] =>
  nestedConditionalsOf(readFileSync(file, 'utf8'), file.endsWith('.tsx'));

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
