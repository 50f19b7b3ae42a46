/**
 * Messages for the traps of YAML that an access map invites: braces in flow lists, tabs, colons,
 * reserved characters.
 */
import type { YAMLError } from 'yaml';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';
import { hiddenCharacter, hiddenName, unusualCharacterFix } from '../report/unusual-characters.ts';
import { noVariable, variableIn } from '../report/variables.ts';

export interface Explained {
  readonly code: ProblemCode;
  readonly detail: Detail;
  /** Whether the structure after it is guesswork. */
  readonly fatal: boolean;
}

/**
 * Names the cause of an error of the YAML parser, and how to avoid it.
 * @param offset where the error is reported.
 */
export function explainYaml(error: YAMLError, text: string, offset: number): Explained {
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

/** Finds a line that begins with a space that YAML takes for a letter; undefined if none does. */
export function unusualIndentation(text: string): number | undefined {
  const found = /^([ \t]*)[\u00a0\u2000-\u200b\u202f\u205f\u3000](?=.*\S)/m.exec(text);
  return found === null ? undefined : found.index + (found[1] ?? '').length;
}

export function indentationDetail(letter: string): Detail {
  const odd = hiddenCharacter(letter);
  const fix = 'write plain spaces, other spaces are letters to YAML';
  return {
    expected: 'plain spaces as indentation',
    found: odd === undefined ? code(letter) : hiddenName(odd),
    fix,
  };
}

/** @param line the one in which the text begins. */
const openQuoteDetail = (line: string): Detail => ({
  expected: 'a quote that ends the text',
  found: `none after the one in ${code(line)}`,
  fix: 'write the quote at the end of the text',
});

/** Whether a message is the grammar's alone, without a trap that is known. */
export const isGrammar = ({ expected }: Detail): boolean =>
  expected === VALID || expected === FENCE;

export const isOpenQuote = ({ code: name, message }: YAMLError): boolean =>
  name === 'MISSING_CHAR' && /missing closing/i.test(message);

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

type Trap = [ProblemCode, Detail];

function syntax(error: YAMLError, line: string, text: string, offset: number): Trap {
  return trapIn(line, error) ?? grammarFault(error, line, text, offset);
}

/** What the line itself tells; undefined where it tells nothing. */
function trapIn(line: string, error: YAMLError): Trap | undefined {
  const quote = /[\u2018-\u201F\u00AB\u00BB]/.exec(line)?.[0];
  if (quote !== undefined) {
    const fix = 'write `"`, as a keyboard has it: YAML takes typographic quotes for letters';
    return ['YAML_SYNTAX', { expected: 'straight quotes', found: code(quote), fix }];
  }
  const variable = variableIn(line);
  if (variable !== undefined) return ['YAML_SYNTAX', noVariable(code(variable))];
  if (line.startsWith('```'))
    return ['YAML_SYNTAX', { expected: FENCE, found: 'a code fence', fix: NO_FENCE }];
  const unquoted = /(?<!["'A-Z])[A-Z]+ \/[^\s,'"[\]{}]*\{[^\s,'"[\]]*/.exec(line)?.[0];
  if ((error.code === 'MISSING_CHAR' || error.code === 'UNEXPECTED_TOKEN') && unquoted) {
    const says = `a text with braces must be quoted inside of square or curly brackets, found ${code(unquoted)}: write ${code(`"${unquoted}"`)}`;
    return [
      'YAML_BRACES_UNQUOTED',
      { says, expected: code(`"${unquoted}"`), found: code(unquoted) },
    ];
  }
  return isOpenQuote(error) ? ['YAML_SYNTAX', openQuoteDetail(line)] : undefined;
}

function grammarFault(error: YAMLError, line: string, text: string, offset: number): Trap {
  const found = foundLine(line, offset < text.length);
  const odd = unusualCharacterFix(line);
  if (odd.fix !== undefined) return ['YAML_SYNTAX', { expected: VALID, found, ...odd }];
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
          expected: 'quotes around a text that begins with `,`, `@`, `%` or a backtick',
          found: text[offset] === '`' ? 'a backtick' : code(text[offset] ?? ''),
        },
      ];
    case 'BAD_ALIAS':
      return [
        'YAML_ALIAS',
        { expected: 'a text', found, fix: 'put a text that begins with `&` or `*` in quotes' },
      ];
    default: {
      const [reason = ''] = error.message.split('\n');
      return [
        'YAML_SYNTAX',
        {
          expected: VALID,
          found,
          fix: PLAIN.find(([pattern]) => pattern.test(reason))?.[1] ?? LOOK,
        },
      ];
    }
  }
}

const VALID = 'valid YAML';
const FENCE = 'YAML alone';
const NO_FENCE = 'remove the lines that begin with three backticks';

/**
 * What the parser says in terms of the grammar of YAML, for somebody who knows it from examples.
 */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [
    /Unexpected flow-(?:seq|map)-end|"[\]}]" expected|flow-error-end/,
    'there is one `]` or `}` more than `[` or `{`',
  ],
  [/implicit (?:map )?key/i, 'write `:` after the key, and the key and its `:` on one line'],
  [
    /flow|(?:sequence|map) must (?:end|be)/i,
    'each `[` needs one `]`, each `{` one `}`, with commas between the items and all lines indented',
  ],
  [/same column/i, 'begin all keys of one mapping in the same column'],
  [/block-seq-ind|sequence on the same line/i, 'begin a list of `-` on a line of its own'],
  [/without - indicator/i, 'begin each item of the list with `- `'],
  [
    /block (?:scalar|collection)|newline after/i,
    'write nothing after `|` or `>`, and indent the lines below it',
  ],
  [/missing space after :/i, 'write a space after `:`'],
  [/empty item/i, 'remove one of the commas'],
  [
    /anchor|alias|at most one tag|tags and/i,
    'put a text that begins with `&`, `*` or `!` in quotes',
  ],
  [/comments must be separated/i, 'write a space before `#`'],
  [/directive/i, 'remove the line that begins with `%`'],
  [/used for (?:seq|map|scalar) collection/i, 'remove the tag that begins with `!`'],
  [/escape sequence/i, 'write a backslash twice, or put the text in single quotes'],
  [/at node end/i, 'put the whole text in quotes: the value has ended before it'],
  [/missing , or :/i, 'write a comma between the items'],
  [/unexpected , in/i, 'remove one of the commas'],
];
const LOOK = 'look at the quotes, brackets and the indentation before it';

function foundLine(line: string, isBeforeEnd: boolean): string {
  if (line !== '') return code(line);
  return isBeforeEnd ? 'a blank line' : 'the end of the file';
}
