/** Reads the audit log once, from any input, and summarises it. Keeps no items. */
import { DAY_MS } from '../../lambda/core/contract/periods.ts';
import { AuditLogError } from './audit-log-error.ts';
import { type AuditLogItem, readAuditLogLine } from './audit-log-line.ts';
import type { Input } from './inputs.ts';

const SHOWN_PLACES = 5;

/** What was read. Times are milliseconds since the epoch. */
export interface AuditLogSummary {
  readonly decisions: number;
  readonly accesses: number;
  /** Lines of the same log that are no part of the audit trail. */
  readonly others: number;
  /** Before `since`. */
  readonly older: number;
  readonly bad: number;
  /** The first of the bad lines: `decisions.jsonl:12: expected JSON`. */
  readonly badPlaces: readonly string[];
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** UTC days between the first line and the last on which there is none. */
  readonly emptyDays: number;
  /** Allowed calls are recorded in part (`audit.allows` below 1). */
  readonly sampled: boolean;
  readonly mapVersions: readonly string[];
}

export type Visit = (item: AuditLogItem) => void;

export interface AuditLogReading {
  /** For the items of one or several inputs, in any order. */
  take(input: Input): AsyncIterable<AuditLogItem>;
  summary(): AuditLogSummary;
}

/**
 * @param sinceMs earlier items are counted and left out.
 * @throws AuditLogError (from the iteration) for an input that cannot be read and for a record of
 * another version.
 */
export function auditLogReading(sinceMs?: number): AuditLogReading {
  const counts = { decisions: 0, accesses: 0, others: 0, older: 0, bad: 0 };
  const badPlaces: string[] = [];
  const seen = coverage();
  const evaluate = (text: string, place: string): readonly AuditLogItem[] =>
    readAuditLogLine(text).flatMap((result): readonly AuditLogItem[] => {
      if (result.kind === 'version') throw otherVersion(result.version, place);
      if (result.kind === 'other') counts.others++;
      if (result.kind === 'bad' && ++counts.bad <= SHOWN_PLACES)
        badPlaces.push(`${place}: ${result.why}`);
      if (result.kind === 'other' || result.kind === 'bad') return [];
      if (sinceMs !== undefined && result.at < sinceMs) {
        counts.older++;
        return [];
      }
      counts[result.kind === 'decision' ? 'decisions' : 'accesses']++;
      seen.add(result);
      return [result];
    });
  return {
    async *take(input) {
      for await (const lines of input.keep())
        for (const { text, place } of lines) yield* evaluate(text, place);
    },
    summary: () => ({ ...counts, badPlaces, ...seen.summary() }),
  };
}

/** Hands every item to `visit`, in the order of the inputs. */
export async function readAuditLog(
  inputs: readonly Input[],
  visit: Visit,
  sinceMs?: number,
): Promise<AuditLogSummary> {
  const reading = auditLogReading(sinceMs);
  for (const input of inputs) for await (const item of reading.take(input)) visit(item);
  return reading.summary();
}

const otherVersion = (version: string, place: string): AuditLogError =>
  new AuditLogError(
    `${place}: expected decision records of version 1, found version ${version}: read them with the release that wrote them`,
  );

function coverage(): {
  add(item: AuditLogItem): void;
  summary(): Pick<AuditLogSummary, 'from' | 'to' | 'emptyDays' | 'sampled' | 'mapVersions'>;
} {
  let from: number | undefined;
  let to: number | undefined;
  let sampled = false;
  const days = new Set<number>();
  const versions = new Set<string>();
  return {
    add(item) {
      from = Math.min(from ?? item.at, item.at);
      to = Math.max(to ?? item.at, item.at);
      days.add(Math.floor(item.at / DAY_MS));
      if (item.kind !== 'decision') return;
      versions.add(item.record.mapVersion);
      // Refusals with a weight are aggregated floods, not samples: no call is missing.
      sampled ||= item.record.weight > 1 && item.record.code === undefined;
    },
    summary: () => ({
      from,
      to,
      emptyDays:
        from === undefined || to === undefined
          ? 0
          : Math.floor(to / DAY_MS) - Math.floor(from / DAY_MS) + 1 - days.size,
      sampled,
      mapVersions: [...versions],
    }),
  };
}
