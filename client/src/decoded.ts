/** The text without escapes; as it is where they are none, as the gateway passes it on. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path as it is and with one slash for several, each with and without one at its end. */
export const slashForms = (path: string): readonly string[] =>
  [path, path.replace(/[\\/]+/g, '/')].flatMap((form) => [form, form.replace(/(.)\/$/, '$1')]);
