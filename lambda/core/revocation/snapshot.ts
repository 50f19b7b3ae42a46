/**
 * A snapshot's chunks as text: a line an entry, of fixed columns, which are read ten times as fast
 * as items of DynamoDB. Times are in base 36, since a chunk is paid by its bytes.
 *
 * `WRITTEN T R M SUBJECT` without the blanks: two times of 9 characters, the reason's place in its
 * list and the margin's flag of one character each.
 */
import { REVOKED_REASONS } from '../contract/codes.ts';
import {
  MAX_CHUNK_BYTES,
  type RevocationEntry,
  type RevocationReason,
} from '../contract/revocation.ts';

const TIME_WIDTH = 9;
const BASE = 36;
const REASON_AT = 2 * TIME_WIDTH;
const MARGIN_AT = REASON_AT + 1;
const SUBJECT_AT = MARGIN_AT + 1;

/** Their places are written: a new reason is added at the end. */
const REASONS: readonly RevocationReason[] = REVOKED_REASONS;

/**
 * @param entries that are live, of which none is an undo.
 * @returns chunks of at most MAX_CHUNK_BYTES each; none without entries.
 */
export function snapshotChunks(entries: readonly RevocationEntry[]): readonly string[] {
  const chunks: string[] = [];
  let lines: string[] = [];
  let bytes = 0;
  const end = (): void => {
    if (lines.length > 0) chunks.push(lines.join('\n'));
    [lines, bytes] = [[], 0];
  };
  for (const entry of entries) {
    const line = lineOf(entry);
    const size = bytesOf(line) + 1;
    if (bytes + size > MAX_CHUNK_BYTES) end();
    lines.push(line);
    bytes += size;
  }
  end();
  return chunks;
}

/**
 * @returns the chunk's entries; a line that makes no sense is left out.
 */
export const entriesOf = (chunk: string): readonly RevocationEntry[] =>
  chunk === '' ? [] : chunk.split('\n').flatMap((line) => entryOf(line) ?? []);

const timeText = (ms: number): string =>
  Math.min(Math.max(0, Math.floor(ms)), BASE ** TIME_WIDTH - 1)
    .toString(BASE)
    .padStart(TIME_WIDTH, '0');

function lineOf({ writtenAt, issuedUpTo, reason, withMargin, subject }: RevocationEntry): string {
  const place = REASONS.indexOf(reason).toString(BASE);
  const margin = withMargin === true ? '1' : '0';
  return `${timeText(writtenAt)}${timeText(issuedUpTo)}${place}${margin}${escaped(subject)}`;
}

function entryOf(line: string): RevocationEntry | undefined {
  const writtenAt = Number.parseInt(line.slice(0, TIME_WIDTH), BASE);
  const issuedUpTo = Number.parseInt(line.slice(TIME_WIDTH, REASON_AT), BASE);
  // A later hub may know more reasons; its entries still count.
  const reason = REASONS[Number.parseInt(line[REASON_AT] ?? '', BASE)] ?? 'other';
  if (Number.isNaN(writtenAt + issuedUpTo) || line.length <= SUBJECT_AT) return undefined;
  const subject = unescaped(line.slice(SUBJECT_AT));
  return line[MARGIN_AT] === '1'
    ? { subject, issuedUpTo, reason, writtenAt, withMargin: true }
    : { subject, issuedUpTo, reason, writtenAt };
}

/** A group's name may hold anything, breaks of lines too. */
const escaped = (subject: string): string =>
  /[\\\n]/.test(subject) ? subject.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') : subject;

const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([\\n])/g, (_, sign: string) => (sign === 'n' ? '\n' : '\\'))
    : text;

/** Bytes in UTF-8. */
function bytesOf(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // A half of a surrogate pair stands for two of the four bytes.
    if (unit > 0x7f) bytes += unit > 0x7_ff && (unit < 0xd8_00 || unit > 0xdf_ff) ? 2 : 1;
  }
  return bytes;
}
