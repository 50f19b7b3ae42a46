/** What the console's page says in each state, without a browser. */
import { describe, expect, test } from '@jest/globals';
import { type AccessFacts, accessState } from '../../../../local/console/app/access-state.ts';
import {
  choicesIn,
  emptyText,
  filterCalls,
  NO_FILTER,
} from '../../../../local/console/app/feed-filter.ts';
import { outcomeText } from '../../../../local/console/app/outcome-text.ts';
import { outcomeLabel, outcomeOf } from '../../../../local/console/app/recorded.ts';
import { createStore, type Outcome } from '../../../../local/console/app/store.ts';
import type { ConsoleSetup, ExplainedCall, SeenCall } from '../../../../local/console/wire.ts';

const FACTS: AccessFacts = {
  setup: { permissionsPath: '/permissions', source: 'access.yaml', gateway: 'http://gateway' },
  token: 't',
  expiresAt: 200,
  permissions: { status: 'ready' },
  now: 100,
};

describe('one state of access', () => {
  test.each<[string, Partial<AccessFacts>]>([
    ['ready', {}],
    ['nobody', { token: null, expiresAt: undefined }],
    // Nobody is signed in, whatever the client still knows of before.
    ['nobody', { token: null, permissions: { status: 'loading' } }],
    ['expired', { now: 200 }],
    ['expired', { now: 201, permissions: { status: 'signed-out' } }],
    ['notAccepted', { permissions: { status: 'signed-out' } }],
    ['loading', { permissions: { status: 'loading' } }],
    ['blocked', { permissions: { status: 'error', refused: true } }],
    ['unreachable', { permissions: { status: 'error' } }],
    ['noEndpoint', { setup: { source: 'access.yaml', gateway: '' } }],
    // No endpoint has told: a call has.
    ['notAccepted', { setup: { source: 'access.yaml', gateway: '' }, refused: true }],
    // What the endpoint says is newer than a call that was refused.
    ['ready', { refused: true }],
    ['noEndpoint', { setup: { source: 'a', gateway: '' }, permissions: { status: 'signed-out' } }],
  ])('%s: %j', (kind, change) => {
    const state = accessState({ ...FACTS, ...change });
    expect(state.kind).toBe(kind);
    expect(state.text === '').toBe(kind === 'ready');
  });
});

test('no two states of access have the same words', () => {
  const permissions = (status: 'error' | 'loading' | 'signed-out') => ({ permissions: { status } });
  const changes: readonly Partial<AccessFacts>[] = [
    ...[{ token: null }, { now: 200 }, { setup: { source: 'access.yaml', gateway: '' } }],
    ...[permissions('signed-out'), permissions('loading'), permissions('error')],
    { permissions: { status: 'error', refused: true } },
  ];
  const texts = changes.map((change) => accessState({ ...FACTS, ...change }).text);
  expect(new Set(texts).size).toBe(changes.length);
});

const explained = (explanation: object, record: object = {}): ExplainedCall =>
  ({ call: { requestId: 'r', record }, explanation }) as unknown as ExplainedCall;

describe('what an answer means', () => {
  const outcome: Outcome = { route: 'GET /a', path: '/a', at: 0, withToken: true, body: '' };
  test.each<[Partial<Outcome>, string]>([
    [{}, 'The call is under way.'],
    [
      { status: 0 },
      'The gateway could not be reached, or its answer may not be read by this page.',
    ],
    [{ status: 200 }, 'Allowed: the back end has answered.'],
    [{ status: 401, withToken: false }, 'Not signed in: the gateway wants a valid access token.'],
    [
      {
        status: 401,
        explained: explained({ effect: 'deny', code: 'TOKEN_EXPIRED', sentence: 'it has expired' }),
      },
      'Not accepted: it has expired.',
    ],
    [
      {
        status: 403,
        explained: explained({ effect: 'deny', code: 'BLOCKED', sentence: 'the map blocks' }),
      },
      'Forbidden: the map blocks.',
    ],
    [
      { status: 200, explained: explained({ effect: 'allow', code: 'BLOCKED', sentence: '' }) },
      'Allowed, in shadow mode: the rules would refuse it.',
    ],
    [
      {
        status: 403,
        explained: explained(
          { effect: 'deny', code: 'QUOTA_EXCEEDED', sentence: '' },
          { quota: { endsAt: 130.2 } },
        ),
      },
      'Quota used up. There is room again in 31 s.',
    ],
    [
      {
        status: 403,
        explained: explained(
          { effect: 'deny', code: 'QUOTA_EXCEEDED', sentence: '' },
          { quota: { endsAt: 100 } },
        ),
      },
      'Quota was used up. There is room now: call once more.',
    ],
    [{ status: 404 }, 'The gateway answers 404.'],
  ])('%j: %s', (change, text) => {
    expect(outcomeText({ ...outcome, ...change }, 100).text).toBe(text);
  });
});

const CALL: SeenCall = {
  requestId: 'r1',
  at: 0,
  status: 403,
  method: 'GET',
  path: '/orders/1',
  routeKey: 'GET /orders/{id}',
  kind: 'call',
  answeredBy: 'authorizer',
  record: { code: 'GROUP_DENIED', principal: { kind: 'user', id: '00u1' } },
};
const OTHERS: readonly SeenCall[] = [
  CALL,
  { ...CALL, requestId: 'r2', record: { principal: { kind: 'machine', id: '0oa1' } } },
  { ...CALL, requestId: 'r3', kind: 'preflight', method: 'OPTIONS', answeredBy: 'gateway' },
  { ...CALL, requestId: 'r4', kind: 'console', path: '/permissions', routeKey: 'GET /permissions' },
];
const SETUP = { users: [{ login: 'reader@example.com', uid: '00u1', groups: [] }] };

