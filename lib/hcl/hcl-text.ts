/** Texts of HCL. Source: HCL Native Syntax Specification, "Quoted Templates". */

/** A quoted string; what a template would evaluate is escaped. */
export const quoted = (text: string): string => `"${inTemplate(text)}"`;

/**
 * Text inside of a quoted template: `${` and `%{` begin templates, which it must not, and what
 * steers a terminal or turns the direction of text is shown.
 */
export const inTemplate = (text: string): string =>
  text
    .replace(/[\\"]/g, (sign) => `\\${sign}`)
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/[\p{Cc}\p{Cf}]/gu, (sign) => `\\U${codeOf(sign)}`)
    .replace(/([$%])\{/g, '$1$1{');

const codeOf = (sign: string): string => (sign.codePointAt(0) ?? 0).toString(16).padStart(8, '0');
