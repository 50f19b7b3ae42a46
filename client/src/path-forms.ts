/** The texts that a back end may read a path as, before it is compared with routes. */

/** What a back end may take off a path that is decoded, in any order. */
const CUTS = [/;[^/]*/g, /;.*/s, /\?.*/s, /#.*/s];

/**
 * Spellings that an answer refuses that the gateway has kept: empty segments, a slash at the end,
 * dot segments, and escapes of a dot, a slash, a percent sign or a control character. The
 * authorizer reads no long path to its end.
 */
const REFUSED = /^.{512}|\/\/|.\/$|\\|%(25|0|1|2e|2f|5c|7f)|\/\.\.?[;%]|\/%.*\.([/;%]|$)/i;

/** Control characters, a lost one, a segment of dots and blanks, or a method in a query. */
const ODD =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\0-\x1f\x7f\ufffd]|\/[. ]+(\.|\/|$)|[_.[]method=/i;

/**
 * @param path as a call would send it; query and fragment do not count.
 * @returns the decoded path and all that is left of it; none where the authorizer may refuse the
 * path to everybody.
 */
export function formsOf(path: string): readonly string[] {
  const sent = path.replace(/[?#].*/s, '');
  const forms = new Set<string>();
  try {
    forms.add(decodeURIComponent(sent));
  } catch {
    // Escapes that are no text: some back ends read them as one, and REST APIs refuse them.
  }
  for (const form of forms) {
    if (REFUSED.test(sent) || ODD.test(form) || (form.endsWith('/') && sent !== '/')) return [];
    for (const cut of CUTS) forms.add(form.replace(cut, ''));
  }
  return [...forms];
}

/** Upper and lower case are one, as widely as any back end takes them. */
export const fold = (text: string): string => text.toLowerCase().toUpperCase().toLowerCase();
