import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decode } from '../../../../lambda/core/path/decode.ts';
import { featuresOf } from '../../../../lambda/core/path/features.ts';
import {
  MAX_DECODINGS,
  MAX_READINGS,
  MAX_WORK,
  readingsOf,
} from '../../../../lambda/core/path/readings.ts';
import { sized } from '../../../support/tier.ts';

const pathsOf = (path: string): readonly string[] =>
  readingsOf([path]).readings.map((reading) => reading.path);

describe('percent-decoding', () => {
  test.each([
    ['a%20b', 'a b', 'a b', 'a b'],
    ['%65xport', 'export', 'export', 'export'],
    ['%2Fx%5c', '/x\\', '%2Fx%5c', '/x\\'],
    ['%e2%82%AC', '€', '€', '€'],
    ['%f0%9f%98%80', '😀', '😀', '😀'],
    ['%2565', '%65', '%65', '%65'],
    ['100%', '100%', '100%', '100%'],
    ['%zz%4', '%zz%4', '%zz%4', '%zz%4'],
    ['%c0%af', '%c0%af', '%c0%af', '/'],
    ['%c1%a5', '%c1%a5', '%c1%a5', 'e'],
    ['%e0%80%af', '%e0%80%af', '%e0%80%af', '/'],
    ['%f0%80%80%af', '%f0%80%80%af', '%f0%80%80%af', '/'],
    ['%u002f', '%u002f', '%u002f', '/'],
    ['%ff', '%ff', '%ff', '\ufffd'],
    ['%ed%a0%80', '%ed%a0%80', '%ed%a0%80', '\ufffd'],
    ['%ef%bf%bd', '\ufffd', '\ufffd', '\ufffd'],
    ['%f8%88%80%80%80', '%f8%88%80%80%80', '%f8%88%80%80%80', '\ufffd'.repeat(5)],
    ['%e2%82', '%e2%82', '%e2%82', '\ufffd\ufffd'],
  ])(
    '%j is %j, %j with slashes kept, %j to a lenient decoder',
    (text, strict, slashes, lenient) => {
      expect([decode(text, 'strict'), decode(text, 'slashes'), decode(text, 'lenient')]).toEqual([
        strict,
        slashes,
        lenient,
      ]);
    },
  );

  test('is the platform’s own wherever that decodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decode(encodeURIComponent(text), 'strict')).toBe(text);
      }),
    );
  });

  test('reads a text longer than one piece', () => {
    expect(decode(`%41${'é%20'.repeat(5_000)}`, 'strict')).toBe(`A${'é '.repeat(5_000)}`);
  });
});

