/** Names that hide something: characters that are not shown, or that turn the text around them. */
import { isObject } from '../../../lambda/core/contract/json-object.ts';
import type { Report } from '../report/cursor.ts';
import { code, escapePointer } from '../report/problems.ts';

/** Line breaks and tabs are layout of longer texts. */
const HIDDEN = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/u;

/** Warns of each key and each text of a map that reads as another one than it is. */
export function warnOfHidden(value: unknown, pointer: string, report: Report): void {
  if (typeof value === 'string') warn(value, pointer, 'value', report);
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) warnOfHidden(item, `${pointer}/${at}`, report);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const below = `${pointer}/${escapePointer(key)}`;
      warn(key, below, 'key', report);
      warnOfHidden(item, below, report);
    }
  }
}

function warn(text: string, pointer: string, of: 'key' | 'value', report: Report): void {
  // What is refused anyway is told once.
  if (!HIDDEN.test(text) || report.problems.some(({ place }) => place.path === pointer)) return;
  const expected = 'text without control and bidirectional characters, which shows as it is';
  report.warn('NAME_HIDDEN', pointer, { expected, found: code(text) }, of);
}
