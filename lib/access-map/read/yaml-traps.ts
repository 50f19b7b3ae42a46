/**
 * Messages for the traps of YAML that an access map invites: braces in flow lists, tabs, colons,
 * reserved characters.
 */
import type { YAMLError } from 'yaml';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';

export interface Explained {
  readonly code: ProblemCode;
  readonly detail: Detail;
  /** Whether the structure after it is guesswork. */
  readonly fatal: boolean;
}

/** Names the trap behind an error of the YAML parser, and the way out of it. */
export function explainYaml(error: YAMLError, text: string): Explained {
  const [offset] = error.pos;
  const line = lineAround(text, offset);
  switch (error.code) {
    case 'TAG_RESOLVE_FAILED':
      return explained('YAML_TAG', tagDetail(line), false);
    case 'MULTIPLE_DOCS':
      return explained(
        'YAML_SEVERAL_DOCUMENTS',
        { expected: 'one document', found: 'a second one after `---`' },
        false,
      );
    case 'TAB_AS_INDENT':
      return explained('YAML_TAB', { expected: 'spaces as indentation', found: 'a tab' }, true);
    default:
      return explained(...syntax(error, line, text, offset), true);
  }
}

/** The line that an offset is in, without the white space around it. */
export const lineAround = (text: string, offset: number): string =>
  `${text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)}${(/^[^\n\r]*/.exec(text.slice(offset)) ?? [''])[0]}`.trim();

/** No tag is read in a map: it changes what a text means without a trace in the text. */
export const tagDetail = (line: string): Detail => ({
  expected: 'no tags',
  found: code(line),
  fix: 'remove the `!` or put the text in quotes',
});

const explained = (code: ProblemCode, detail: Detail, fatal: boolean): Explained => ({
  code,
  detail,
  fatal,
});

function syntax(
  error: YAMLError,
  line: string,
  text: string,
  offset: number,
): [ProblemCode, Detail] {
  const quote = /[\u2018-\u201F\u00AB\u00BB]/.exec(line)?.[0];
  if (quote !== undefined) {
    const fix = 'write `"`, as a keyboard has it: YAML takes typographic quotes for letters';
    return ['YAML_SYNTAX', { expected: 'straight quotes', found: code(quote), fix }];
  }
  const unquoted = /[A-Z]+ \/[^\s,'"[\]{}]*\{[^\s,'"[\]]*/.exec(line)?.[0];
  if ((error.code === 'MISSING_CHAR' || error.code === 'UNEXPECTED_TOKEN') && unquoted) {
    const says = `a text with braces must be quoted inside of square or curly brackets, found ${code(unquoted)}: write ${code(`"${unquoted}"`)}`;
    return [
      'YAML_BRACES_UNQUOTED',
      { says, expected: code(`"${unquoted}"`), found: code(unquoted) },
    ];
  }
  const found = foundLine(line, offset < text.length);
  switch (error.code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return [
        'YAML_SYNTAX',
        {
          expected: 'one `key: value` a line',
          found,
          fix: 'put a text with a colon and a space in quotes',
        },
      ];
    case 'BAD_SCALAR_START':
      return [
        'YAML_SYNTAX',
        {
          expected: 'quotes around a text that begins with `@` or a backtick',
          found: text[offset] === '@' ? '`@`' : 'a backtick',
        },
      ];
    case 'BAD_ALIAS':
      return [
        'YAML_ALIAS',
        { expected: 'a text', found, fix: 'put a text that begins with `*` in quotes' },
      ];
    default: {
      const [reason = ''] = error.message.split('\n');
      return [
        'YAML_SYNTAX',
        {
          expected: 'valid YAML',
          found,
          fix: PLAIN.find(([pattern]) => pattern.test(reason))?.[1] ?? lowerFirst(reason),
        },
      ];
    }
  }
}

/** What the parser says in terms of the grammar of YAML, for somebody who knows it from examples. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/implicit key/i, 'write `:` after the key, and the key and its `:` on one line'],
  [
    /flow|(?:sequence|map) must (?:end|be)/i,
    'each `[` needs one `]`, each `{` one `}`, with commas between the items and all lines indented',
  ],
];

function foundLine(line: string, isBeforeEnd: boolean): string {
  if (line !== '') return code(line);
  return isBeforeEnd ? 'a blank line' : 'the end of the file';
}

const lowerFirst = (sentence: string): string =>
  `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`;
