/** A token as people paste it into a command. */

/** Far more than any token; a file that was named by mistake is not read to its end. */
export const MAX_TOKEN_LETTERS = 65_536;

/** Without what is pasted with it: quotes, a header's name or `Bearer` before it. */
export const bareToken = (text: string): string =>
  text
    .trim()
    .replace(/^["']|["']$/g, '')
    .replace(/^authorization:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .trim();