test.each([
  [{}, ['r1', 'r2']],
  [{ everything: true }, ['r1', 'r2', 'r3', 'r4']],
  [{ route: '{ID} get' }, ['r1', 'r2']],
  [{ route: 'permissions' }, []],
  [{ route: 'permissions', everything: true }, ['r4']],
  [{ outcome: 'ALLOWED' }, ['r2']],
  [{ caller: 'reader@example.com' }, ['r1']],
  [{ caller: '0oa1' }, ['r2']],
  [{ caller: '0oa1', outcome: 'ALLOWED', route: 'get' }, ['r2']],
  [{ caller: '0oa1', outcome: 'GROUP_DENIED' }, []],
])('calls filtered by %j', (change, found) => {
  const calls = filterCalls(OTHERS, { ...NO_FILTER, ...change }, SETUP);
  expect(calls.map(({ requestId }) => requestId)).toEqual(found);
});

test('codes and callers can be chosen that some call has', () => {
  expect(choicesIn(OTHERS, NO_FILTER, SETUP)).toEqual({
    outcomes: ['ALLOWED', 'GROUP_DENIED'],
    callers: ['0oa1', 'reader@example.com'],
  });
  const { record: _, ...unrecorded } = CALL;
  const calls: SeenCall[] = [{ ...unrecorded, kind: 'preflight', answeredBy: 'gateway' }];
  expect(choicesIn(calls, NO_FILTER, SETUP).outcomes).toEqual([]);
  expect(choicesIn(calls, { ...NO_FILTER, everything: true }, SETUP).outcomes).toEqual([
    'preflight',
  ]);
});

test('a call that passed in shadow mode says so beside the code', () => {
  const record = { code: 'GROUP_NOT_ALLOWED', wouldDeny: true };
  expect(outcomeLabel({ ...CALL, status: 200, record })).toBe('GROUP_NOT_ALLOWED (shadow: passed)');
  expect(outcomeLabel({ ...CALL, record: { code: 'BLOCKED' } })).toBe('BLOCKED');
});

test('what no authorizer answered is told apart from a route that is not there', () => {
  const { record: _, routeKey, ...call } = { ...CALL, answeredBy: 'gateway', status: 404 } as const;
  expect(outcomeOf(call)).toBe('no such route');
  expect(outcomeOf({ ...call, ...(routeKey && { routeKey }) })).toBe('no authorizer asked');
});

test.each([
  [[], {}, /^No call yet\. /],
  [OTHERS.slice(2), {}, /^No call yet but preflights/],
  // A filter that was typed and cleared is none.
  [OTHERS.slice(2), { ...NO_FILTER }, /^No call yet but preflights/],
  [OTHERS, { route: 'nowhere' }, /^No call fits the filters/],
])('nothing shown of %j by %j', (calls, change, text) => {
  expect(emptyText(calls, { ...NO_FILTER, ...change }, SETUP)).toMatch(text);
});

describe('the store', () => {
  const setup = (run: string) => ({ run }) as ConsoleSetup;
  const outcome: Outcome = { route: 'GET /a', path: '/a', at: 0, withToken: false, body: '' };

  test('keeps what the run knew while it is stopped, and drops a verdict of another run', () => {
    const store = createStore();
    store.running(setup('one'), 1);
    store.setOutcome(outcome);
    store.stopped(2);
    store.stopped(3);
    expect(store.known().run).toEqual({ kind: 'stopped', setup: { run: 'one' }, since: 2 });
    expect(store.known().outcome).toBe(outcome);
    store.running(setup('one'), 4);
    expect(store.known().outcome).toBe(outcome);
    store.permissionsAnswered(4);
    store.running(setup('two'), 5);
    expect(store.known()).not.toHaveProperty('outcome');
    expect(store.known()).not.toHaveProperty('permissionsAt');
  });

  test('has each call once, newest first, and no more than anybody reads', () => {
    const store = createStore();
    const calls = Array.from({ length: 600 }, (_, n) => ({ ...CALL, requestId: `r${n}` }));
    store.addCalls(calls);
    store.addCalls(calls.slice(-2));
    const ids = store.known().calls.map(({ requestId }) => requestId);
    expect([ids.length, new Set(ids).size, ids.slice(0, 3)]).toEqual([
      500,
      500,
      ['r599', 'r598', 'r597'],
    ]);
  });

  test('shows a call of the user as such, also to the route by which the page asks', () => {
    const store = createStore();
    const own = { ...CALL, kind: 'console' } as const;
    const kinds = () => store.known().calls.map(({ kind }) => kind);
    const mine = { ...own, requestId: 'mine' };
    const later = { ...own, requestId: 'later' };
    store.addCalls([own, mine]);
    for (const call of [mine, later]) store.setOutcome({ ...outcome, explained: { call } });
    store.addCalls([later]);
    expect(kinds()).toEqual(['call', 'call', 'console']);
  });

  test('tells its listeners of every change until they leave', () => {
    const store = createStore();
    let told = 0;
    const leave = store.subscribe(() => {
      told += 1;
    });
    store.starting();
    leave();
    store.forgetCalls();
    expect(told).toBe(1);
  });
});
