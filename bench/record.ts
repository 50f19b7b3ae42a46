/**
 * The cost of the decision record on the request path: the handler's own time with the recorder and
 * without, side by side, in interleaved rounds; and what a line weighs in log ingestion. Lines are
 * made and thrown away. Run: `npm run bench:record`.
 */
import { pseudonymWith } from '../lambda/adapters/pseudonym.ts';
import { namedMetrics, recordMetrics } from '../lambda/adapters/record-metrics.ts';
import { createRecorder } from '../lambda/adapters/recorder.ts';
import { createAuthorizer } from '../lambda/authorizer/authorize.ts';
import { createHandler } from '../lambda/authorizer/handler.ts';
import type { DecisionRecord } from '../lambda/core/contract/decision-record.ts';
import { parseModel } from '../lambda/core/model/load-model.ts';
import type { Principal } from '../lambda/core/token/principal.ts';
import type { Audit } from '../lambda/ports.ts';
import { AccessMap } from '../lib/access-map/index.ts';
import { httpApiEvent } from '../test/support/http-api-event.ts';
import { largeMap } from '../test/support/large-map.ts';

const ROUNDS = 41;
const CALLS = 10_000;
/** Of CloudWatch Logs, us-east-1, November 2026; each event counts 26 bytes more. */
const DOLLARS_A_GB = 0.5;
const EVENT_BYTES = 26;

const { map } = AccessMap.checkText(largeMap(30, 30), 'bench.yaml');
if (!map) throw new Error('the map of the benchmark is not valid');
const file = { ...map.model, rules: map.ruleTable };
const model = parseModel(JSON.parse(JSON.stringify(file)));
const clock = { now: () => 0 };
const principal: Principal = {
  kind: 'user',
  uid: '00u1abcdefghijklmnop',
  cid: '0oa1web',
  groups: ['team-0', 'team-1', 'team-2'],
  scopes: [],
};

function scene(audit: Audit, hash = false) {
  const evaluated = hash ? { ...model, audit: { ...model.audit, hashPrincipal: true } } : model;
  const authorize = createAuthorizer({
    model: evaluated,
    clock,
    verifier: { verify: async () => principal },
    quota: async () => ({ kind: 'free' }),
    pseudonym: pseudonymWith('bench'),
  });
  return createHandler({
    authorize,
    unauthorized: 'throw',
    mapVersion: model.version,
    clock,
    audit,
  });
}

let bytes = 0;
let lines = 0;
const write = (line: string): void => {
  bytes += line.length;
  lines++;
};
const recorder = (metricsOf: (record: DecisionRecord) => string, allows = 1): Audit =>
  createRecorder({ allows, clock, schedule: () => undefined, metricsOf, write });
const metrics = recordMetrics('access-orders-authorizer-0123456789', namedMetrics(model));

const cases = [
  { name: 'no recorder', handler: scene({ record: () => undefined }) },
  { name: 'record without metrics', handler: scene(recorder(() => '')) },
  { name: 'record with metrics in its line', handler: scene(recorder(metrics)) },
  { name: 'the same, principals hashed', handler: scene(recorder(metrics), true) },
  { name: 'the same, 10 % of the allows', handler: scene(recorder(metrics, 0.1)) },
].map((one) => ({ ...one, us: [] as number[], bytes: 0, lines: 0 }));

const [, allowedKey = 'GET /service-0'] =
  /^ {6}- (GET \S+\d)$/m.exec(largeMap(30, 30).split('team-1:')[1] ?? '') ?? [];
const event = httpApiEvent('GET', allowedKey.slice(4), { routeKey: allowedKey, token: 't' });
const events = Array.from({ length: CALLS }, (_, n) => ({
  ...event,
  requestContext: { ...event.requestContext, requestId: `Xq1dGh${n}wIAMEVtw=` },
}));
for (let round = 0; round < ROUNDS; round++) {
  for (const one of cases) {
    [bytes, lines] = [0, 0];
    const started = performance.now();
    for (const each of events) await one.handler(each);
    one.us.push(((performance.now() - started) * 1_000) / CALLS);
    [one.bytes, one.lines] = [bytes, lines];
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const table = JSON.stringify(map.ruleTable).length;
console.log(
  `${map.model.routes.length} routes x ${map.model.groups.length} groups: model ${JSON.stringify(map.model).length} bytes, rule table ${table} bytes`,
);
for (const one of cases) {
  const each = one.lines === 0 ? 0 : one.bytes / one.lines + EVENT_BYTES;
  const perMillion = (((one.bytes + one.lines * EVENT_BYTES) / CALLS) * 1e6 * DOLLARS_A_GB) / 1e9;
  console.log(
    `${one.name}: ${median(one.us.slice(2)).toFixed(2)} us, ${each.toFixed(0)} bytes a line, $${perMillion.toFixed(2)} a million decisions`,
  );
}
