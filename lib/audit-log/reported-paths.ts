/**
 * Calls that passed only since their route says `paths: report`, by how a back end may read them.
 */
import type { AuditLogItem } from './audit-log-line.ts';
import { type CallerCounter, type Callers, callerCounter } from './callers.ts';

/** Calls of one route that may be read in one way. */
export interface ReportedPaths extends Callers {
  readonly route: string;
  /** What a back end does that reads them so (docs/explanation/paths.md). */
  readonly by: readonly string[];
  /** Routes that the callers may not call; none where no reading is harmless. */
  readonly routes: readonly string[];
}

export interface ReportedPathCounter {
  add(item: AuditLogItem): void;
  counted(): readonly ReportedPaths[];
}

export function reportedPathCounter(): ReportedPathCounter {
  const found = new Map<
    string,
    { readonly sample: Omit<ReportedPaths, keyof Callers>; readonly count: CallerCounter }
  >();
  return {
    add(item) {
      if (item.kind !== 'decision') return;
      const { route = '(no route)', reading, code } = item.record;
      if (reading === undefined || code === 'PATH_REFUSED') return;
      const sample = { route, by: reading.by, routes: reading.routes };
      const key = JSON.stringify(sample);
      const entry = found.get(key) ?? { sample, count: callerCounter() };
      entry.count.add(item.record, item.at);
      found.set(key, entry);
    },
    counted: () =>
      [...found.values()]
        .map(({ sample, count }) => ({ ...sample, ...count.counted() }))
        .toSorted((a, b) => b.calls - a.calls),
  };
}
