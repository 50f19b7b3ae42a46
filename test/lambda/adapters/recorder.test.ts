import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { namedMetrics, recordMetrics } from '../../../lambda/adapters/record-metrics.ts';
import {
  createRecorder,
  isSampled,
  MAX_IDENTICAL_PER_SECOND,
} from '../../../lambda/adapters/recorder.ts';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { modelFile } from '../../support/model.ts';

const allowed: DecisionRecord = {
  record: 'decision',
  v: 1,
  time: '2026-11-22T10:15:30.000Z',
  requestId: 'r1',
  apiId: 'a1',
  stage: '$default',
  route: 'GET /orders',
  effect: 'allow',
  mode: 'enforce',
  reason: 'group_allows',
  group: 'readers',
  mapVersion: '0123456789abcdef',
  durationMs: 2,
  weight: 1,
};
const { group: _, ...nobody } = allowed;
const expired: DecisionRecord = {
  ...nobody,
  effect: 'deny',
  code: 'TOKEN_EXPIRED',
  reason: 'exp_passed',
};
const forbidden: DecisionRecord = {
  ...allowed,
  effect: 'deny',
  code: 'GROUP_NOT_ALLOWED',
  reason: 'no_group_allows',
};

function scene(allows = 1) {
  const clock = { ms: 0 };
  const lines: DecisionRecord[] = [];
  const timers: { readonly at: number; readonly task: () => void }[] = [];
  const recorder = createRecorder({
    allows,
    clock: { now: () => clock.ms },
    schedule: (ms, task) => void timers.push({ at: clock.ms + ms, task }),
    metricsOf: () => '',
    write: (line) => void lines.push(JSON.parse(line)),
  });
  const runTimers = (): void => {
    for (const { at, task } of timers.splice(0)) {
      clock.ms = Math.max(clock.ms, at);
      task();
    }
  };
  return { clock, lines, recorder, runTimers };
}

const weightOf = (lines: readonly DecisionRecord[]): number =>
  lines.reduce((sum, { weight }) => sum + weight, 0);

describe('a sample of the allows', () => {
  test('is decided by the request id alone, and a recorded allow stands for all of its share', () => {
    const { recorder, lines } = scene(0.1);
    const ids = Array.from({ length: 20_000 }, (_, n) => `Xq1d${n}GoAMEVtw=`);
    for (const requestId of ids) recorder.record({ ...allowed, requestId });
    expect(lines.map(({ requestId }) => requestId)).toEqual(ids.filter((id) => isSampled(id, 0.1)));
    expect(new Set(lines.map(({ weight }) => weight))).toEqual(new Set([10]));
    expect(weightOf(lines)).toBeGreaterThan(19_000);
    expect(weightOf(lines)).toBeLessThan(21_000);
  });

  test.each<[string, DecisionRecord]>([
    ['a refusal', forbidden],
    [
      'a refusal that shadow mode lets pass',
      { ...forbidden, effect: 'allow', mode: 'shadow', wouldDeny: true },
    ],
    [
      'a call over quota that passes',
      {
        ...allowed,
        quota: { name: 'q', by: 'user', limit: 1, remaining: 0, endsAt: 1, exceeded: true },
      },
    ],
    [
      'a call that no store counted',
      {
        ...allowed,
        quota: { name: 'q', by: 'user', limit: 1, remaining: 0, endsAt: 1, storeFailed: true },
      },
    ],
  ])('never leaves out %s', (_name, record) => {
    const { recorder, lines } = scene(0);
    recorder.record(record);
    expect(lines).toEqual([record]);
  });

  test('leaves out every plain allow with the share 0', () => {
    const { recorder, lines } = scene(0);
    for (let n = 0; n < 1_000; n++) recorder.record({ ...allowed, requestId: `r${n}` });
    expect(lines).toEqual([]);
  });
});

