/** The report of `check` for people and for programs. */

import { HOUR_SECONDS, MINUTE_SECONDS } from '../../../lambda/core/contract/periods.ts';
import { NO_RATE_LIMIT } from '../../../lambda/gateway/no-rate-limit.ts';
import { MAX_ID_LENGTH, RESPONSE_LIMIT_BYTES } from '../../access-map/cache/response-bound.ts';
import { describePlace } from '../../access-map/index.ts';
import { code } from '../../access-map/report/problems.ts';
import { PRICES } from '../../watch/costs.ts';
import { firstOf, formatCount, type Io, paint, pluralize } from '../shell/io.ts';
import { problemJson } from '../shell/problem-json.ts';
import type { Finding } from './check-findings.ts';
import type { MapFacts, MapReport, Staleness } from './check-report.ts';

export function reportLines(report: MapReport, io: Pick<Io, 'color'>): readonly string[] {
  const problems = report.problems.map((problem) => problemLine(problem, io));
  const summary = summaryLine(report, io);
  return report.facts ? [summary, ...factLines(report.facts), ...problems] : [...problems, summary];
}

function summaryLine(
  { source, ok, incomplete, problems }: MapReport,
  io: Pick<Io, 'color'>,
): string {
  const count = (wanted: Finding['severity']): number =>
    problems.filter(({ severity }) => severity === wanted).length;
  const errors = count('error');
  const warnings = count('warning');
  const parts = [
    ...(errors > 0 ? [pluralize(errors, 'error')] : []),
    ...(warnings > 0 ? [pluralize(warnings, 'warning')] : []),
  ];
  const onlyPlaceholders =
    incomplete === true &&
    problems.every(({ severity, code }) => severity === 'warning' || code === 'PLACEHOLDER');
  const bad = onlyPlaceholders ? 'incomplete, replace what is left' : 'not valid';
  const verdict = ok ? paint(io, 'green', 'good') : paint(io, 'red', bad);
  return `${paint(io, 'bold', source)}: ${[verdict, ...parts].join(', ')}`;
}

function factLines(facts: MapFacts): readonly string[] {
  const { routes, cache } = facts;
  const gateway =
    routes.gateway === routes.total ? '' : ` of ${pluralize(routes.gateway, 'gateway route')}`;
  const parts = [
    `${pluralize(routes.total, 'route')}${gateway} (${formatCount(routes.public)} public, ${formatCount(routes.signedIn)} signed in)`,
    pluralize(facts.groups, 'group'),
    pluralize(facts.machines, 'machine'),
    pluralize(facts.permissions, 'permission'),
    pluralize(facts.quotas, 'quota'),
  ];
  return [
    `  ${facts.name}, ${facts.kind} API, version ${facts.version}`,
    `  ${parts.join(', ')}`,
    cacheLine(cache),
    `  authorizer response: at most ${pluralize(facts.responseBoundBytes, 'byte')} of ${formatCount(RESPONSE_LIMIT_BYTES)}, with ids of up to ${MAX_ID_LENGTH} characters`,
    `  ${stalenessLine(facts.staleness)}`,
    ...facts.staleness.revocations.map(({ org, sentence }) => `  revocation (${org}): ${sentence}`),
    ...auditLines(facts),
    ...(facts.throttled ? [] : [`  rate of calls: ${NO_RATE_LIMIT}`]),
  ];
}

/**
 * Bytes of a record's line with its metrics, and of the access log's, as `npm run bench:record` and
 * a local run show them; CloudWatch adds 26 to each.
 */
const RECORD_BYTES = 1_000;
const ACCESS_LOG_BYTES = 600;

