/**
 * Texts that look like other texts: characters that are not shown, or that YAML takes for letters.
 */
import type { Report } from '../report/cursor.ts';
import { eachText } from '../report/each-text.ts';
import { hasSteering } from '../report/layout.ts';
import { code, type Detail } from '../report/problems.ts';
import { hasTypographicQuotes, hiddenCharacter, hiddenName } from '../report/unusual-characters.ts';

/** Warns of each key and each text of a map that looks like another one. */
export function warnOfHidden(data: unknown, report: Report): void {
  eachText(data, (text, pointer, of) => {
    const detail = hiddenIn(text);
    const spaced = detail === undefined ? spacesAround(text) : undefined;
    const found = detail ?? spaced;
    // A character that is refused anyway is reported once.
    if (found === undefined || report.problems.some(({ place }) => place.path === pointer)) return;
    report.warn(spaced === undefined ? 'NAME_HIDDEN' : 'NAME_SUSPECT', pointer, found, of);
  });
}

function hiddenIn(text: string): Detail | undefined {
  const found = code(text);
  if (hasSteering(text))
    return {
      expected: 'text without control and bidirectional characters',
      found,
    };
  const odd = hiddenCharacter(text);
  if (odd !== undefined)
    return { says: `${found} has ${hiddenName(odd)}, which is part of it`, fix: odd.advice };
  if (hasTypographicQuotes(text))
    return {
      says: `the typographic quotes around ${found} are a part of the text`,
      fix: 'write `"`, or nothing',
    };
  return undefined;
}

/** A longer text ends with a line break. */
const spacesAround = (text: string): Detail | undefined =>
  text !== text.trim() && !text.includes('\n') && text.trim() !== ''
    ? { says: `${code(text)} begins or ends with a space, which is part of it`, fix: 'remove it' }
    : undefined;