describe('a flood of refusals before authentication', () => {
  test('is written one by one up to ten a second, and its rest as one record without request id', () => {
    const { recorder, lines, clock } = scene();
    for (let n = 0; n < 25; n++) recorder.record({ ...expired, requestId: `r${n}` });
    expect(lines).toHaveLength(MAX_IDENTICAL_PER_SECOND);
    clock.ms = 1_000;
    recorder.record(allowed);
    expect(lines.slice(MAX_IDENTICAL_PER_SECOND)).toEqual(
      [{ ...expired, requestId: undefined, weight: 15 }, allowed].map((line) =>
        JSON.parse(JSON.stringify(line)),
      ),
    );
  });

  test('is reported when its second ends, though no further call comes', () => {
    const { recorder, lines, runTimers } = scene();
    for (let n = 0; n < 12; n++) recorder.record(expired);
    runTimers();
    expect(lines.at(-1)).toMatchObject({ code: 'TOKEN_EXPIRED', weight: 2 });
    runTimers();
    expect(weightOf(lines)).toBe(12);
  });

  test('counts each kind by itself, and refusals of known callers not at all', () => {
    const { recorder, lines } = scene();
    for (let n = 0; n < 12; n++)
      recorder.record(n % 2 === 0 ? expired : { ...expired, code: 'NO_TOKEN', reason: 'absent' });
    for (let n = 0; n < 30; n++) recorder.record(forbidden);
    expect(lines).toHaveLength(42);
  });

  test('takes in calls that no key could evaluate, which are alike throughout an outage', () => {
    const { recorder, lines, runTimers } = scene();
    const keyless: DecisionRecord = {
      ...nobody,
      effect: 'deny',
      code: 'KEYS_UNAVAILABLE',
      reason: 'fetch_failed',
      keySource: 'none',
    };
    for (let n = 0; n < 500; n++) recorder.record({ ...keyless, requestId: `r${n}` });
    runTimers();
    expect(lines).toHaveLength(MAX_IDENTICAL_PER_SECOND + 1);
    expect(weightOf(lines)).toBe(500);
  });

  test('takes in calls over quota, each caller, quota and window by itself', () => {
    const { recorder, lines, runTimers } = scene();
    const over = (id: string, name: string, endsAt: number): DecisionRecord => ({
      ...forbidden,
      ...{ code: 'QUOTA_EXCEEDED', reason: 'window_full' },
      principal: { kind: 'user', id, cid: '0oa1web' },
      quota: { name, by: 'user', limit: 1, remaining: 0, endsAt },
    });
    const kinds = [over('00u1', 'a', 60), over('00u2', 'a', 60), over('00u1', 'b', 60)];
    for (let n = 0; n < 40; n++)
      for (const record of [...kinds, over('00u1', 'a', 120)])
        recorder.record({ ...record, requestId: `r${n}` });
    runTimers();
    expect(lines).toHaveLength(4 * (MAX_IDENTICAL_PER_SECOND + 1));
    expect(weightOf(lines)).toBe(160);
    expect(lines.at(-1)).toMatchObject({
      principal: { id: '00u1' },
      quota: { name: 'a' },
      weight: 30,
    });
    expect(lines.at(-1)).not.toHaveProperty('requestId');
  });

  test('does not take in calls over quota that pass', () => {
    const { recorder, lines } = scene();
    const passes: DecisionRecord = {
      ...allowed,
      ...{ code: 'QUOTA_EXCEEDED', reason: 'window_full', mode: 'shadow', wouldDeny: true },
    };
    for (let n = 0; n < 30; n++) recorder.record(passes);
    expect(lines).toHaveLength(30);
  });

  test('loses none, whenever the calls come', () => {
    const call = fc.record({ gapMs: fc.nat({ max: 400 }), kind: fc.nat({ max: 1 }) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 120 }), (calls) => {
        const { recorder, lines, clock, runTimers } = scene();
        for (const { gapMs, kind } of calls) {
          clock.ms += gapMs % 7 === 0 ? gapMs : 0;
          recorder.record(kind === 0 ? expired : { ...expired, route: 'GET /other' });
        }
        runTimers();
        expect(weightOf(lines)).toBe(calls.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the metrics of a record', () => {
  const everything = { routes: ['GET /orders', 'GET /'], groups: ['readers'] };
  const metricsOf = (
    record: DecisionRecord,
    named: { readonly routes: string[]; readonly groups: string[] } = everything,
  ) =>
    JSON.parse(`{${recordMetrics('fn', named)(record).slice(1)}}`) as {
      readonly _aws: {
        readonly Timestamp: number;
        readonly CloudWatchMetrics: readonly {
          readonly Dimensions: string[][];
          readonly Metrics: readonly { readonly Name: string }[];
        }[];
      };
      readonly [name: string]: unknown;
    };
  const seriesOf = (...args: Parameters<typeof metricsOf>): readonly string[] => {
    const line = metricsOf(...args);
    return line._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
      Dimensions.map(
        (names) =>
          `${Metrics[0]?.Name} ${names.map((name) => `${name}=${String(line[name])}`).join(' ')} ${String(line[Metrics[0]?.Name ?? ''])}`,
      ),
    );
  };

  test.each<[string, DecisionRecord, readonly string[]]>([
    [
      'an allow that stands for ten',
      { ...allowed, weight: 10 },
      [
        'Allowed FunctionName=fn 10',
        'Allowed FunctionName=fn Route=GET /orders 10',
        'Allowed FunctionName=fn Group=readers 10',
        'DecisionMilliseconds FunctionName=fn 2',
      ],
    ],
    [
      'a refusal',
      forbidden,
      [
        'Refused FunctionName=fn 1',
        'Refused FunctionName=fn Route=GET /orders 1',
        'Refused FunctionName=fn Group=readers 1',
        'Refused FunctionName=fn Code=GROUP_NOT_ALLOWED 1',
        'DecisionMilliseconds FunctionName=fn 2',
      ],
    ],
    [
      'what shadow mode lets pass',
      { ...expired, effect: 'allow', mode: 'shadow', wouldDeny: true, weight: 7 },
      [
        'Allowed FunctionName=fn 7',
        'Allowed FunctionName=fn Route=GET /orders 7',
        'DecisionMilliseconds FunctionName=fn 2',
        'WouldRefuse FunctionName=fn 7',
        'WouldRefuse FunctionName=fn Code=TOKEN_EXPIRED 7',
      ],
    ],
    [
      'a call whose path is reported',
      { ...allowed, route: 'GET /', reading: { by: ['case'], routes: ['GET /a'] } },
      [
        'Allowed FunctionName=fn 1',
        'Allowed FunctionName=fn Route=GET / 1',
        'Allowed FunctionName=fn Group=readers 1',
        'DecisionMilliseconds FunctionName=fn 2',
        'PathsReported FunctionName=fn 1',
        'PathsReported FunctionName=fn Route=GET / 1',
      ],
    ],
    [
      'a charged call',
      {
        ...allowed,
        route: 'GET /',
        quota: { name: 'standard', by: 'user', limit: 60, remaining: 6, endsAt: 1 },
      },
      [
        'Allowed FunctionName=fn 1',
        'Allowed FunctionName=fn Route=GET / 1',
        'Allowed FunctionName=fn Group=readers 1',
        'DecisionMilliseconds FunctionName=fn 2',
        'QuotaUsedPercent FunctionName=fn Quota=standard 90',
      ],
    ],
  ])(
    'of %s are its counts with a single dimension beside the function',
    (_name, record, series) => {
      expect(seriesOf(record)).toEqual(series);
      expect(metricsOf(record)._aws.Timestamp).toBe(Date.parse('2026-11-22T10:15:30Z'));
    },
  );

  test('name no route and no group that has no metrics of its own', () => {
    expect(seriesOf(allowed, { routes: ['GET /other'], groups: [] })).toEqual([
      'Allowed FunctionName=fn 1',
      'DecisionMilliseconds FunctionName=fn 2',
    ]);
  });

  test('are of the routes that are decided and of the groups of the map, so that no caller makes a metric by asking for another route', () => {
    const model = parseModel(
      modelFile({
        routes: ['GET /orders', 'GET /health'],
        public: ['GET /health'],
        groups: { readers: {} },
      }),
    );
    expect(namedMetrics(model)).toEqual({ routes: ['GET /orders'], groups: ['readers'] });
    const bound = { routes: ['GET /orders'], groups: [] };
    expect(namedMetrics({ ...model, metrics: bound })).toBe(bound);
  });
});

test('the text of a record is its JSON, however many groups it has and whatever they are called', () => {
  const lines: string[] = [];
  const recorder = createRecorder({
    ...{ allows: 1, clock: { now: () => 0 }, schedule: () => undefined },
    ...{ metricsOf: () => '', write: (line: string) => void lines.push(line) },
  });
  const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"groups":[]', '$&', ']'));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 60 }), name, (groups, id) => {
      const principal = { kind: 'user', id } as const;
      const record: DecisionRecord = { ...forbidden, principal, groups, route: id };
      const expected = JSON.stringify({ ...allowed, ...record });
      // Twice: the second text is put together of what is remembered of the first.
      for (let time = 0; time < 2; time++) recorder.record({ ...allowed, ...record });
      expect(lines.splice(0)).toEqual([expected, expected]);
    }),
  );
});
