/** Literals of source files: what a file writes out, in texts, names of members and numbers. */
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

export interface Literals {
  /** Texts, pieces of templates, and patterns of regular expressions. */
  readonly texts: readonly string[];
  /** Names of members, written with or without quotes. */
  readonly keys: readonly string[];
  readonly numbers: readonly number[];
}

export function literalsOf(source: string, tsx = false): Literals {
  const [texts, keys, numbers]: [string[], string[], number[]] = [[], [], []];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value, cooked, pattern, key } = node as Readonly<Record<string, unknown>>;
    if (type === 'ImportDeclaration') return;
    if (type === 'StringLiteral') texts.push(String(value));
    if (type === 'TemplateElement') texts.push(String(cooked));
    if (type === 'RegExpLiteral') texts.push(String(pattern));
    if (type === 'NumericLiteral') numbers.push(Number(value));
    if (type === 'KeyValueProperty' || type === 'KeyValuePatternProperty') keys.push(nameOf(key));
    for (const [name, child] of Object.entries(node))
      if (typeof child === 'object' && name !== 'span') visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript', tsx }));
  return { texts, keys, numbers };
}

const read = new Map<string, Literals>();

/** Of a file, parsed once. */
export function literalsIn(file: string): Literals {
  const literals = read.get(file) ?? literalsOf(readFileSync(file, 'utf8'), file.endsWith('.tsx'));
  read.set(file, literals);
  return literals;
}

function nameOf(key: unknown): string {
  const { type, value } = key as { readonly type?: unknown; readonly value?: unknown };
  return type === 'Identifier' || type === 'StringLiteral' ? String(value) : '';
}
