import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  type QueryStatus,
  type ResultField,
  StartQueryCommand,
  type StartQueryCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  batches,
  insightsLog,
  MAX_ROWS,
  passedQuery,
} from '../../../lambda/detector/insights-log.ts';
import { PROBING_CODES } from '../../../lambda/detector/probing.ts';
import { codesIn, fieldsIn, RECORD_FIELDS } from '../../support/record-queries.ts';
import { REFUSALS } from '../../support/wire/refusals.ts';

const FROM = Date.parse('2026-11-22T12:00:00Z');
const span = { from: FROM, to: FROM + 600_000 };

type Answer = readonly Readonly<Record<string, string>>[];

/** A client that answers each query with these rows, after as many answers of these statuses. */
function scene(rows: Answer, statuses: readonly QueryStatus[] = []) {
  const started: StartQueryCommandInput[] = [];
  const pending = [...statuses];
  const client = new CloudWatchLogsClient({ region: 'eu-west-1' });
  client.send = async (command: unknown) => {
    if (command instanceof StartQueryCommand) {
      started.push(command.input);
      return { queryId: 'q' };
    }
    if (!(command instanceof GetQueryResultsCommand))
      throw new Error('expected a query or its results');
    const results: ResultField[][] = rows.map((row) =>
      Object.entries(row).map(([field, value]) => ({ field, value })),
    );
    return { status: pending.shift() ?? 'Complete', results };
  };
  let now = 0;
  const sleep = async (ms: number): Promise<void> => {
    now += ms;
  };
  const waiting = { now: () => now, sleep };
  return { started, log: insightsLog(client, 'the-log', waiting), waited: () => now };
}

const row = (time: string, rest: Readonly<Record<string, string>>) => ({
  'bin(5m)': `2026-11-22 ${time}`,
  ...rest,
});

describe('records by CloudWatch Logs Insights', () => {
  test('refusals are counted by step, principal and route, in one log group and span', async () => {
    const { log, started } = scene([
      row('12:05:00.000', { 'principal.id': '00u1', route: 'GET /a', calls: '3' }),
    ]);
    expect(await log.refused(span, ['GROUP_DENIED'])).toEqual({
      rows: [{ at: FROM + 300_000, principal: '00u1', route: 'GET /a' }],
      complete: true,
    });
    expect(started).toEqual([
      {
        logGroupName: 'the-log',
        startTime: FROM / 1_000,
        endTime: FROM / 1_000 + 600,
        limit: MAX_ROWS,
        queryString: expect.anything(),
      },
    ]);
    expect(started[0]?.queryString).toContain('code in ["GROUP_DENIED"]');
  });

  test('queries name fields that records have', async () => {
    const { log, started } = scene([]);
    await log.refused(span, ['GROUP_DENIED']);
    await log.passed(span, ['GET /a']);
    const named = started.flatMap(({ queryString = '' }) => fieldsIn(queryString));
    expect(named).toContain('principal.id');
    expect(RECORD_FIELDS).toEqual(expect.arrayContaining(named));
  });

  test('a query names each code that shows probing', async () => {
    const { log, started } = scene([]);
    await log.refused(span, PROBING_CODES);
    const codes = started.flatMap(({ queryString = '' }) => codesIn(queryString));
    expect(codes).toEqual(PROBING_CODES);
    expect(Object.keys(REFUSALS)).toEqual(expect.arrayContaining(codes));
  });

  test('calls that only shadow mode let pass are not asked for', () => {
    expect(passedQuery([])).toContain('effect = "allow" and not ispresent(wouldDeny)');
  });

  test.each([
    ['before the span', row('11:55:00.000', { 'principal.id': '00u1', route: 'GET /a' })],
    ['at the end of the span', row('12:10:00.000', { 'principal.id': '00u1', route: 'GET /a' })],
    ['without a time', { 'principal.id': '00u1', route: 'GET /a' }],
    ['without a route', row('12:05:00.000', { 'principal.id': '00u1' })],
  ])('a row %s is left out', async (_, found) => {
    expect((await scene([found]).log.refused(span, [])).rows).toEqual([]);
  });

  test('groups are read from their JSON text', async () => {
    const { log } = scene([
      row('12:00:00.000', { route: 'GET /a', names: String.raw`["a,b","c]\"d"]` }),
    ]);
    expect((await log.passed(span, ['GET /a'])).rows).toEqual([
      { at: FROM, route: 'GET /a', groups: ['a,b', 'c]"d'] },
    ]);
  });

  test('the pattern of the query finds the groups of a record whatever its texts hold', () => {
    const pattern = /parse @message \/(.*)\/\n/.exec(passedQuery([]))?.[1] ?? '';
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), fc.string(), (before, groups, after) => {
        const message = JSON.stringify({ requestId: `${before}"groups":["x"]`, groups, after });
        const names = new RegExp(pattern).exec(message)?.groups?.['names'] ?? '';
        expect(JSON.parse(names)).toEqual(groups);
      }),
      { numRuns: 200 },
    );
  });

  test('an answer as long as the limit is not complete', async () => {
    const { log } = scene(
      Array.from({ length: MAX_ROWS }, () =>
        row('12:00:00.000', { 'principal.id': '1', route: 'GET /a' }),
      ),
    );
    expect(await log.refused(span, [])).toMatchObject({ complete: false });
  });

  test('waits for the answer', async () => {
    const { log, waited } = scene([], ['Scheduled', 'Running', 'Running']);
    await log.refused(span, []);
    expect(waited()).toBe(1_500);
  });

  test('does not wait for longer than a minute', async () => {
    const { log } = scene(
      [],
      Array.from({ length: 1_000 }, () => 'Running' as const),
    );
    await expect(log.refused(span, [])).rejects.toThrow('took longer than 60 s');
  });

  test.each<QueryStatus>(['Failed', 'Cancelled', 'Timeout', 'Unknown'])(
    'a query that ends as %s is an error',
    async (status) => {
      await expect(scene([], [status]).log.refused(span, [])).rejects.toThrow(
        `ended with status ${status}`,
      );
    },
  );

  test('routes that do not fit into one query are asked in several, each once', async () => {
    const routes = Array.from({ length: 1_000 }, (_, n) => `GET /resources/{id}/parts/${n}`);
    const { log, started } = scene([row('12:00:00.000', { route: 'GET /a', names: '[]' })]);
    expect((await log.passed(span, routes)).rows).toHaveLength(started.length);
    expect(started.length).toBeGreaterThan(3);
    for (const { queryString } of started) expect((queryString ?? '').length).toBeLessThan(10_000);
    expect(batches(routes).flat()).toEqual(routes);
  });
});
