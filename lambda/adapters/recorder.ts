/**
 * Writes decision records: a sample of the allows, every refusal, and for a flood of calls without
 * a valid token or over quota their number.
 */
import { STATUS_OF } from '../core/contract/codes.ts';
import type { DecisionRecord } from '../core/contract/decision-record.ts';
import type { Audit, Clock } from '../ports.ts';
import { countRepeatedRecords, type Schedule } from './repeated-records.ts';

/**
 * Refusals of one kind that an environment writes one by one in a second; further ones are counted.
 */
export const MAX_IDENTICAL_PER_SECOND = 10;

export interface RecorderParts {
  /** Share of the allows that are recorded, from 0 to 1. */
  readonly allows: number;
  readonly clock: Clock;
  readonly schedule: Schedule;
  /**
   * Members that the line of a record carries beside it, for CloudWatch: text after the record's
   * own, each with a comma before it.
   */
  readonly metricsOf: (record: DecisionRecord) => string;
  /** Writes one line and its break. */
  readonly write: (line: string) => void;
}

export function createRecorder(parts: RecorderParts): Audit {
  const { allows, clock, schedule, metricsOf, write } = parts;
  const writeRecord = (record: DecisionRecord): void =>
    write(`${recordText(record).slice(0, -1)}${metricsOf(record)}}`);
  const repeats = countRepeatedRecords(MAX_IDENTICAL_PER_SECOND, schedule, writeRecord);
  return {
    record(record) {
      const now = clock.now();
      repeats.endOld(now);
      if (record.record === 'fault') write(JSON.stringify(record));
      else if (isFoldable(record)) {
        if (!repeats.counts(record, now)) writeRecord(record);
      } else if (!isPlainAllow(record) || record.requestId === undefined) writeRecord(record);
      else if (isSampled(record.requestId, allows)) writeRecord({ ...record, weight: 1 / allows });
    },
  };
}

/** With fewer groups the look-up takes as long as it saves. */
const MANY_GROUPS = 20;
const NO_GROUPS = '"groups":[]';
const groupTexts = new WeakMap<readonly string[], string>();

/** The groups of a caller are one list and one text for as long as its token is known. */
function recordText(record: DecisionRecord): string {
  const { groups } = record;
  if (groups === undefined || groups.length < MANY_GROUPS) return JSON.stringify(record);
  const known = groupTexts.get(groups) ?? JSON.stringify(groups);
  groupTexts.set(groups, known);
  const text = JSON.stringify({ ...record, groups: [] });
  // No text before it can hold this: quotes in it are escaped.
  const at = text.indexOf(NO_GROUPS) + NO_GROUPS.length - 2;
  return text.slice(0, at) + known + text.slice(at + 2);
}

/**
 * Records before authentication name no caller, and those over quota name the one who goes on
 * calling: of either only the number is of interest. During an outage of the keys, or of the list
 * of revoked tokens, every call is one.
 */
const isFoldable = ({ code, effect }: DecisionRecord): boolean =>
  code !== undefined &&
  (STATUS_OF[code] === 401 ||
    code === 'KEYS_UNAVAILABLE' ||
    code === 'REVOCATIONS_UNAVAILABLE' ||
    (code === 'QUOTA_EXCEEDED' && effect === 'deny'));

/**
 * An allow without a code, exceeded quota, store failure, unread list or reported path: sampled.
 */
const isPlainAllow = (record: DecisionRecord): boolean => {
  const { effect, code, quota, reading, revocationsUnread } = record;
  return (
    effect === 'allow' &&
    code === undefined &&
    reading === undefined &&
    revocationsUnread !== true &&
    quota?.exceeded !== true &&
    quota?.storeFailed !== true
  );
};

/**
 * The same request is in the sample or out of it wherever it is asked: FNV-1a over the id, as a
 * share of its range.
 */
export function isSampled(requestId: string, share: number): boolean {
  if (share >= 1) return true;
  let hash = 0x811c9dc5;
  for (let at = 0; at < requestId.length; at++)
    hash = Math.imul(hash ^ requestId.charCodeAt(at), 0x01000193);
  // Mixes the last characters of an id into the high bits: without it, ids that differ there alone
  // would be in or out together.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < share;
}
