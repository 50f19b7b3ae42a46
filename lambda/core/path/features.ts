/**
 * What a path holds that some back end reads in its own way: one pass over its characters, so that
 * plain paths cost no more.
 */
import { byteAt, isUnicodeEscape } from './decode.ts';

/** Bits of a path's features; each opens rules of the table (readings.ts). */
export const FEATURE = {
  /** An escape that every decoder knows. */
  escape: 1,
  /** An escaped slash or backslash. */
  escapedSlash: 2,
  /** An overlong form or `%uXXXX`. */
  lenient: 4,
  semicolon: 8,
  backslash: 16,
  question: 32,
  hash: 64,
  nul: 128,
  /** A control character, NUL among them. */
  control: 256,
  /** An empty segment that is not the last. */
  empty: 512,
  /** A segment `.` or `..`. */
  dots: 1_024,
  /** A segment of dots and blanks alone. */
  blank: 2_048,
  /** U+FFFD: some decoder before has lost a character. */
  replacement: 4_096,
} as const;

export function featuresOf(path: string): number {
  let features = 0;
  let start = 0;
  let blank = true;
  for (let at = 0; at <= path.length; at++) {
    const code = at === path.length ? SLASH : path.charCodeAt(at);
    if (code === SLASH) {
      if (at > 0) features |= segmentFeatures(path, start, at, blank);
      start = at + 1;
      blank = true;
      continue;
    }
    if (code !== DOT && code !== SPACE) blank = false;
    if (code === PERCENT) features |= escapeFeatures(path, at);
    else if (code < 0x40 || code === BACKSLASH || code === 0x7f || code === 0xfffd)
      features |= characterFeatures(code);
  }
  return features;
}

const SLASH = 0x2f;
const DOT = 0x2e;
const SPACE = 0x20;
const PERCENT = 0x25;
const BACKSLASH = 0x5c;

function segmentFeatures(path: string, start: number, end: number, blank: boolean): number {
  if (!blank) return 0;
  if (start === end) return end === path.length ? 0 : FEATURE.empty;
  const dots =
    (end - start === 1 || (end - start === 2 && path.charCodeAt(start + 1) === DOT)) &&
    path.charCodeAt(start) === DOT;
  return dots ? FEATURE.dots | FEATURE.blank : FEATURE.blank;
}

function characterFeatures(code: number): number {
  if (code < SPACE || code === 0x7f)
    return code === 0 ? FEATURE.control | FEATURE.nul : FEATURE.control;
  switch (code) {
    case 0x3b:
      return FEATURE.semicolon;
    case BACKSLASH:
      return FEATURE.backslash;
    case 0x3f:
      return FEATURE.question;
    case 0x23:
      return FEATURE.hash;
    case 0xfffd:
      return FEATURE.replacement;
    default:
      return 0;
  }
}

function escapeFeatures(path: string, at: number): number {
  const byte = byteAt(path, at);
  if (byte < 0) return isUnicodeEscape(path, at) ? FEATURE.lenient : 0;
  if (byte === SLASH || byte === BACKSLASH) return FEATURE.escape | FEATURE.escapedSlash;
  if (byte < 0xc0) return FEATURE.escape;
  const next = byteAt(path, at + 3);
  const overlong =
    byte < 0xc2 ||
    (byte === 0xe0 && next >= 0x80 && next < 0xa0) ||
    (byte === 0xf0 && next >= 0x80 && next < 0x90);
  return overlong ? FEATURE.escape | FEATURE.lenient : FEATURE.escape;
}
