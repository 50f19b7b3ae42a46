/**
 * Floods of identical records: beyond a limit a second, one record with a weight stands for all.
 */
import type { DecisionRecord } from '../core/contract/decision-record.ts';

/** Runs a task after this number of milliseconds or later, while the environment lives. */
export type Schedule = (ms: number, task: () => void) => void;

export interface Floods {
  /**
   * @returns whether the record was only counted; false: the caller writes it.
   * @param now milliseconds since the epoch.
   */
  counts(record: DecisionRecord, now: number): boolean;
  /** Writes the floods whose second has passed. */
  endOld(now: number): void;
}

interface Flood {
  /** Start of the second, in milliseconds since the epoch. */
  readonly startedAt: number;
  written: number;
  counted: number;
  durationMs: number;
  /** The first record that was only counted. */
  first: DecisionRecord | undefined;
}

/** @param limit identical records that are written one by one in a second. */
export function createFloods(
  limit: number,
  schedule: Schedule,
  write: (record: DecisionRecord) => void,
): Floods {
  const floods = new Map<string, Flood>();

  const end = (kind: string, flood: Flood): void => {
    floods.delete(kind);
    const summary = summaryOf(flood);
    if (summary) write(summary);
  };

  const floodOf = (kind: string, now: number): Flood => {
    const known = floods.get(kind);
    if (known) return known;
    const flood = { startedAt: now, written: 0, counted: 0, durationMs: 0, first: undefined };
    floods.set(kind, flood);
    return flood;
  };

  return {
    counts(record, now) {
      const kind = kindOf(record);
      const flood = floodOf(kind, now);
      if (flood.written < limit) {
        flood.written++;
        return false;
      }
      // A frozen environment runs no timer, so its next invocation ends the second, unless the
      // timer did.
      if (!flood.first)
        schedule(
          flood.startedAt + 1_000 - now,
          () => floods.get(kind) === flood && end(kind, flood),
        );
      flood.first ??= record;
      flood.counted++;
      flood.durationMs += record.durationMs;
      return true;
    },
    endOld(now) {
      for (const [kind, flood] of floods) if (now - flood.startedAt >= 1_000) end(kind, flood);
    },
  };
}

/** As text, with the parts kept apart. */
function kindOf(record: DecisionRecord): string {
  const { code, reason, route, apiId, stage, mode, effect, refusedBy, principal, quota } = record;
  const who = [principal, quota?.name, quota?.endsAt];
  return JSON.stringify([code, reason, route, apiId, stage, mode, effect, refusedBy, ...who]);
}

function summaryOf({ first, durationMs, counted }: Flood): DecisionRecord | undefined {
  if (!first) return undefined;
  const { requestId: _, ...alike } = first;
  return { ...alike, durationMs: Math.round(durationMs / counted), weight: counted };
}
