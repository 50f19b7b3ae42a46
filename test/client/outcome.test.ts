/** What a question that has ended leaves known: pure, without a flight. */
import { describe, expect, test } from '@jest/globals';
import type { EndpointError } from '../../client/src/endpoint.ts';
import { failed, settle } from '../../client/src/outcome.ts';
import type { PermissionsState } from '../../client/src/permissions-state.ts';

const failure = (retryAfter?: string) => ({ retryAfter }) as unknown as EndpointError;

describe('the outcome of questions', () => {
  test.each([
    ['an answer', 3, undefined, { failures: 0 }],
    ['a first failure', 0, failure(), { failures: 1 }],
    ['another failure', 3, failure(), { failures: 4 }],
    ['a failure that asks to wait', 0, failure('90'), { failures: 1, retryAfter: 90 }],
    [
      'one that names a date',
      0,
      failure('Thu, 01 Jan 1970 00:17:00 GMT'),
      { failures: 1, retryAfter: 20 },
    ],
  ])('%s', (_, failures, error, expected) => {
    expect(settle({ failures, retryAfter: 7 }, error, 1_000)).toEqual(expected);
  });
});

describe('the state after a failure', () => {
  const ready = { status: 'ready', answer: {} } as PermissionsState;
  const error = new Error('no answer');

  test.each<[string, PermissionsState, boolean, object]>([
    ['what is known stays known', ready, false, { ...ready, error }],
    ['unless its token has ended', ready, true, { status: 'error', error }],
    ['nothing was known', { status: 'loading' }, false, { status: 'error', error }],
    ['nobody was signed in', { status: 'signed-out' }, false, { status: 'error', error }],
  ])('%s', (_, known, isOver, expected) => {
    expect(failed(known, error, isOver)).toEqual(expected);
  });
});
