/**
 * A text as one word of a shell's command line, ready to paste: bare where it can be, in double
 * quotes where nothing in them has a meaning of its own. Source: POSIX, Shell Command Language,
 * 2.2.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+:,./-]+$/.test(text)) return text;
  return /[$`"\\!]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
