/** Runs the detector over synthetic records as its schedule would. */

import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import type { DetectorSettings } from '../../../lambda/core/contract/detector-input.ts';
import type {
  DecisionLog,
  PassedRoute,
  RefusedRoute,
  Span,
  StateStore,
} from '../../../lambda/detector/detector-ports.ts';
import { STEP_MS } from '../../../lambda/detector/detector-state.ts';
import { memoryState } from '../../../lambda/detector/memory-state.ts';
import { runDetection } from '../../../lambda/detector/run-detection.ts';
import { metricKey, type Value } from './embedded-metrics.ts';

const known = new WeakMap<DecisionRecord, number>();

/** Start of a record's step; records are asked for it with each plant again. */
function stepOf(record: DecisionRecord): number {
  const step = known.get(record) ?? Math.floor(Date.parse(record.time) / STEP_MS) * STEP_MS;
  known.set(record, step);
  return step;
}

/** Answers from records, as the queries of lambda/detector/insights-log.ts do. */
export function memoryLog(records: readonly DecisionRecord[], maxRows = 10_000): DecisionLog {
  const steps = new Map<number, DecisionRecord[]>();
  for (const record of records) {
    const step = stepOf(record);
    const found = steps.get(step);
    if (found) found.push(record);
    else steps.set(step, [record]);
  }
  const rows = <Row>(
    { from, to }: Span,
    row: (record: DecisionRecord, at: number) => Row | undefined,
  ) => {
    const found = new Map<string, Row>();
    for (let at = from; at < to; at += STEP_MS) {
      for (const record of steps.get(at) ?? []) {
        const made = row(record, at);
        if (made !== undefined) found.set(JSON.stringify(made), made);
      }
    }
    return { rows: [...found.values()].slice(0, maxRows), complete: found.size < maxRows };
  };
  return {
    refused: async (span, codes) =>
      rows(span, ({ effect, code, principal, route }, at): RefusedRoute | undefined =>
        effect === 'deny' && code && codes.includes(code) && principal && route
          ? { at, principal: principal.id, route }
          : undefined,
      ),
    passed: async (span, routes) =>
      rows(span, ({ effect, wouldDeny, route = '', groups = [] }, at): PassedRoute | undefined =>
        effect === 'allow' && !wouldDeny && routes.includes(route)
          ? { at, route, groups }
          : undefined,
      ),
  };
}

export interface DetectorRuns {
  readonly values: readonly Value[];
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

export interface RunOptions {
  readonly settings: DetectorSettings;
  readonly log: DecisionLog;
  readonly from: number;
  readonly to: number;
  readonly authorizer: string;
  readonly store?: StateStore;
  /** Whether the run at this time takes place. */
  readonly runs?: (at: number) => boolean;
}

/** A failed run is one without metrics, as in AWS. */
export async function detectorRuns(options: RunOptions): Promise<DetectorRuns> {
  const { settings, log, store = memoryState(), runs = () => true } = options;
  const values: Value[] = [];
  const lines: Readonly<Record<string, unknown>>[] = [];
  for (let at = options.from; at < options.to; at += STEP_MS) {
    if (!runs(at)) continue;
    const put = (metrics: Readonly<Record<string, number>>): void => {
      for (const [name, value] of Object.entries(metrics)) {
        values.push({
          at,
          metric: metricKey('OktaGroupAuthorizer', name, { FunctionName: options.authorizer }),
          value,
        });
      }
    };
    const parts = {
      settings,
      log,
      store,
      clock: { now: () => at },
      metrics: { put },
      writeFinding: (line: object) => void lines.push({ ...line }),
    };
    await runDetection(parts).catch(() => undefined);
  }
  return { values, lines };
}
