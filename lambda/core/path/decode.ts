/**
 * Percent-decoding as back ends do it, once over a whole path. One pass, no exceptions: the caller writes the path.
 *
 * - `strict`: valid UTF-8 is decoded, what is not stays as it was sent (RFC 3986, 2.1).
 * - `slashes`: as `strict`, and an escaped slash or backslash stays escaped (httpd's `AllowEncodedSlashes NoDecode`).
 * - `lenient`: also overlong forms (`%c0%af`, forbidden by RFC 3629, section 3) and `%u002f`, which some decoders take for characters;
 *   any other byte becomes U+FFFD.
 */
export type Decoding = 'strict' | 'slashes' | 'lenient';

const PERCENT = 0x25;

export function decode(text: string, decoding: Decoding): string {
  let decoded = '';
  let copied = 0;
  for (let at = text.indexOf('%'); at !== -1; ) {
    const found = characterAt(text, at, decoding);
    if (found) {
      decoded += text.slice(copied, at) + found.character;
      copied = at + found.length;
    }
    at = text.indexOf('%', found ? copied : at + 1);
  }
  return copied === 0 ? text : decoded + text.slice(copied);
}

interface Character {
  readonly character: string;
  /** UTF-16 units of the escapes that stand for it. */
  readonly length: number;
}

function characterAt(text: string, at: number, decoding: Decoding): Character | undefined {
  const lead = byteAt(text, at);
  if (lead < 0) return decoding === 'lenient' ? unicodeEscape(text, at) : undefined;
  if (lead < 0x80) {
    if (decoding === 'slashes' && (lead === 0x2f || lead === 0x5c)) return undefined;
    return { character: String.fromCharCode(lead), length: 3 };
  }
  const sequence = sequenceAt(text, at, lead);
  if (sequence && (decoding === 'lenient' || !sequence.overlong))
    return { character: String.fromCodePoint(sequence.point), length: sequence.length };
  return decoding === 'lenient' ? { character: '\ufffd', length: 3 } : undefined;
}

/** `%u002f`, which IIS and old JavaScript (`escape`) know. */
export const isUnicodeEscape = (text: string, at: number): boolean =>
  (text.charCodeAt(at + 1) | 0x20) === 0x75 && hexPair(text, at + 2) >= 0 && hexPair(text, at + 4) >= 0;

function unicodeEscape(text: string, at: number): Character | undefined {
  if (!isUnicodeEscape(text, at)) return undefined;
  return { character: String.fromCharCode(hexPair(text, at + 2) * 256 + hexPair(text, at + 4)), length: 6 };
}

interface Sequence {
  readonly point: number;
  readonly length: number;
  readonly overlong: boolean;
}

/** Smallest code point that needs a sequence of so many bytes. Source: RFC 3629, section 3. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

function sequenceAt(text: string, at: number, lead: number): Sequence | undefined {
  const bytes = sequenceLength(lead);
  if (bytes === 0) return undefined;
  let point = lead & (0x7f >> bytes);
  for (let index = 1; index < bytes; index++) {
    const byte = byteAt(text, at + index * 3);
    if (byte < 0x80 || byte > 0xbf) return undefined;
    point = point * 64 + (byte & 0x3f);
  }
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
  return { point, length: bytes * 3, overlong: point < (SMALLEST[bytes] ?? 0) };
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return lead < 0xf8 ? 4 : 0;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 0;
}

/** Byte that an escape stands for; -1 where there is none. */
export const byteAt = (text: string, at: number): number => (text.charCodeAt(at) === PERCENT ? hexPair(text, at + 1) : -1);

function hexPair(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
