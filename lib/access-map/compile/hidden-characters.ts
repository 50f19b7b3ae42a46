/** Names that hide something: characters that are not shown, or that turn the text around them. */
import type { Report } from '../report/cursor.ts';
import { eachText } from '../report/each-text.ts';
import { code } from '../report/problems.ts';

/** Line breaks and tabs are layout of longer texts. */
const HIDDEN = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/u;

/** Warns of each key and each text of a map that reads as another one than it is. */
export function warnOfHidden(data: unknown, report: Report): void {
  eachText(data, (text, pointer, of) => {
    // What is refused anyway is told once.
    if (!HIDDEN.test(text) || report.problems.some(({ place }) => place.path === pointer)) return;
    const expected = 'text without control and bidirectional characters, which shows as it is';
    report.warn('NAME_HIDDEN', pointer, { expected, found: code(text) }, of);
  });
}
