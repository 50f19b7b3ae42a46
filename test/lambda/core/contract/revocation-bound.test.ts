/** How long a revoked token may pass: what bounds it, and what the sentence says does not. */
import { expect, test } from '@jest/globals';
import {
  type BoundFacts,
  boundSentence,
  boundSum,
} from '../../../../lambda/core/contract/revocation-bound.ts';

const facts = (over: Partial<BoundFacts> = {}): BoundFacts => ({
  ...{ withinSeconds: 10, ttlSeconds: 60, hook: true, onStoreFailure: 'deny', pollSeconds: 300 },
  ...over,
});

test('is the period, the cache and a second', () => {
  expect(boundSum(facts())).toMatch(/^71 s \(.*10 s.*60 s.*1 s\)$/);
  expect(boundSum(facts({ ttlSeconds: 0 }))).toMatch(/^11 s /);
});

test.each<[string, Partial<BoundFacts>, readonly string[]]>([
  ['a hook and a poll', {}, []],
  ['a hook alone', { pollSeconds: undefined }, ['poll: 5m']],
  ['a poll alone', { hook: false }, ['300 s']],
  ['neither', { hook: false, pollSeconds: undefined }, ['`revoke`']],
  ['calls that pass unread', { onStoreFailure: 'allow' }, ['onStoreFailure: allow']],
  [
    'a hook alone, and calls that pass unread',
    { pollSeconds: undefined, onStoreFailure: 'allow' },
    ['poll: 5m', 'onStoreFailure: allow'],
  ],
])('with %s names what it depends on', (_, over, named) => {
  const sentence = boundSentence(facts(over));
  expect(sentence).toContain(boundSum(facts(over)));
  const all = ['poll: 5m', '300 s', '`revoke`', 'onStoreFailure: allow'];
  expect(all.filter((text) => sentence.includes(text)).toSorted()).toEqual(named.toSorted());
});
