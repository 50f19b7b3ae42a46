/** How text for people is laid out: counts, columns, styles. */
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

export interface Painter {
  /** Whether the output is a terminal that shows colors. Default: it is not. */
  readonly color?: boolean;
}

/** Text in a style, where the output shows any. */
export const paint = ({ color }: Painter, style: Style, text: string): string =>
  // The caller has checked that the stream is a terminal.
  color ? styleText(style, text, { validateStream: false }) : text;

/** `1 route`, `2 routes`, `1,000 routes`. */
export const pluralize = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : plural}`;

/** `a, b, ...`: the first of a list, and whether there are more. */
export const firstOf = (texts: readonly string[], most: number, separator = ', '): string =>
  [...texts.slice(0, most), ...(texts.length > most ? ['...'] : [])].join(separator);

/** `a, b, c and 4 more`. */
export function firstAndCount(texts: readonly string[], most: number): string {
  const rest = texts.length - most;
  return `${texts.slice(0, most).join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`;
}

/** `12,345`; always in the English form, since outputs are compared. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** Columns of equal width, two spaces apart; the last column is not padded. */
export function table(rows: readonly (readonly string[])[], indent = '  '): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (all, row) => row.map((cell, at) => Math.max(cell.length, all[at] ?? 0)),
    [],
  );
  return rows.map(
    (row) =>
      indent +
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join('  '),
  );
}

/**
 * Control, bidirectional and other invisible characters as `\\u202e`: names come from maps, tokens,
 * logs and orgs, and nothing of them may steer a terminal or show another text than is there.
 */
export const escapeControls = (text: string): string => text.replace(/\p{C}/gu, escaped);

/**
 * What steers a terminal or the order of letters; line breaks and tabs are layout of longer texts.
 */
const STEERING = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/gu;

/** The same for text that keeps its own layout. */
export const escapeSteering = (text: string): string => text.replace(STEERING, escaped);

export const hasSteering = (text: string): boolean => text.search(STEERING) >= 0;

const escaped = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

/** What `paint` writes: the only sequences that reach a terminal. */
const OWN_STYLES = new RegExp(`${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|39)m|\\p{C}`, 'gu');

/** Lines of text with nothing in them that is not shown but their line breaks and our styles. */
export const printable = ({ color }: Painter, text: string): string =>
  text.replace(OWN_STYLES, (match) =>
    match === '\n' || (color && match.length > 2) ? match : escaped(match),
  );
