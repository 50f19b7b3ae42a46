/** What may stand before a path, and what is left without it. */
import { expect, test } from '@jest/globals';
import {
  otherFrames,
  type Prefixes,
  type PrefixFacts,
  prefixesOf,
  sameFrame,
  withoutPrefixes,
} from '../../../../lambda/core/path/prefixes.ts';

const facts = (over: Partial<PrefixFacts>): PrefixFacts => ({
  ...{ stage: 'prod', basePaths: undefined, customDomain: false },
  ...over,
});
const prefixes = (texts: readonly string[], over: Partial<Prefixes> = {}): Prefixes => ({
  ...{ texts, segments: 0 },
  ...over,
});

test.each<[Partial<PrefixFacts>, Prefixes]>([
  [{}, prefixes(['/prod', '/prod/prod'])],
  [{ stage: '$default' }, prefixes([])],
  [{ customDomain: true }, prefixes(['/prod', '/prod/prod'], { segments: 3 })],
  [{ stage: '$default', basePaths: ['shop/v1/', '/'], customDomain: true }, prefixes(['/shop/v1'])],
])('with %j: %j', (over, expected) => {
  expect(prefixesOf(facts(over))).toEqual(expected);
});

test.each<[string, Prefixes, readonly string[]]>([
  ['/prod/a', prefixes(['/prod']), ['/a']],
  ['/PROD/a', prefixes(['/prod']), ['/a']],
  ['/prod', prefixes(['/prod']), ['/']],
  ['/production/a', prefixes(['/prod']), []],
  ['/shop/prod/a', prefixes(['/prod', '/shop']), ['/prod/a', '/a']],
  ['/x/y/a', prefixes([], { segments: 2 }), ['/y/a', '/a']],
  ['/x', prefixes([], { segments: 3 }), []],
])('%s without %j is %j', (path, before, rests) => {
  expect(withoutPrefixes(path, before)).toEqual(rests);
});

test('what was taken off for the stage may be the path’s own', () => {
  expect(otherFrames('/a', prefixes(['/prod'], { taken: '/prod' }))).toEqual(['/prod/a']);
  expect(otherFrames('/prod/a', prefixes(['/prod'], { taken: '/prod' }))).toEqual([
    '/prod/prod/a',
    '/a',
  ]);
  expect(otherFrames('/prod/a', prefixes(['/prod']))).toEqual(['/a']);
});

test.each([
  ['/a', '/a', '/a'],
  ['/a', '/prod/a', '/a'],
  ['/a b', '/prod/a%20b', '/a%20b'],
  ['/a', '/prod//a/', '//a/'],
  ['/a', '/base/path/a', '/a'],
  ['/a', '/prod/b', undefined],
])('%s in another field, %s, is %j', (path, other, expected) => {
  expect(sameFrame(path, other, prefixes(['/prod']))).toBe(expected);
});
