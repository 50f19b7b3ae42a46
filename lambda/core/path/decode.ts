/**
 * Percent-decoding as back ends do it, once over a whole path. One pass, no exceptions: the caller
 * writes the path.
 *
 * - `strict`: valid UTF-8 is decoded, what is not stays as it was sent (RFC 3986, 2.1).
 * - `slashes`: as `strict`, and an escaped slash or backslash stays escaped (httpd's
 *   `AllowEncodedSlashes NoDecode`).
 * - `lenient`: also overlong forms (`%c0%af`, forbidden by RFC 3629, section 3) and `%u002f`, which
 *   some decoders take for characters; any other byte becomes U+FFFD.
 */
export type Decoding = 'strict' | 'slashes' | 'lenient';

const PERCENT = 0x25;

export function decode(text: string, decoding: Decoding): string {
  const first = text.indexOf('%');
  if (first === -1) return text;
  const units = new Uint16Array(text.length);
  let size = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const length = code === PERCENT && at >= first ? escapeLength(text, at, decoding) : 0;
    if (length === 0) {
      units[size++] = code;
      at++;
      continue;
    }
    const point = pointAt(text, at, length);
    if (point > 0xffff) units[size++] = 0xd800 + ((point - 0x10000) >> 10);
    units[size++] = point > 0xffff ? 0xdc00 + ((point - 0x10000) & 0x3ff) : point;
    at += length;
  }
  return size === text.length ? text : textOf(units.subarray(0, size));
}

/** In pieces: a call takes so many arguments only. Not spread, which would walk an iterator. */
function textOf(units: Uint16Array): string {
  let text = '';
  for (let from = 0; from < units.length; from += PIECE)
    text += Reflect.apply(String.fromCharCode, undefined, units.subarray(from, from + PIECE));
  return text;
}

const PIECE = 4_096;

/**
 * UTF-16 units of the escapes that are one character to this decoder; 0: what stands there stays as
 * it is.
 */
function escapeLength(text: string, at: number, decoding: Decoding): number {
  const lead = byteAt(text, at);
  if (lead < 0) return decoding === 'lenient' && isUnicodeEscape(text, at) ? 6 : 0;
  if (lead < 0x80) return decoding === 'slashes' && (lead === 0x2f || lead === 0x5c) ? 0 : 3;
  const bytes = sequenceLength(text, at, lead);
  if (decoding === 'lenient') return Math.max(bytes, 1) * 3;
  const point = bytes > 1 ? pointAt(text, at, bytes * 3) : 0xfffd;
  const written = point !== 0xfffd || (bytes === 3 && lead === 0xef);
  return written && point >= (SMALLEST[bytes] ?? 0) ? bytes * 3 : 0;
}

/** `%u002f`, which IIS and old JavaScript (`escape`) know. */
export const isUnicodeEscape = (text: string, at: number): boolean =>
  (text.charCodeAt(at + 1) | 0x20) === 0x75 &&
  hexPair(text, at + 2) >= 0 &&
  hexPair(text, at + 4) >= 0;

/** Smallest code point that needs a sequence of so many bytes. Source: RFC 3629, section 3. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

/** The code point of escapes of that length; U+FFFD where they are no character. */
function pointAt(text: string, at: number, length: number): number {
  const lead = byteAt(text, at);
  if (lead < 0) return hexPair(text, at + 2) * 256 + hexPair(text, at + 4);
  if (length === 3) return lead < 0x80 ? lead : 0xfffd;
  let point = lead & (0x7f >> (length / 3));
  for (let next = 3; next < length; next += 3)
    point = point * 64 + (byteAt(text, at + next) & 0x3f);
  return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? 0xfffd : point;
}

/** Bytes of the UTF-8 sequence that begins there; 0 where there is none. */
function sequenceLength(text: string, at: number, lead: number): number {
  const bytes = bytesOf(lead);
  for (let index = 1; index < bytes; index++) {
    const byte = byteAt(text, at + index * 3);
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return bytes;
}

function bytesOf(lead: number): number {
  if (lead >= 0xf8 || lead < 0xc0) return 0;
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** Byte that an escape stands for; -1 where there is none. */
export const byteAt = (text: string, at: number): number =>
  text.charCodeAt(at) === PERCENT ? hexPair(text, at + 1) : -1;

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
