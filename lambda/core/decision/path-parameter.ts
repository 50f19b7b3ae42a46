/**
 * Whether the values that the gateway took for path parameters can mean one thing only. A parameter
 * that carries a slash, an escaped slash or a dot segment, or nothing at all, names another route
 * to a back end that decodes or normalises paths: refused, not normalised. Greedy parameters
 * (`{proxy+}`) may carry slashes, and nothing else of the kind.
 */
export function isUnambiguousParameter(value: string, greedy: boolean): boolean {
  if (value === '' || (!greedy && value.includes('/'))) return false;
  // Nearly every value: nothing in it that the rules below look for.
  if (PLAIN.test(value)) return true;
  const slashes = value.split('/').length;
  let text = value;
  for (let round = 0; round < MAX_DECODINGS; round++) {
    if (
      text.split('/').length !== slashes ||
      UNSAFE_CHARACTERS.test(text) ||
      text.split('/').some(isDotSegment)
    )
      return false;
    const decoded = text.replace(/(?:%[0-9a-f]{2})+/gi, decodeOrKeep);
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}

/**
 * Gateway, proxies and frameworks may each decode once; no real identifier is escaped more often.
 */
const MAX_DECODINGS = 4;

/** Letters, digits, hyphens and underscores alone: no reader makes anything else of them. */
const PLAIN = /^[\w-]+$/;

/**
 * Backslashes, control characters, and escapes that only lenient decoders take for characters
 * (overlong UTF-8, `%uXXXX`). That `?` and `#` end the path is a reading (core/path), which is
 * harmless where what stands before them is a value like another.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const UNSAFE_CHARACTERS = /[\\\u0000-\u001f\u007f]|%(?:c0|c1|u)/i;

/**
 * Some servers strip `;...` (path parameters, RFC 3986, 3.3) or blanks before they resolve dot
 * segments.
 */
function isDotSegment(segment: string): boolean {
  const name = segment.replace(/;.*$/, '').trim();
  return name === '.' || name === '..';
}

/** Decodes percent-encoding; text that is not valid UTF-8 in percent-encoding stays as it is. */
export function decodeOrKeep(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

export interface Parameter {
  readonly name: string;
  readonly greedy: boolean;
}

/** Templates are the API's, so there are few; beyond this all are read anew. */
const MAX_TEMPLATES = 2_000;
const known = new Map<string, readonly Parameter[]>();

/** Names of the parameters of a template, with whether they are greedy: `/files/{proxy+}`. */
export function parametersOf(template: string): readonly Parameter[] {
  const found = known.get(template);
  if (found) return found;
  const parameters = Array.from(
    template.matchAll(/\{([^{}+]+)(\+?)\}/g),
    ([, name = '', plus]) => ({
      name,
      greedy: plus === '+',
    }),
  );
  if (known.size >= MAX_TEMPLATES) known.clear();
  known.set(template, parameters);
  return parameters;
}
