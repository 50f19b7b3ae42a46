/**
 * Writes decision records: a sample of the allows, every refusal, and of a flood of tokenless or
 * broken calls their number.
 */
import { REFUSALS } from '../core/contract/codes.ts';
import type { DecisionRecord } from '../core/contract/decision-record.ts';
import type { Audit, Clock } from '../ports.ts';

/**
 * Refusals of one kind that an environment writes one by one in a second; further ones are counted.
 */
export const MAX_IDENTICAL_PER_SECOND = 10;

export interface RecorderParts {
  /** Share of the allows that are recorded, from 0 to 1. */
  readonly allows: number;
  readonly clock: Clock;
  /** Runs a task after so many milliseconds, or later, as long as the environment lives. */
  readonly schedule: (ms: number, task: () => void) => void;
  /**
   * Members that the line of a record carries beside it, for CloudWatch: text behind the record's
   * own, each with a comma before it.
   */
  readonly metricsOf: (record: DecisionRecord) => string;
  /** Writes one line and its break. */
  readonly write: (line: string) => void;
}

interface Burst {
  /** Start of the second, in milliseconds of the epoch. */
  readonly startedAt: number;
  written: number;
  counted: number;
  durationMs: number;
  /** The first that was only counted. */
  first: DecisionRecord | undefined;
}

export function createRecorder({
  allows,
  clock,
  schedule,
  metricsOf,
  write,
}: RecorderParts): Audit {
  const floods = new Map<string, Burst>();
  const writeRecord = (record: DecisionRecord): void =>
    write(`${JSON.stringify(record).slice(0, -1)}${metricsOf(record)}}`);

  const end = (kind: string, flood: Burst): void => {
    floods.delete(kind);
    if (!flood.first) return;
    const { requestId: _, ...alike } = flood.first;
    writeRecord({
      ...alike,
      durationMs: Math.round(flood.durationMs / flood.counted),
      weight: flood.counted,
    });
  };
  const endOld = (now: number): void => {
    for (const [kind, flood] of floods) if (now - flood.startedAt >= 1_000) end(kind, flood);
  };

  /** @returns whether it was only counted. */
  const counted = (record: DecisionRecord, now: number): boolean => {
    const kind = [
      record.code,
      record.reason,
      record.route,
      record.apiId,
      record.stage,
      record.mode,
      record.effect,
      record.refusedBy,
    ].join(' ');
    const known = floods.get(kind);
    const flood = known ?? {
      startedAt: now,
      written: 0,
      counted: 0,
      durationMs: 0,
      first: undefined,
    };
    if (!known) floods.set(kind, flood);
    if (flood.written < MAX_IDENTICAL_PER_SECOND) {
      flood.written++;
      return false;
    }
    // A frozen environment runs no timer: its next invocation ends the second, whichever comes
    // first.
    if (!flood.first)
      schedule(flood.startedAt + 1_000 - now, () => floods.get(kind) === flood && end(kind, flood));
    flood.first ??= record;
    flood.counted++;
    flood.durationMs += record.durationMs;
    return true;
  };

  return {
    record(record) {
      const now = clock.now();
      endOld(now);
      if (record.record === 'fault') write(JSON.stringify(record));
      else if (isBeforeAuthentication(record)) {
        if (!counted(record, now)) writeRecord(record);
      } else if (!isPlainAllow(record) || record.requestId === undefined) writeRecord(record);
      else if (isSampled(record.requestId, allows)) writeRecord({ ...record, weight: 1 / allows });
    },
  };
}

/**
 * Such records name no caller, so they can be aggregated; during a key outage every call is one.
 */
const isBeforeAuthentication = ({ code }: DecisionRecord): boolean =>
  code !== undefined && (REFUSALS[code].status === 401 || code === 'KEYS_UNAVAILABLE');

/** An allow without a code, exceeded quota or store failure: sampled. */
const isPlainAllow = ({ effect, code, quota }: DecisionRecord): boolean =>
  effect === 'allow' &&
  code === undefined &&
  quota?.exceeded !== true &&
  quota?.storeFailed !== true;

/**
 * The same request is in the sample or out of it wherever it is asked: FNV-1a over the id, as a
 * share of its range.
 */
export function isSampled(requestId: string, share: number): boolean {
  if (share >= 1) return true;
  let hash = 0x811c9dc5;
  for (let at = 0; at < requestId.length; at++)
    hash = Math.imul(hash ^ requestId.charCodeAt(at), 0x01000193);
  // The last characters of an id reach the high bits only so: ids that differ there alone would be
  // in or out together.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < share;
}
