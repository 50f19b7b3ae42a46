/**
 * Anomalies to plant into an ordinary day, and the alarms that each of them must set off: these and
 * no others.
 */
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import type { RunbookSection } from '../../../lib/watch/runbook.ts';
import { metricKey } from './embedded-metrics.ts';
import { random } from './random.ts';
import { ROUTES } from './shop.ts';
import {
  call,
  evenly,
  MINUTE,
  merged,
  type Person,
  PLANT,
  refusal,
  series,
  type Traffic,
  valuesOf,
} from './traffic.ts';

export interface Plant {
  readonly name: string;
  /**
   * By their section of the runbook; empty: it is odd and harmless, or the affair of somebody else.
   */
  readonly fires: readonly RunbookSection[];
  readonly traffic: (authorizer: string) => Traffic;
  /** Whether the detector's run at this time takes place; absent: all do. */
  readonly detectorRuns?: (at: number) => boolean;
}

const own = (authorizer: string, name: string, dimensions = {}): string =>
  metricKey('OktaGroupAuthorizer', name, { FunctionName: authorizer, ...dimensions });
const lambda = (authorizer: string, name: string): string =>
  metricKey('AWS/Lambda', name, { FunctionName: authorizer });

const ofRecords = (make: () => readonly DecisionRecord[]) => (authorizer: string) => {
  const records = make();
  return merged({ records, values: valuesOf(records, authorizer) });
};
const ofMetric =
  (name: string, value: number, minutes: number, dimensions = {}) =>
  (authorizer: string) =>
    merged({ values: series(own(authorizer, name, dimensions), value, PLANT, minutes * MINUTE) });
const ofLine =
  (text: string, everyMinutes = 4) =>
  () =>
    merged({ lines: evenly(5, PLANT, 5 * everyMinutes * MINUTE, (at) => ({ at, text })) });

const reader: Person = { id: '00uodd', groups: ['readers'] };
const refusedRoutes = ROUTES.filter((route) => call(PLANT, reader, route).effect === 'deny');
/** Tries so many routes, one after the other. */
const probe = (routes: number, minutes: number) =>
  ofRecords(() =>
    evenly(routes, PLANT, minutes * MINUTE, (at, n) => call(at, reader, refusedRoutes[n] ?? '')),
  );

