import { expect, test } from '@jest/globals';
import type { Answer } from '../../../lambda/authorizer/authorize.ts';
import { createHandler } from '../../../lambda/authorizer/handler.ts';
import { type Refusal, refuse } from '../../../lambda/core/contract/codes.ts';
import { httpApiEvent } from '../../support/http-api-event.ts';

const refused = (refusal: Refusal): Answer => ({
  decision: { effect: 'deny', route: 'GET /orders', ...refusal },
  effect: 'deny',
  policy: { Version: '2012-10-17', Statement: [] },
  context: {
    ...{
      principalId: '-',
      uid: '-',
      cid: '-',
      groups: '[]',
      scope: '-',
      mapVersion: 'v',
      code: '-',
    },
    ...{ quotaLimit: '-', quotaRemaining: '-', quotaReset: '-', quotaExceeded: 'false' },
  },
  facts: { effect: 'deny', mode: 'enforce', ...refusal, mapVersion: 'v' },
});

/** Metrics that the handler puts for one event. */
async function putFor(event: unknown, authorize: () => Promise<Answer>) {
  const puts: Readonly<Record<string, number>>[] = [];
  const handler = createHandler({
    authorize,
    unauthorized: 'throw',
    mapVersion: 'v',
    clock: { now: () => 0 },
    audit: { record: () => undefined },
    metrics: { put: (values) => void puts.push(values) },
  });
  const thrown = await handler(event).catch((error: Error) => error.message);
  return { thrown, failures: puts.filter((values) => 'AuthorizerFailures' in values) };
}

const call = httpApiEvent('GET', '/orders', { token: 'x' });
const bug = (): Promise<Answer> => Promise.reject(new TypeError('undefined is not a function'));

test.each([
  ['an event that is none of ours', { version: '9' }, bug],
  ['a fault of the authorizer', call, bug],
])('%s counts as a failure, once', async (_, event, authorize) => {
  expect(await putFor(event, authorize)).toEqual({
    thrown: 'AuthorizerFailure',
    failures: [{ AuthorizerFailures: 1 }],
  });
});

test.each([
  ['a bad token', refuse('TOKEN_EXPIRED', 'exp_passed'), 'Unauthorized'],
  [
    'keys that cannot be had, which have an alarm of their own',
    refuse('KEYS_UNAVAILABLE', 'fetch_failed'),
    'AuthorizerFailure',
  ],
])('%s is thrown too and counts as none', async (_, refusal, thrown) => {
  expect(await putFor(call, async () => refused(refusal))).toEqual({ thrown, failures: [] });
});
