/**
 * Whether the values that the gateway took for path parameters can mean one thing only. A parameter that carries a slash,
 * an escaped slash or a dot segment, or nothing at all, names another route to a back end that normalises paths: refused,
 * not normalised. Greedy parameters (`{proxy+}`) may carry slashes, and nothing else of the kind.
 */
export function isUnambiguousParameter(value: string, greedy: boolean): boolean {
  if (value === '' || CONTROL_OR_ESCAPED.test(value)) return false;
  const segments = value.split('/');
  if (!greedy && segments.length > 1) return false;
  return segments.every((segment) => !/^(\.|%2e){1,2}$/i.test(segment));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL_OR_ESCAPED = /[\\\u0000-\u001f\u007f]|%(2f|5c|00)/i;

/** Names of the parameters of a template, with whether they are greedy: `/files/{proxy+}`. */
export function parametersOf(template: string): readonly { readonly name: string; readonly greedy: boolean }[] {
  return Array.from(template.matchAll(/\{([^{}+]+)(\+?)\}/g), ([, name = '', plus]) => ({ name, greedy: plus === '+' }));
}