export const PLANTS: readonly Plant[] = [
  {
    name: 'a client that asks for what its users may not, twice a second for 20 minutes',
    fires: ['refusals'],
    traffic: ofRecords(() => {
      const dice = random(11);
      return evenly(2_400, PLANT, 20 * MINUTE, (at) =>
        call(at, { id: `00u${dice.below(30)}`, groups: ['readers'] }, 'POST /orders'),
      );
    }),
  },
  {
    name: 'a flood of bad tokens, 20 a second for 20 minutes',
    fires: ['refusals'],
    traffic: ofRecords(() =>
      evenly(24_000, PLANT, 20 * MINUTE, (at) => refusal(at, 'TOKEN_SIGNATURE', 'GET /orders')),
    ),
  },
  {
    name: 'bad tokens, 8 a minute for 5 hours',
    fires: [],
    traffic: ofRecords(() =>
      evenly(2_400, PLANT, 300 * MINUTE, (at) => refusal(at, 'NO_TOKEN', 'GET /orders')),
    ),
  },
  {
    name: 'a bug that answers 500 to one call in a while',
    fires: ['authorizer-failures'],
    traffic: ofMetric('AuthorizerFailures', 1, 15),
  },
  { name: 'one malformed event', fires: [], traffic: ofMetric('AuthorizerFailures', 1, 1) },
  {
    name: 'time-outs, every 4 minutes',
    fires: ['authorizer-crashes'],
    traffic: ofLine('2026-11-22T06:00:05.003Z 8f507cfc Task timed out after 5.00 seconds'),
  },
  {
    name: 'the function runs out of memory, every 4 minutes',
    fires: ['authorizer-crashes'],
    traffic: ofLine(
      'RequestId: 8f507cfc Error: Runtime exited with error: signal: killed Runtime.ExitError',
    ),
  },
  {
    name: 'code that does not load',
    fires: ['authorizer-crashes'],
    traffic: ofLine(
      `2026-11-22T06:00:05.003Z undefined ERROR Uncaught Exception {"errorType":"Runtime.ImportModuleError"}`,
    ),
  },
  {
    name: 'no more executions at a time',
    fires: ['authorizer-throttled'],
    traffic: (authorizer) =>
      merged({ values: series(lambda(authorizer, 'Throttles'), 3, PLANT, 15 * MINUTE) }),
  },
  {
    name: 'decisions of 1.5 s, for 20 minutes',
    fires: ['authorizer-slow'],
    traffic: (authorizer) =>
      merged({ values: series(lambda(authorizer, 'Duration'), 1_500, PLANT, 20 * MINUTE, 10_000) }),
  },
  {
    name: 'Okta gives no keys for two hours',
    fires: ['keys-old'],
    traffic: (authorizer) => okta(authorizer, 'KeyAgeSeconds', 120),
  },
  {
    name: 'Okta gives no keys for half an hour',
    fires: [],
    traffic: (authorizer) => okta(authorizer, 'KeyAgeSeconds', 30),
  },
  {
    name: 'a copy of the keys that nobody has written for 13 hours',
    fires: ['key-copy-old'],
    traffic: ofMetric('KeyCopyAgeSeconds', 13 * 3_600, 15),
  },
  {
    name: 'the table of the keys cannot be reached',
    fires: ['key-copy-failing'],
    traffic: ofMetric('KeyCopyFailures', 1, 15),
  },
  { name: 'no keys at all', fires: ['keys-missing'], traffic: ofMetric('KeysMissing', 1, 15) },
  {
    name: 'the quota table cannot be reached',
    fires: ['quota-store-failing'],
    traffic: ofMetric('QuotaStoreFailures', 4, 15),
  },
  {
    name: 'a group near the end of its quota',
    fires: ['quota-nearly-spent'],
    traffic: ofMetric('QuotaUsedPercent', 93, 15, { Quota: 'partner' }),
  },
  {
    name: 'an owner’s deployment takes the authorizer off a route',
    fires: ['unprotected-routes'],
    traffic: () =>
      merged({
        values: series(
          metricKey('OktaGroupAuthorizer', 'UnprotectedRoutes', { Api: 'a1b2c3d4e5' }),
          1,
          PLANT,
          45 * MINUTE,
          15 * MINUTE,
        ),
      }),
  },
  {
    name: 'one principal tries 12 routes in 40 minutes',
    fires: ['probing-principal'],
    traffic: probe(12, 40),
  },
  {
    name: 'one principal tries 10 routes in a minute',
    fires: ['probing-principal'],
    traffic: probe(10, 1),
  },
  { name: 'one principal tries 9 routes in a minute', fires: [], traffic: probe(9, 1) },
  { name: 'one principal tries 12 routes in 4 hours', fires: [], traffic: probe(12, 240) },
  {
    name: 'a page that calls 20 routes with a token without groups',
    fires: [],
    traffic: ofRecords(() =>
      evenly(20, PLANT, MINUTE, (at, n) =>
        refusal(at, 'GROUPS_MISSING', ROUTES[n] ?? '', '00unew'),
      ),
    ),
  },
  {
    name: 'one principal over its quota on 20 routes',
    fires: [],
    traffic: ofRecords(() =>
      evenly(20, PLANT, MINUTE, (at, n) =>
        refusal(at, 'QUOTA_EXCEEDED', ROUTES[n] ?? '', '00ubusy'),
      ),
    ),
  },
  {
    name: 'a group comes to a sensitive route for the first time',
    fires: ['new-group-on-a-sensitive-route'],
    traffic: ofRecords(() => [
      call(PLANT, { id: '00uaudit', groups: ['auditors'] }, 'GET /users/{id}'),
    ]),
  },
  {
    name: 'a caller of a sensitive route has a further group that allows nothing there',
    fires: [],
    traffic: ofRecords(() => [
      call(PLANT, { id: '00u052', groups: ['admins', 'clerks'] }, 'GET /users/{id}'),
    ]),
  },
  {
    name: 'the detector does not run for an hour',
    fires: ['detector-behind'],
    traffic: () => merged(),
    detectorRuns: (at) => at < PLANT || at >= PLANT + 60 * MINUTE,
  },
];

/** Grows by a second a second, as long as Okta is away. */
const okta = (authorizer: string, name: string, minutes: number): Traffic =>
  merged({
    values: evenly(minutes, PLANT, minutes * MINUTE, (at) => ({
      at,
      metric: own(authorizer, name),
      value: (at - PLANT) / 1_000 + 290,
    })),
  });
