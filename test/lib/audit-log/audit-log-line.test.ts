import { describe, expect, test } from '@jest/globals';
import { readAuditLogLine } from '../../../lib/audit-log/audit-log-line.ts';

const AT = Date.parse('2026-11-22T10:15:30.123Z');
const record = {
  record: 'decision',
  v: 1,
  time: '2026-11-22T10:15:30.123Z',
  apiId: 'a1',
  stage: '$default',
  route: 'GET /orders',
  effect: 'allow',
  mode: 'enforce',
  reason: 'group_allows',
  mapVersion: '0123456789abcdef',
  durationMs: 2,
  weight: 1,
};
const json = JSON.stringify(record);
const decision = { kind: 'decision', at: AT, record };

describe('a decision record is read', () => {
  test.each<readonly [string, string]>([
    ['as it was written', json],
    ['after a time, as exported to S3', `2026-11-22T10:15:30.200Z ${json}`],
    [
      'after time and stream, as `aws logs tail` prints it',
      `2026-11-22T10:15:30.200000+00:00 2026/11/22/[$LATEST]0ab ${json}`,
    ],
    ['after what Lambda writes before text', `2026-11-22T10:15:30.200Z\t8f5c\tINFO\t${json}`],
    ['inside an event', JSON.stringify({ timestamp: AT, message: `${json}\n` })],
    [
      'inside the output of filter-log-events',
      JSON.stringify({ events: [{ timestamp: AT, message: json }], searchedLogStreams: [] }),
    ],
    [
      'inside a subscription record',
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        logEvents: [{ id: '1', timestamp: AT, message: json }],
      }),
    ],
    [
      'inside a result of Logs Insights',
      JSON.stringify({ '@timestamp': '2026-11-22 10:15:30.123', '@message': record }),
    ],
    [
      'on the line of an export that has its message',
      `            "message": ${JSON.stringify(`${json}\n`)},`,
    ],
    ['as an item of a list', `${json},`],
  ])('%s', (_name, text) => {
    expect(readAuditLogLine(text)).toEqual([decision]);
  });

  test('several of one line', () => {
    const event = { timestamp: AT, message: json };
    expect(
      readAuditLogLine(
        JSON.stringify({
          events: [event, { timestamp: AT, message: 'START RequestId: 1' }, event],
        }),
      ),
    ).toEqual([decision, { kind: 'other' }, decision]);
  });
});

describe('a line of the access log is read', () => {
  const line = {
    requestId: 'r',
    routeKey: 'GET /orders',
    status: '200',
    uid: '00u1',
    cid: '0oa1',
    mapVersion: '-',
    code: '-',
  };
  const access = { route: 'GET /orders', status: 200, caller: '00u1' };
  test.each<readonly [string, unknown, unknown]>([
    [
      'with the time of the gateway',
      { ...line, time: '22/Nov/2026:11:15:30 +0100' },
      { at: AT - 123, access },
    ],
    ['with ISO 8601', { ...line, time: '2026-11-22T10:15:30.123Z' }, { at: AT, access }],
    ['with milliseconds', { ...line, time: String(AT) }, { at: AT, access }],
    [
      'of a machine',
      { ...line, time: AT, uid: '-' },
      { at: AT, access: { ...access, caller: '0oa1' } },
    ],
    [
      'of a caller that is hashed',
      { ...line, time: AT, principal: 'ab12' },
      { at: AT, access: { ...access, caller: 'ab12' } },
    ],
    [
      'of nobody',
      { ...line, time: AT, uid: '-', cid: '-', status: '401' },
      { at: AT, access: { route: 'GET /orders', status: 401 } },
    ],
    [
      'with a refusal',
      { ...line, time: AT, code: 'BLOCKED', status: 403 },
      { at: AT, access: { ...access, status: 403, code: 'BLOCKED' } },
    ],
  ])('%s', (_name, value, found) => {
    expect(readAuditLogLine(JSON.stringify(value))).toEqual([
      { kind: 'access', ...(found as object) },
    ]);
  });
});

test.each([
  '',
  'START RequestId: 8f5c Version: $LATEST',
  '2026-11-22T10:15:30.200Z REPORT RequestId: 8f5c Duration: 2 ms',
  '{"_aws":{"Timestamp":1},"Refusals":1}',
  '{"time":"2026-11-22T10:15:30.200Z","type":"platform.report","record":{"requestId":"8f5c"}}',
  '{',
  '    "events": [',
  '            "timestamp": 1763806530123,',
  '            "logStreamName": "2026/11/22/[$LATEST]0ab",',
  '        },',
  '    "searchedLogStreams": []',
  '}',
])('is no part of the trail, and no fault: %j', (text) => {
  expect(readAuditLogLine(text)).toEqual([{ kind: 'other' }]);
});

test.each<readonly [string, string]>([
  [json.slice(0, 80), 'expected JSON, found a line that ends early or is something else'],
  ['Traceback (most recent call last)', 'expected JSON'],
  [JSON.stringify({ ...record, time: 'yesterday' }), 'a decision record without `time`'],
  [
    JSON.stringify({ ...record, effect: 'maybe' }),
    'a decision record with another `effect` than expected',
  ],
  [
    JSON.stringify({ ...record, weight: 0 }),
    'a decision record with another `weight` than expected',
  ],
  [
    JSON.stringify({ ...record, code: 'toString' }),
    'a decision record with another `code` than expected',
  ],
  [
    JSON.stringify({ ...record, reason: '\u001b[2J' }),
    'a decision record with another `reason` than expected',
  ],
  [
    JSON.stringify({ ...record, groups: 'all' }),
    'a decision record with another `groups` than expected',
  ],
  [
    JSON.stringify({ ...record, principal: { id: 7 } }),
    'a decision record with another `principal` than expected',
  ],
  [
    JSON.stringify({ routeKey: 'GET /a', status: '-', time: AT }),
    'a line of the access log without `status`',
  ],
  [
    JSON.stringify({ routeKey: 'GET /a', status: '200' }),
    'a line of the access log without `time`',
  ],
  [
    '{"message":{"message":{"message":{"message":{"message":{"message":"x"}}}}}}',
    'log events nested too deeply',
  ],
])('cannot be read: %s', (text, why) => {
  expect(readAuditLogLine(text)).toEqual([{ kind: 'bad', why }]);
});

test.each([2, '1', undefined])('a record of another version is told apart: %s', (v) => {
  expect(readAuditLogLine(JSON.stringify({ ...record, v }))).toEqual([
    { kind: 'version', version: JSON.stringify(v ?? null) },
  ]);
});
