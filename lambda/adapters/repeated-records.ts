/**
 * Counts identical records: beyond a limit a second, one record with a weight stands
 * for all.
 */
import type { DecisionRecord } from '../core/contract/decision-record.ts';

/** Runs a task after this number of milliseconds or later, while the environment lives. */
export type Schedule = (ms: number, task: () => void) => void;

export interface RepeatedRecords {
  /**
   * @returns whether the record was only counted; false: the caller writes it.
   * @param now milliseconds since the epoch.
   */
  counts(record: DecisionRecord, now: number): boolean;
  /** Writes the counts whose second has passed. */
  endOld(now: number): void;
}

interface Repeat {
  /** Start of the second, in milliseconds since the epoch. */
  readonly startedAt: number;
  written: number;
  counted: number;
  durationMs: number;
  /** The first record that was only counted. */
  first: DecisionRecord | undefined;
}

/** @param limit identical records that are written one by one in a second. */
export function countRepeatedRecords(
  limit: number,
  schedule: Schedule,
  write: (record: DecisionRecord) => void,
): RepeatedRecords {
  const repeats = new Map<string, Repeat>();

  const end = (kind: string, repeat: Repeat): void => {
    repeats.delete(kind);
    const summary = summaryOf(repeat);
    if (summary) write(summary);
  };

  const repeatOf = (kind: string, now: number): Repeat => {
    const known = repeats.get(kind);
    if (known) return known;
    const repeat = { startedAt: now, written: 0, counted: 0, durationMs: 0, first: undefined };
    repeats.set(kind, repeat);
    return repeat;
  };

  return {
    counts(record, now) {
      const kind = kindOf(record);
      const repeat = repeatOf(kind, now);
      if (repeat.written < limit) {
        repeat.written++;
        return false;
      }
      // A frozen environment runs no timer, so its next invocation ends the second, unless the
      // timer did.
      if (!repeat.first)
        schedule(
          repeat.startedAt + 1_000 - now,
          () => repeats.get(kind) === repeat && end(kind, repeat),
        );
      repeat.first ??= record;
      repeat.counted++;
      repeat.durationMs += record.durationMs;
      return true;
    },
    endOld(now) {
      for (const [kind, repeat] of repeats) if (now - repeat.startedAt >= 1_000) end(kind, repeat);
    },
  };
}

/** As text, with the parts kept apart. */
function kindOf(record: DecisionRecord): string {
  const { code, reason, route, apiId, stage, mode, effect, refusedBy, principal, quota } = record;
  const who = [principal, quota?.name, quota?.endsAt];
  return JSON.stringify([code, reason, route, apiId, stage, mode, effect, refusedBy, ...who]);
}

function summaryOf({ first, durationMs, counted }: Repeat): DecisionRecord | undefined {
  if (!first) return undefined;
  const { requestId: _, ...alike } = first;
  return { ...alike, durationMs: Math.round(durationMs / counted), weight: counted };
}
