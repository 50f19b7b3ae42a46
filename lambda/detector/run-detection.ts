/**
 * One run of the detector: looks at the records since the last run, reports, and remembers how far
 * it got. What it finds is reported before that is written down: a run that dies in between is done
 * again and says the same twice, under the same ids; it never says nothing.
 */
import { createHash } from 'node:crypto';
import type { DetectorSettings } from '../core/contract/detector.ts';
import { DETECTOR_METRIC } from '../core/contract/metrics.ts';
import { DAY_SECONDS } from '../core/contract/periods.ts';
import type { Clock, Metrics } from '../ports.ts';
import { type FirstUse, findFirstUse } from './first-use.ts';
import type { Counted, DecisionLog, PassedRoute, RefusedRoute, Span, StateStore } from './ports.ts';
import { findProbing, PROBING_CODES, type Probing } from './probing.ts';
import { type DetectorState, STEP_MS } from './state.ts';

/**
 * Records arrive in the log within seconds and can be queried some time later; those of the last
 * steps are left for the next run.
 */
export const INGESTION_DELAY_MS = STEP_MS;
/**
 * Longest span of one run: after an outage the detector catches up twelve times as fast as time
 * passes, at a bounded price a run.
 */
export const MAX_SPAN_MS = 12 * STEP_MS;
/** Records older than this are not looked at any more; a run that leaves some out says so. */
export const MAX_LOOKBACK_MS = 7 * DAY_SECONDS * 1_000;

export interface DetectorParts {
  readonly settings: DetectorSettings;
  readonly log: DecisionLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Writes one line. */
  readonly writeFinding: (line: Readonly<Record<string, unknown>>) => void;
}

/**
 * @throws when log or store give no answer: then nothing is remembered, and the next run looks at
 * the same span.
 */
export async function runDetection(parts: DetectorParts): Promise<void> {
  const { settings, store, clock, metrics, writeFinding } = parts;
  const stored = await store.load();
  const until = floorToStep(clock.now() - INGESTION_DELAY_MS);
  const previous = stored.state ?? initialState(until);
  const from = Math.max(previous.cursor, until - MAX_LOOKBACK_MS);
  const lag = (cursor: number) => ({
    [DETECTOR_METRIC.lagSeconds]: Math.max(0, Math.round((until - cursor) / 1_000)),
  });
  if (until <= from)
    return metrics.put({
      [DETECTOR_METRIC.probingPrincipals]: 0,
      [DETECTOR_METRIC.newGroups]: 0,
      ...lag(previous.cursor),
    });
  const { span, refused, passed, complete } = await readSpan(parts, {
    from,
    to: Math.min(until, from + MAX_SPAN_MS),
  });
  const probing = findProbing(previous.suspects, refused, span.to, settings);
  const firstUse = findFirstUse(previous.known, passed, span.from, settings);
  for (const finding of [
    ...probing.findings.map(probingLine),
    ...firstUse.findings.map(firstUseLine),
  ])
    writeFinding(finding);
  metrics.put({
    [DETECTOR_METRIC.probingPrincipals]: probing.findings.length,
    [DETECTOR_METRIC.newGroups]: firstUse.findings.length,
    ...lag(span.to),
    ...(complete ? {} : { [DETECTOR_METRIC.truncatedSpans]: 1 }),
    ...(from > previous.cursor && {
      [DETECTOR_METRIC.skippedSeconds]: Math.round((from - previous.cursor) / 1_000),
    }),
  });
  await store.save(
    { cursor: span.to, suspects: probing.suspects, known: firstUse.known },
    stored.revision,
  );
}

const floorToStep = (ms: number): number => Math.floor(ms / STEP_MS) * STEP_MS;

const initialState = (until: number): DetectorState => ({
  cursor: until - STEP_MS,
  suspects: new Map(),
  known: new Map(),
});

interface Reading {
  readonly span: Span;
  readonly refused: readonly RefusedRoute[];
  readonly passed: readonly PassedRoute[];
  readonly complete: boolean;
}

/** Halves the span until the answers are complete, or a single step is left. */
async function readSpan({ log, settings }: DetectorParts, span: Span): Promise<Reading> {
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

/** The same for the same finding, however often it is found. */
const findingId = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

const probingLine = ({ principal, routes, at }: Probing) => ({
  record: 'finding',
  v: 1,
  finding: 'probing_principal',
  id: findingId('probing_principal', principal, at),
  time: new Date(at).toISOString(),
  principal,
  routes,
});

const firstUseLine = ({ route, group, at }: FirstUse) => ({
  record: 'finding',
  v: 1,
  finding: 'new_group_on_sensitive_route',
  id: findingId('new_group_on_sensitive_route', route, group),
  time: new Date(at).toISOString(),
  route,
  group,
});
