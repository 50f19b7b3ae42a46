/** The text without escapes; as it is where they are none, as the gateway passes it on. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path as it is, with one slash for several, and without one at its end. */
export function slashForms(path: string): readonly string[] {
  const single = path.replace(/[\\/]+/g, '/');
  return [path, single, single.replace(/(.)\/$/, '$1')];
}
