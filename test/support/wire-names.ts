/** Literals of source files: what a file writes out, in texts, names of members and numbers. */
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

export interface Literals {
  /** Texts, pieces of templates, and patterns of regular expressions. */
  readonly texts: readonly string[];
  /** Names of members, written with or without quotes. */
  readonly keys: readonly string[];
  /** Names of members that are read, by a dot or taken apart; not those of a constant. */
  readonly members: readonly string[];
  /** Numbers, and what is calculated of numbers alone. */
  readonly numbers: readonly number[];
}

export function literalsOf(source: string, tsx = false): Literals {
  const [texts, keys, members]: [string[], string[], string[]] = [[], [], []];
  const numbers: number[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value, cooked, pattern, key, object, property, properties } = node as Readonly<
      Record<string, unknown>
    >;
    if (type === 'ImportDeclaration') return;
    if (type === 'StringLiteral') texts.push(String(value));
    if (type === 'TemplateElement') texts.push(String(cooked));
    if (type === 'RegExpLiteral') texts.push(String(pattern));
    if (type === 'NumericLiteral' || type === 'BinaryExpression') numbers.push(...numberOf(node));
    if (type === 'MemberExpression' && !CONSTANT.test(nameOf(object)))
      members.push(nameOf(property));
    if (type === 'AssignmentPatternProperty') members.push(nameOf(key));
    if (type === 'ObjectExpression') keys.push(...shorthandsOf(properties));
    if (type === 'KeyValueProperty' || type === 'KeyValuePatternProperty') keys.push(nameOf(key));
    for (const [name, child] of Object.entries(node))
      if (typeof child === 'object' && name !== 'span') visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript', tsx }));
  return { texts, keys, members, numbers };
}

const read = new Map<string, Literals>();

/** Of a file, parsed once. */
export function literalsIn(file: string): Literals {
  const literals = read.get(file) ?? literalsOf(readFileSync(file, 'utf8'), file.endsWith('.tsx'));
  read.set(file, literals);
  return literals;
}

/** Tables of names are constants, and call a member as they like. */
const CONSTANT = /^[A-Z][A-Z\d_]*$/;

const CALCULATED: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '**': (left, right) => left ** right,
};

/** What an expression of numbers alone comes to; nothing for another one. */
function numberOf(node: unknown): readonly number[] {
  const { type, value, operator, left, right, expression } = node as Readonly<
    Record<string, unknown>
  >;
  if (type === 'NumericLiteral') return [Number(value)];
  if (type === 'ParenthesisExpression') return numberOf(expression);
  const calculate = type === 'BinaryExpression' ? CALCULATED[String(operator)] : undefined;
  if (!calculate) return [];
  const to = numberOf(right);
  return numberOf(left).flatMap((from) => to.map((by) => calculate(from, by)));
}

/** Members that are written by the name of a variable alone. */
const shorthandsOf = (properties: unknown): readonly string[] =>
  (properties as readonly unknown[]).map(nameOf).filter((name) => name !== '');

function nameOf(key: unknown): string {
  const { type, value } = key as { readonly type?: unknown; readonly value?: unknown };
  return type === 'Identifier' || type === 'StringLiteral' ? String(value) : '';
}
