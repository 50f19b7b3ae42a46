import type { AuditLogItem } from '../../audit-log/audit-log-line.ts';
import { type AuditLogSummary, readAuditLog } from '../../audit-log/read-audit-log.ts';
import { type ReportedPaths, reportedPathCounter } from '../../audit-log/reported-paths.ts';
import { readInTimeOrder } from '../../audit-log/time-order.ts';
import type { Io } from '../shell/io.ts';
import { gaps } from './log-notes.ts';
import {
  type AuditLogOptions,
  type AuditLogSources,
  assertNotEmpty,
  openAuditLog,
} from './log-source.ts';

export interface CountedRecords {
  readonly summary: AuditLogSummary;
  /** What is missing from what was asked for. */
  readonly notes: readonly string[];
  /** Calls that passed only since their route says `paths: report`. */
  readonly reported: readonly ReportedPaths[];
  /** Milliseconds since the epoch. */
  readonly sinceMs: number | undefined;
}

const READ = { inTimeOrder: readInTimeOrder, asRead: readAuditLog } as const;

/**
 * Hands each record that the options name to a counter.
 * @throws AuditLogError where there is no decision record.
 */
export async function countRecords(
  options: AuditLogOptions,
  { io, sources }: { readonly io: Io; readonly sources: AuditLogSources },
  counter: { readonly add: (item: AuditLogItem) => void },
  order: keyof typeof READ,
): Promise<CountedRecords> {
  const { inputs, sinceMs } = openAuditLog(options, io, sources);
  const reportedPaths = reportedPathCounter();
  const add = (item: AuditLogItem): void => {
    counter.add(item);
    reportedPaths.add(item);
  };
  const summary = await READ[order](inputs, add, sinceMs);
  assertNotEmpty(summary);
  const notes = gaps(summary, sinceMs, (io.now ?? Date.now)());
  return { summary, notes, reported: reportedPaths.counted(), sinceMs };
}
