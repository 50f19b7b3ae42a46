/**
 * One run of the detector: reads the records since the last run, reports findings, and saves its
 * position. It reports before it saves: after a crash in between, the next run reports the same
 * findings again, under the same ids, and loses none.
 */
import { createHash } from 'node:crypto';
import type { DetectorSettings } from '../core/contract/detector-input.ts';
import {
  FINDING,
  FINDING_KIND,
  FINDING_VERSION,
  type NewGroupRecord,
  type ProbingRecord,
} from '../core/contract/finding-record.ts';
import { DETECTOR_METRIC } from '../core/contract/metric-names.ts';
import { DAY_MS } from '../core/contract/periods.ts';
import type { Clock, Metrics } from '../ports.ts';
import type {
  Counted,
  DecisionLog,
  PassedRoute,
  RefusedRoute,
  Span,
  StateStore,
} from './detector-ports.ts';
import { type DetectorState, STEP_MS } from './detector-state.ts';
import { type FirstUse, findFirstUse } from './first-use.ts';
import { findProbing, PROBING_CODES, type Probing } from './probing.ts';

/**
 * Records can be queried some time after they are written; those of the last step wait for the next
 * run.
 */
export const INGESTION_DELAY_MS = STEP_MS;
/**
 * Longest span of one run: after an outage the detector catches up at twelve times real time, with
 * bounded cost for each run.
 */
export const MAX_SPAN_MS = 12 * STEP_MS;
/** Maximum lookback. A run that skips older records reports it. */
export const MAX_LOOKBACK_MS = 7 * DAY_MS;

export interface DetectorParts {
  readonly settings: DetectorSettings;
  readonly log: DecisionLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Writes one line. */
  readonly writeFinding: (line: ProbingRecord | NewGroupRecord) => void;
}

/**
 * @throws when log or store give no answer: then nothing is saved, and the next run reads the same
 * span.
 */
export async function runDetection(parts: DetectorParts): Promise<void> {
  const { store, clock, metrics } = parts;
  const stored = await store.load();
  const until = floorToStep(clock.now() - INGESTION_DELAY_MS);
  const previous = stored.state ?? initialState(until);
  const from = Math.max(previous.cursor, until - MAX_LOOKBACK_MS);
  if (until <= from) {
    metrics.put(runMetrics({ probing: 0, newGroups: 0, lagMs: until - previous.cursor }));
    return;
  }
  const reading = await readSpan(parts, { from, to: Math.min(until, from + MAX_SPAN_MS) });
  const { probing, firstUse } = report(parts, previous, reading);
  const { to } = reading.span;
  metrics.put({
    ...runMetrics({
      probing: probing.findings.length,
      newGroups: firstUse.findings.length,
      lagMs: until - to,
    }),
    ...(reading.complete ? {} : { [DETECTOR_METRIC.truncatedSpans]: 1 }),
    ...(from > previous.cursor && {
      [DETECTOR_METRIC.skippedSeconds]: Math.round((from - previous.cursor) / 1_000),
    }),
  });
  const state = { cursor: to, suspects: probing.suspects, known: firstUse.known };
  await store.save(state, stored.revision);
}

/** Searches what was read, and writes one line for each finding. */
function report(
  { settings, writeFinding }: DetectorParts,
  previous: DetectorState,
  { span, refused, passed }: ReadSpan,
) {
  const probing = findProbing(previous.suspects, refused, span.to, settings);
  const firstUse = findFirstUse(previous.known, passed, span.from, settings);
  for (const finding of probing.findings) writeFinding(probingLine(finding));
  for (const finding of firstUse.findings) writeFinding(firstUseLine(finding));
  return { probing, firstUse };
}

const runMetrics = ({
  probing,
  newGroups,
  lagMs,
}: {
  readonly probing: number;
  readonly newGroups: number;
  readonly lagMs: number;
}) => ({
  // A metric is billed for the hours in which it has a value: none is written for nothing found.
  ...(probing > 0 && { [DETECTOR_METRIC.probingPrincipals]: probing }),
  ...(newGroups > 0 && { [DETECTOR_METRIC.newGroups]: newGroups }),
  [DETECTOR_METRIC.lagSeconds]: Math.max(0, Math.round(lagMs / 1_000)),
});

const floorToStep = (ms: number): number => Math.floor(ms / STEP_MS) * STEP_MS;

const initialState = (until: number): DetectorState => ({
  cursor: until - STEP_MS,
  suspects: new Map(),
  known: new Map(),
});

interface ReadSpan {
  readonly span: Span;
  readonly refused: readonly RefusedRoute[];
  readonly passed: readonly PassedRoute[];
  readonly complete: boolean;
}

/** Halves the span until the answers are complete or a single step remains. */
async function readSpan({ log, settings }: DetectorParts, span: Span): Promise<ReadSpan> {
  const routes = settings.sensitive.map(({ route }) => route);
  const none: Counted<PassedRoute> = { rows: [], complete: true };
  for (let { from, to } = span; ; to = from + Math.max(STEP_MS, floorToStep((to - from) / 2))) {
    const [refused, passed] = await Promise.all([
      log.refused({ from, to }, PROBING_CODES),
      routes.length === 0 ? none : log.passed({ from, to }, routes),
    ]);
    const complete = refused.complete && passed.complete;
    if (complete || to - from <= STEP_MS)
      return { span: { from, to }, refused: refused.rows, passed: passed.rows, complete };
  }
}

/** Equal for equal findings. */
const findingId = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

const probingLine = ({ principal, routes, at }: Probing): ProbingRecord => ({
  record: FINDING_KIND,
  v: FINDING_VERSION,
  finding: FINDING.probing,
  id: findingId(FINDING.probing, principal, at),
  time: new Date(at).toISOString(),
  principal,
  routes,
});

const firstUseLine = ({ route, group, at }: FirstUse): NewGroupRecord => ({
  record: FINDING_KIND,
  v: FINDING_VERSION,
  finding: FINDING.newGroup,
  id: findingId(FINDING.newGroup, route, group),
  time: new Date(at).toISOString(),
  route,
  group,
});
