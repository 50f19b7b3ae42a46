/**
 * Redacts tokens pasted by mistake: any text that starts like a JSON header in base64url, and any
 * three parts of 16 base64url letters or more with dots between them. Begun at the start of a run
 * of letters alone: linear in the text.
 */
export const redactTokens = (text: string): string =>
  text.replace(/(?:eyJ[\w-]{8,}|(?<![\w-])[\w-]{16,}(?:\.[\w-]{16,}){2})(?:\.[\w-]*)*/g, '<token>');
