/** The code blocks of the documentation, and the command lines in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { COMMANDS } from '../../../lib/commands/index.ts';
import { PROGRAM } from '../../../lib/commands/shell/command.ts';

export interface CodeBlock {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  /** What follows the language: `step=1 exit=1`. */
  readonly attributes: string;
  readonly text: string;
}

/** Pages that people read; decisions have no code that is to be run. */
const PAGES: readonly string[] = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'AGENTS.md',
  'client/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name).replaceAll(sep, '/')),
];

const NAMES = COMMANDS.map(({ name }) => name).join('|');
const BLOCK = /^( *)```([\w-]*) ?([^\n]*)\n([\s\S]*?)^\1```$/gm;

export function codeBlocks(pages: readonly string[] = PAGES): readonly CodeBlock[] {
  return pages.flatMap((page) => {
    const source = readFileSync(page, 'utf8');
    return [...source.matchAll(BLOCK)].map((match) => {
      const [, indent = '', language = '', attributes = '', text = ''] = match;
      const line = source.slice(0, match.index).split('\n').length;
      return { page, line, language, attributes, text: text.replaceAll(`\n${indent}`, '\n') };
    });
  });
}

/** Value of an attribute of a block: `attribute(block, 'step')` of `step=1`. */
export const attribute = ({ attributes }: CodeBlock, name: string): string | undefined =>
  new RegExp(`(?:^| )${name}=(\\S+)`).exec(attributes)?.[1];

export interface CommandLine {
  readonly page: string;
  readonly tokens: readonly string[];
}

/** Command lines of the program, in blocks and in the text, without the program's name. */
export function commandLines(pages: readonly string[] = PAGES): readonly CommandLine[] {
  const named = `(?:npx |^|\`)${PROGRAM} ([a-z][^\`\\n]*)`;
  // In the text the program's name is left out: `diff --deployed`.
  const short = `(?<!\`)\`((?:${NAMES})(?: [a-z]+)? --[a-z][^\`\\n]*)\``;
  const pattern = new RegExp(`${named}|${short}`, 'gm');
  return pages.flatMap((page) => {
    const source = readFileSync(page, 'utf8').replaceAll(/\\\n\s*/g, ' ');
    return [...source.matchAll(pattern)].map(([, whole, part]) => ({
      page,
      tokens: tokensOf(whole ?? part ?? ''),
    }));
  });
}

/** Words up to a pipe, a redirection or a comment; quotes hold a word together. */
export function tokensOf(line: string): readonly string[] {
  const end = /\s(?:[|;>#]|&&|\d>|<)/.exec(
    line.replaceAll(/"[^"]*"|'[^']*'/g, (q) => '_'.repeat(q.length)),
  );
  const command = end === null ? line : line.slice(0, end.index);
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}
