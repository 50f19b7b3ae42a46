/**
 * Control, bidirectional and other invisible characters as `\u202e`, as the commands show them
 * (lib/access-map/report/layout.ts; a test compares the two): a name of a map or a token must not
 * show another text on the page than is there.
 */
export const escapeControls = (text: string): string =>
  text.replace(/\p{C}/gu, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
