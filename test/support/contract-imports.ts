/** What a source takes from the contract room beside types. */
import { parseSync } from '@swc/core';

const CONTRACT_FILE = /(?:^|\/)contract\/([\w-]+\.ts)$/;

type Node = Readonly<Record<string, unknown>>;

/**
 * Each as `codes.ts refuse`; `*` stands for all names of a file, as for one that is loaded when it
 * is needed.
 */
export function contractImportsOf(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    found.push(...importsOf(node as Node));
    for (const [name, child] of Object.entries(node))
      if (typeof child === 'object' && name !== 'span') visit(child);
  };
  // Most files do not name it, and parsing takes time.
  if (source.includes('/contract/')) visit(parseSync(source, { syntax: 'typescript' }));
  return found;
}

function importsOf(node: Node): readonly string[] {
  const { type, source, callee, arguments: given, typeOnly, specifiers } = node;
  if (type === 'CallExpression') return LOADERS.has(loaderOf(callee as Node)) ? all(given) : [];
  if (type === 'ExportAllDeclaration') return namesFrom(source, ['*']);
  const takes = type === 'ImportDeclaration' || type === 'ExportNamedDeclaration';
  return takes && typeOnly !== true ? namesFrom(source, valuesOf(specifiers)) : [];
}

/** Functions that load a module by its name, or put another in its place. */
const LOADERS = new Set(['import', 'require', 'requireActual', 'unstable_mockModule', 'mock']);

function loaderOf({ type, value, property }: Node): string {
  if (type === 'Import') return 'import';
  return type === 'MemberExpression' ? loaderOf(property as Node) : String(value);
}

const all = (given: unknown): readonly string[] =>
  (given as readonly { readonly expression: Node }[])
    .slice(0, 1)
    .flatMap(({ expression }) => namesFrom(expression, ['*']));

function namesFrom(source: unknown, names: readonly string[]): readonly string[] {
  const [, file] = CONTRACT_FILE.exec(String((source as Node | null)?.['value'])) ?? [];
  return file === undefined ? [] : names.map((name) => `${file} ${name}`);
}

/** Names as the contract has them, whatever the file calls them. */
const valuesOf = (specifiers: unknown): readonly string[] =>
  (specifiers as readonly Node[])
    .filter(({ isTypeOnly }) => isTypeOnly !== true)
    .map(({ type, imported, orig, local }) => {
      const named = type === 'ImportSpecifier' || type === 'ExportSpecifier';
      const name = (imported ?? orig ?? local) as Node | undefined;
      return named ? String(name?.['value']) : '*';
    });