function auditLines({
  attached,
  metrics,
  costs,
  audit,
  shadow,
  routes,
}: MapFacts): readonly string[] {
  const shadowRule = attached
    ? 'passes where the prior authorizer allowed it'
    : 'any valid token passes';
  const { total, steady, routesWithout, groupsWithout } = metrics;
  const dollars = (amount: number): string => `$${amount.toFixed(2)}`;
  const perMillion = (bytes: number): number =>
    (bytes * 1_000_000 * PRICES.logGigabyte) / 1_000_000_000;
  const named = (what: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${pluralize(names.length, what)} (${firstOf(names.map(code), 3)})`];
  const without = [...named('route', routesWithout), ...named('group', groupsWithout)];
  const share =
    audit.allows === 1
      ? ''
      : ` (of the allows ${Math.round(audit.allows * 1_000) / 10} % are recorded)`;
  return [
    `  costs without calls, by default: ${dollars(costs.dollars)} a month while nothing fails (${steady} metrics x ${dollars(PRICES.metric)}, ${costs.alarms} alarms, the detector; a fourth dashboard ${dollars(PRICES.dashboard)}), at most ${dollars(costs.mostDollars)} with all ${total} metrics; \`maxMetrics\` changes that`,
    ...(costs.packagedDollars === undefined
      ? []
      : [
          `  costs of what \`package\` writes, which has no detector and no dashboard: ${dollars(costs.packagedDollars)} a month while nothing fails`,
        ]),
    `  metrics: one is billed for the hours in which it has a value` +
      (without.length === 0 ? '' : `; without metrics of their own: ${without.join(', ')}`),
    `  records: per million decisions ${dollars(perMillion(RECORD_BYTES))} for the decision log${share} and ${dollars(perMillion(ACCESS_LOG_BYTES))} for the access log, at ${dollars(PRICES.logGigabyte)} a GB`,
    ...(shadow === 0
      ? []
      : [
          `  shadow: ${pluralize(shadow, 'route')} of ${formatCount(routes.total)}; what the rules refuse there is recorded, and ${shadowRule}`,
        ]),
  ];
}

const MODE = {
  off: 'cache off',
  token: 'cache per token',
  tokenAndRoute: 'cache per token and route',
} as const;

function cacheLine({ mode, ttlSeconds, reasons, otherwise }: MapFacts['cache']): string {
  const ttl = mode === 'off' ? '' : `, ${duration(ttlSeconds)}`;
  const price = otherwise
    ? `; without that ${MODE[otherwise.mode].replace('cache ', '')}, ${pluralize(otherwise.responseBoundBytes, 'byte')}`
    : '';
  return `  ${MODE[mode]}${ttl}: ${reasons.join('; ')}${price}`;
}

function stalenessLine({
  groupsSeconds,
  keysSeconds,
  keysDuringOutageSeconds,
  mapSeconds,
  cacheSeconds,
  revocations,
}: Staleness): string {
  const map =
    mapSeconds === 0 ? 'a deployed map at once' : `a deployed map within ${duration(mapSeconds)}`;
  const cached =
    cacheSeconds === 0
      ? []
      : [
          `each of these, and the token's end, up to ${duration(cacheSeconds)} later for an answer in the cache`,
        ];
  return [
    `changes take effect: groups when the token expires (at most ${duration(groupsSeconds)})${revocations.length > 0 ? ' or is revoked' : ''}`,
    `withdrawn keys within ${duration(keysSeconds)} (${duration(keysDuringOutageSeconds)} while Okta's keys cannot be fetched)`,
    map,
    ...cached,
  ].join(', ');
}

/** `24 h 1 min`, `10 min`, `45 s`. */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / HOUR_SECONDS), 'h'],
    [Math.floor((seconds % HOUR_SECONDS) / MINUTE_SECONDS), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  return shown.join(' ') || '0 s';
}

function problemLine({ place, severity, message }: Finding, io: Pick<Io, 'color'>): string {
  const where = describePlace(place);
  if (!message.startsWith(where)) return message;
  return paint(io, severity === 'error' ? 'red' : 'yellow', where) + message.slice(where.length);
}

/** The stable form of `--json`: keys are added, never renamed; null where there is no value. */
export function reportJson({ source, ok, facts, problems }: MapReport) {
  return { source, ok, ...facts, problems: problems.map(problemJson) };
}