describe('the readings of a path', () => {
  test.each([
    ['/a/%62', 'decode', ['/a/b']],
    ['/a/%2562', 'decode', ['/a/%62', '/a/b']],
    ['/a%2fb', 'decode', ['/a/b']],
    ['/a%c0%afb', 'overlong', ['/a/b']],
    ['/a;x/b;y=%20', 'matrix', ['/a/b']],
    ['/a;/x', 'matrix', ['/a/x']],
    ['/a\\b', 'backslash', ['/a/b']],
    ['/a?b/c', 'query', ['/a']],
    ['/a%23b/c', 'query', ['/a#b/c', '/a']],
    ['/a#b?c', 'query', ['/a#b', '/a']],
    ['/a%00.png', 'nul', ['/a\0.png', '/a']],
    ['//a///b', 'slashes', ['/a/b']],
    ['/x/../a', 'dots', ['/a']],
    ['/x/./a', 'dots', ['/x/a']],
    ['/x/..;y/a', 'dots', ['/a']],
    ['/x/%2e%2E/a', 'dots', ['/a']],
    ['/x/..%3b/a', 'dots', ['/a']],
    ['/a/b/..', 'dots', ['/a/']],
    ['/../a', 'dots', ['/a']],
    ['/x/.. /a', 'trailing_dot_or_space', ['/x/../a', '/a']],
    ['/x/ ../a', 'trailing_dot_or_space', ['/x/../a']],
    ['/x/.../a', 'trailing_dot_or_space', ['/x//a', '/x/a']],
    ['/x/...json', 'suffix', ['/x/..', '/']],
    ['/;x/orders', 'slashes', ['//orders', '/orders']],
    // Each only by one order of the rules.
    ['/a;%2fb/c', 'matrix', ['/a/c', '/a;/b/c', '/a/b/c']],
    ['/%3b%2f..%2fa', 'dots', ['/;/../a', '//../a', '/../a', '/a']],
  ])('%s holds, by %s among others, %j', (path, by, expected) => {
    const { readings, unbounded } = readingsOf([path]);
    expect(readings.map((reading) => reading.path)).toEqual(
      expect.arrayContaining([path, ...expected]),
    );
    expect(readings.flatMap((reading) => reading.by)).toContain(by);
    expect(unbounded).toBe(false);
  });

  test.each(['/', '/orders/42', '/a.b/c-d_e~f', '/über/né', '/a b', '/100%', '/a:b@c,d=e&f+g!$'])(
    '%s has itself alone',
    (path) => {
      expect(pathsOf(path)).toEqual([path]);
      expect(featuresOf(path)).toBe(0);
    },
  );

  const hostile = fc
    .array(
      fc.constantFrom(
        '%2f',
        '%252e',
        '/',
        '.',
        '..',
        ';',
        ';x',
        '\\',
        '?',
        '#',
        ' ',
        '%00',
        '%c0%af',
        '%3b',
        '%5C',
        'a',
        'b%20',
        '%u002e',
        'é',
      ),
      {
        maxLength: 9,
      },
    )
    .map((parts) => `/${parts.join('')}`);

  test('are closed: what is read of a reading is a reading', () => {
    fc.assert(
      fc.property(hostile, (path) => {
        const { readings, unbounded } = readingsOf([path]);
        fc.pre(!unbounded);
        const known = new Set(readings.map((reading) => reading.path));
        for (const reading of known)
          expect(pathsOf(reading).filter((reached) => !known.has(reached))).toEqual([]);
      }),
      { numRuns: sized(300, 100) },
    );
  });

  test('do not depend on the order in which rules are applied', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.array(fc.nat(REWRITES.length - 1), { maxLength: 12 }),
        (path, order) => {
          const { readings, unbounded } = readingsOf([path]);
          fc.pre(!unbounded);
          const read = order.reduce((text, index) => REWRITES[index]?.(text) ?? text, path);
          expect(readings.map((reading) => reading.path)).toContain(read);
        },
      ),
      { numRuns: sized(2_000, 150) },
    );
  });

  /** The rules that move borders, written a second time in the plainest way. */
  const REWRITES: readonly ((path: string) => string)[] = [
    (path) => path.replace(/%[0-7][0-9a-f]/gi, (found) => decodeURIComponent(found)),
    (path) =>
      path.replace(/%[0-7][0-9a-f]/gi, (found) =>
        /%(?:2f|5c)/i.test(found) ? found : decodeURIComponent(found),
      ),
    (path) => path.replace(/;[^/]*/g, ''),
    (path) => path.replace(/\\/g, '/'),
    (path) => path.replace(/\?.*$/s, ''),
    (path) => path.replace(/#.*$/s, ''),
    (path) => path.replace(/\0.*$/s, ''),
    (path) => path.replace(/\/+/g, '/'),
    (path) => {
      const segments = path.slice(1).split('/');
      for (let at = dotsIn(segments); at !== -1; at = dotsIn(segments)) {
        const last = at === segments.length - 1;
        if (segments[at] === '..' && at > 0) segments.splice(at - 1, 2);
        else segments.splice(at, 1);
        if (last) segments.push('');
      }
      return `/${segments.join('/')}`;
    },
  ];

  const dotsIn = (segments: readonly string[]): number =>
    segments.findIndex((segment) => segment === '.' || segment === '..');
});

describe('what bounds the readings', () => {
  test.each([1, 2, 3, 4])('%d escapes around a slash are followed', (times) => {
    const path = `/a${times === 1 ? '%2f' : `%${'25'.repeat(times - 1)}2f`}b`;
    const { readings, unbounded } = readingsOf([path]);
    expect(unbounded).toBe(false);
    expect(readings.map((reading) => reading.path)).toContain('/a/b');
  });

  test.each([
    ['five escapes', `/a%${'25'.repeat(MAX_DECODINGS)}2f`],
    ['five escapes, the last overlong', `/a%${'25'.repeat(MAX_DECODINGS)}c0%af`],
    ['more than 64 readings, none of them decoded', '/a;b\\c//d?e#f/./g/../h/. /...'],
    ['more characters than are read, in three readings', `/a;b${'c'.repeat(MAX_WORK / 2)}/d`],
  ])('%s are unbounded', (_, path) => {
    const { readings, unbounded } = readingsOf([path]);
    expect(unbounded).toBe(true);
    expect(readings.length).toBeLessThanOrEqual(MAX_READINGS);
  });

  test('a long plain path, and one escaped throughout, are read whole', () => {
    for (const path of [`/${'a'.repeat(8_191)}`, `/${encodeURIComponent('東京'.repeat(400))}`])
      expect(readingsOf([path]).unbounded).toBe(false);
  });
});
