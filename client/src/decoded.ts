/** The text without escapes; as it is where they are none, as the gateway passes it on. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
