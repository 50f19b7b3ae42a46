/** The call before the first one: it takes the whole way, and leaves nothing. */
import { expect, test } from '@jest/globals';
import { lightDynamo } from '../../../lambda/adapters/dynamo/light-client.ts';
import { dynamoQuotaLimiter } from '../../../lambda/authorizer/dynamo-quota-limiter.ts';
import { rehearse } from '../../../lambda/authorizer/rehearsal.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { connectTo } from '../../support/dynamo-clients.ts';
import { type ModelSketch, modelFile } from '../../support/model.ts';

const clock = { now: () => 1_795_342_530_000 };
const quotas = [{ name: 'q', windows: [{ id: 'minute', per: 'minute' as const, limit: 5 }] }];

async function recordsOf(kind: 'http' | 'rest', sketch: ModelSketch) {
  const model = parseModel({ ...modelFile(sketch), kind });
  const metrics = { put: () => expect('no metric').toBe('written') };
  // Nothing listens there: whoever asked it would fail.
  const connect = connectTo('http://127.0.0.1:9', lightDynamo);
  const settings = { table: 'quota', budgetMs: undefined };
  const { rehearsed } = dynamoQuotaLimiter(model, settings, { connect, clock, metrics });
  const records: unknown[] = [];
  const audit = { record: (record: unknown) => void records.push(record) };
  await rehearse({
    model,
    clock,
    pseudonym: undefined,
    policyFor: undefined,
    quota: rehearsed,
    audit,
  } as never);
  return records;
}

test.each([
  ['http', 'GET /orders/{id}'],
  ['http', 'GET $default'],
  ['http', 'ANY /files/{path+}'.replace('ANY', 'POST')],
  ['rest', 'GET /orders/{id}'],
  ['rest', 'GET /files/{path+}'],
] as const)('is allowed and charged to nobody: %s %s', async (kind, route) => {
  const groups = { none: {}, free: { allow: ['GET /'] }, paying: { allow: [route], quota: 'q' } };
  const sketch: ModelSketch = { routes: ['GET /', route], groups, quotas };
  expect(await recordsOf(kind, sketch)).toMatchObject([
    { record: 'decision', effect: 'allow', route, quota: { name: 'q', remaining: 4 } },
  ]);
});

test.each([
  ['a map without routes', { routes: [] }],
  ['a map whose groups open nothing', { routes: ['GET /'], groups: { none: {} } }],
])('ends well for %s', async (_, sketch) => {
  expect(await recordsOf('http', sketch)).toHaveLength(1);
});
