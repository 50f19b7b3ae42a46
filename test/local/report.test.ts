import { describe, expect, test } from '@jest/globals';
import { AUTHORIZER_FAILURE } from '../../lambda/authorizer/authorizer-response.ts';
import { createDecisionPrinter } from '../../local/decision-lines.ts';
import type { CallRecord } from '../../local/gateway-emulator/serve-http-api.ts';
import { codeNote } from '../../local/report.ts';
import { mapOf } from '../lib/access-map/support.ts';

const record: CallRecord = {
  requestId: 'r1',
  status: 403,
  method: 'POST',
  path: '/orders',
  routeKey: 'POST /orders',
  authorization: 'invoked',
  error: 'explicit deny',
  origin: undefined,
  preflight: false,
  accessLogLine: undefined,
};

const decision = { record: 'decision', effect: 'allow', requestId: 'r1' };
const user = (id: string) => ({ kind: 'user', id, cid: '0oa1web' });

function printed(lines: readonly unknown[], call: Partial<CallRecord>): readonly string[] {
  const out: string[] = [];
  const printer = createDecisionPrinter(
    (line) => out.push(line),
    (uid) => (uid === '00u1reader' ? 'reader@example.com' : undefined),
    ({ code, group, route }) => {
      if (code === 'PATH_REFUSED') return `${route} (access.yaml:5:3)`;
      return code === 'GROUP_NOT_ALLOWED' && group === 'readers'
        ? 'groups.readers (access.yaml:4:3)'
        : undefined;
    },
  );
  for (const line of lines) printer.onLine(typeof line === 'string' ? line : JSON.stringify(line));
  printer.onCall({ ...record, ...call });
  return out;
}

describe('a call is one line', () => {
  test.each<[unknown[], Partial<CallRecord>, string]>([
    [
      [{ ...decision, effect: 'deny', code: 'GROUP_NOT_ALLOWED', principal: user('00u1reader') }],
      {},
      '403 GROUP_NOT_ALLOWED reader POST /orders',
    ],
    [[{ ...decision, principal: user('00u9') }], { status: 200 }, '200 ALLOWED 00u9 POST /orders'],
    [
      [{ ...decision, principal: user('00u1reader') }],
      { status: 503, error: 'ECONNREFUSED', integrationFailed: true },
      '503 ALLOWED reader POST /orders, but the integration failed: ECONNREFUSED',
    ],
    [
      [{ ...decision, principal: { kind: 'machine', id: '0oa1batch', cid: '0oa1batch' } }],
      { status: 200 },
      '200 ALLOWED 0oa1batch POST /orders',
    ],
    [
      [{ ...decision, effect: 'deny', code: 'TOKEN_EXPIRED' }, { errorMessage: 'Unauthorized' }],
      { status: 401 },
      '401 TOKEN_EXPIRED POST /orders',
    ],
    [
      [
        { ...decision, effect: 'deny', code: 'KEYS_UNAVAILABLE', reason: 'fetch_failed' },
        { level: 'ERROR', errorMessage: AUTHORIZER_FAILURE, stackTrace: ['at /tmp/index.mjs'] },
      ],
      { status: 500 },
      '500 KEYS_UNAVAILABLE fetch failed: POST /orders',
    ],
    [
      [{ ...decision, effect: 'deny', code: 'TOKEN_CLAIMS', reason: 'cid' }],
      { status: 401 },
      '401 TOKEN_CLAIMS cid missing or malformed: POST /orders',
    ],
    [
      [
        {
          ...decision,
          effect: 'deny',
          code: 'GROUP_DENIED',
          reason: 'group_denies',
          principal: user('00u1reader'),
          rule: { path: 'groups.a.deny[0]', at: 'access.yaml:9:7' },
        },
      ],
      {},
      '403 GROUP_DENIED group denies: reader POST /orders by groups.a.deny[0] (access.yaml:9:7)',
    ],
    [
      [
        {
          ...decision,
          effect: 'deny',
          code: 'GROUP_NOT_ALLOWED',
          reason: 'no_group_allows',
          principal: user('00u1reader'),
          group: 'readers',
        },
      ],
      {},
      '403 GROUP_NOT_ALLOWED no group allows: reader POST /orders, see groups.readers (access.yaml:4:3)',
    ],
    [
      [
        {
          ...decision,
          effect: 'deny',
          code: 'PATH_REFUSED',
          reason: 'ambiguous_path',
          route: 'GET /a',
        },
      ],
      {},
      '403 PATH_REFUSED ambiguous path: POST /orders, see GET /a (access.yaml:5:3)',
    ],
    [
      [],
      { status: 401, authorization: 'identity source missing' },
      '401 POST /orders (no Authorization header)',
    ],
    [
      [],
      { status: 401, authorization: 'identity source empty' },
      '401 POST /orders (an empty Authorization header)',
    ],
    // Of an HTTP API, of a REST API, and of what is too large to have one.
    ...[404, 403].map((status): [unknown[], Partial<CallRecord>, string] => [
      [],
      { status, routeKey: undefined, authorization: undefined, error: undefined },
      `${status} POST /orders (no such route)`,
    ]),
    [
      [],
      { status: 431, routeKey: undefined, authorization: undefined, error: undefined },
      '431 POST /orders (request line and headers too large)',
    ],
    [
      [],
      { status: 204, routeKey: undefined, authorization: undefined, error: undefined },
      '204 POST /orders',
    ],
    [[], { status: 503, authorization: undefined, error: 'refused' }, '503 POST /orders (refused)'],
    [[], { status: 200, authorization: 'cached', error: undefined }, '200 POST /orders (cached)'],
    [[], { status: 404, authorization: undefined, error: undefined }, '404 POST /orders'],
    [[], { status: 500, error: 'Error: boom' }, '500 POST /orders (invoked: Error: boom)'],
    [
      [],
      { status: 404, authorization: undefined, error: undefined, path: '/a\u001b[2J' },
      '404 POST /a\\u001b[2J',
    ],
  ])('%j', (lines, call, expected) => {
    expect(printed(lines, call)).toEqual([expected]);
  });

  test('whatever else a function writes is passed on', () => {
    expect(
      printed(['plain text', '{"level":"INFO"}'], {
        status: 404,
        authorization: undefined,
        error: undefined,
      }),
    ).toEqual(['    function: plain text', '    function: {"level":"INFO"}', '404 POST /orders']);
  });

  test('a decision about another request does not count', () => {
    expect(
      printed([{ ...decision, principal: user('00u1reader'), requestId: 'r2' }], {
        error: undefined,
      }),
    ).toEqual(['403 POST /orders (invoked)']);
  });
});

test.each([
  ['rest', {}, 1],
  ['rest', { cache: 'off' }, 0],
  ['http', {}, 0],
] as const)(
  'of an API of kind %s with %j it is said when a 403 tells no code',
  (kind, more, lines) => {
    const api = { name: 'orders', kind, upstream: { url: 'https://orders.example.com' }, ...more };
    expect(codeNote(mapOf({ api, groups: { a: { allow: ['GET /orders'] } } }))).toHaveLength(lines);
  },
);
