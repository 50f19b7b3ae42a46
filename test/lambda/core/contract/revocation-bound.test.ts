/** How long a revoked token may pass: what bounds it, and what the sentence says does not. */
import { describe, expect, test } from '@jest/globals';
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

describe('the bound in words', () => {
  const facts = {
    ...{ withinSeconds: 10, ttlSeconds: 10, hook: true },
    onStoreFailure: 'allow',
  } as const;

  test('names the sum, and from when it counts', () => {
    expect(boundSum(facts)).toBe('21 s (within 10 s + kept answers 10 s + 1 s)');
    expect(boundSentence(facts)).toMatch(/^a revoked token is refused at most 21 s .*acknowledged/);
    expect(boundSentence({ ...facts, hook: false, pollSeconds: 300 })).toMatch(/poll .* 300 s/);
    expect(boundSentence({ ...facts, hook: false })).toMatch(/`revoke`.*when the token expires/);
  });

  test('says that it does not hold while the list cannot be read, unless calls are refused then', () => {
    const unread = '; while the list cannot be read, calls pass with it (`onStoreFailure: allow`)';
    const ways = [{}, { pollSeconds: 60 }, { hook: false }, { hook: false, pollSeconds: 60 }];
    for (const way of ways) {
      const refusing = boundSentence({ ...facts, ...way, onStoreFailure: 'deny' });
      expect(refusing).not.toContain('onStoreFailure');
      expect(boundSentence({ ...facts, ...way })).toBe(`${refusing}${unread}`);
    }
  });
});
