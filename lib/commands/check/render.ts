/** The report of `check` for people and for programs. */
import { describePlace } from '../../access-map/index.ts';
import { MAX_ID_LENGTH, RESPONSE_LIMIT_BYTES } from '../../access-map/response-bound.ts';
import { counted, type Io, paint, thousands } from '../shell/io.ts';
import type { Finding } from './findings.ts';
import type { MapFacts, MapReport, Staleness } from './report.ts';

export function reportLines(report: MapReport, io: Pick<Io, 'color'>): readonly string[] {
  const problems = report.problems.map((problem) => problemLine(problem, io));
  const summary = summaryLine(report, io);
  return report.facts ? [summary, ...factLines(report.facts), ...problems] : [...problems, summary];
}

function summaryLine({ source, ok, problems }: MapReport, io: Pick<Io, 'color'>): string {
  const count = (wanted: Finding['severity']): number => problems.filter(({ severity }) => severity === wanted).length;
  const errors = count('error');
  const warnings = count('warning');
  const parts = [...(errors > 0 ? [counted(errors, 'error')] : []), ...(warnings > 0 ? [counted(warnings, 'warning')] : [])];
  const verdict = ok ? paint(io, 'green', 'good') : paint(io, 'red', 'not valid');
  return `${paint(io, 'bold', source)}: ${[verdict, ...parts].join(', ')}`;
}

function factLines(facts: MapFacts): readonly string[] {
  const { routes, cache } = facts;
  const gateway = routes.gateway === routes.total ? '' : ` of ${counted(routes.gateway, 'gateway route')}`;
  const parts = [
    `${counted(routes.total, 'route')}${gateway} (${thousands(routes.public)} public, ${thousands(routes.signedIn)} signed in)`,
    counted(facts.groups, 'group'),
    counted(facts.machines, 'machine'),
    counted(facts.permissions, 'permission'),
    counted(facts.quotas, 'quota'),
  ];
  return [
    `  ${facts.name}, ${facts.kind} API, version ${facts.version}`,
    `  ${parts.join(', ')}`,
    cacheLine(cache),
    `  authorizer response: at most ${counted(facts.responseBoundBytes, 'byte')} of ${thousands(RESPONSE_LIMIT_BYTES)}, with ids of up to ${MAX_ID_LENGTH} characters`,
    `  ${stalenessLine(facts.staleness)}`,
  ];
}

const MODE = { off: 'cache off', token: 'cache per token', tokenAndRoute: 'cache per token and route' } as const;

function cacheLine({ mode, ttlSeconds, reasons, otherwise }: MapFacts['cache']): string {
  const ttl = mode === 'off' ? '' : `, ${duration(ttlSeconds)}`;
  const price = otherwise
    ? `; without that ${MODE[otherwise.mode].replace('cache ', '')}, ${counted(otherwise.responseBoundBytes, 'byte')}`
    : '';
  return `  ${MODE[mode]}${ttl}: ${reasons.join('; ')}${price}`;
}

function stalenessLine({ groupsSeconds, keysSeconds, keysDuringOutageSeconds, mapSeconds, cacheSeconds }: Staleness): string {
  const map = mapSeconds === 0 ? 'a deployed map at once' : `a deployed map within ${duration(mapSeconds)}`;
  const cached =
    cacheSeconds === 0 ? [] : [`each of these, and the token's end, up to ${duration(cacheSeconds)} later for an answer in the cache`];
  return [
    `changes take effect: groups when the token ends (at most ${duration(groupsSeconds)})`,
    `withdrawn keys within ${duration(keysSeconds)} (${duration(keysDuringOutageSeconds)} while Okta's keys cannot be fetched)`,
    map,
    ...cached,
  ].join(', ');
}

/** `24 h 1 min`, `10 min`, `45 s`. */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  return shown.join(' ') || '0 s';
}

function problemLine({ place, severity, message }: Finding, io: Pick<Io, 'color'>): string {
  const where = describePlace(place);
  return message.startsWith(where) ? paint(io, severity === 'error' ? 'red' : 'yellow', where) + message.slice(where.length) : message;
}

/** The stable form of `--json`: keys are added, never renamed; null where there is no value. */
export function reportJson({ source, ok, facts, problems }: MapReport): unknown {
  return { source, ok, ...facts, problems: problems.map(problemJson) };
}

export function problemJson({ severity, code, message, place, expected, found, nearest }: Finding): unknown {
  return {
    severity,
    code,
    message,
    source: place.source,
    path: place.path,
    line: place.line ?? null,
    column: place.column ?? null,
    expected: expected ?? null,
    found: found ?? null,
    nearest: nearest ?? null,
  };
}
