import { describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { accessMapSchema } from '../../../lib/access-map/schema/schema.ts';
import { diffMaps } from '../../../lib/map-diff/index.ts';
import { BASE, type Edit, ONE, ROWS, TWO } from './diff-rows.ts';

/** The map with values at dotted paths; `undefined` takes the key away. */
function mapWith(edits: readonly Edit[]): AccessMap {
  const map = structuredClone(BASE) as Record<string, unknown>;
  for (const [path, value] of edits) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let place = map;
    for (const key of keys) {
      place[key] ??= {};
      place = place[key] as Record<string, unknown>;
    }
    if (value === undefined) delete place[last];
    else place[last] = structuredClone(value);
  }
  return AccessMap.fromObject(map as never);
}

const lines = (from: AccessMap, to: AccessMap): readonly string[] =>
  diffMaps(from, to).map(({ subject, route, from: was, to: is, widened }) =>
    [
      widened ? 'WIDER' : 'other',
      subject,
      ...(route === undefined ? [] : [route]),
      '|',
      was ?? '-',
      '>',
      is ?? '-',
    ].join(' '),
  );

/**
 * The lines of one direction as a pattern each; the other direction has the values the other way
 * round.
 */
function patternsOf(expected: readonly string[], direction: 0 | 1): readonly RegExp[] {
  return expected.map((line) => {
    const [head = '', values = ''] = line.split(' | ');
    const [marks = '', subject] = [
      head.slice(0, head.indexOf(' ')),
      head.slice(head.indexOf(' ') + 1),
    ];
    const sides = direction === 0 ? values.split(' > ') : values.split(' > ').toReversed();
    const text = `${marks.split('/')[direction]} ${subject} | ${sides.join(' > ')}`;
    return new RegExp(`^${text.replace(/[.*+^${}()|[\]\\/]/g, '\\$&').replaceAll('?', '.+')}$`);
  });
}

describe('maps that differ in one key', () => {
  test.each(ROWS)(
    '$key: told in both directions, and rightly as wider or not',
    ({ with: shared = [], edits, expected }) => {
      const maps = [mapWith(shared), mapWith([...shared, ...edits])] as const;
      for (const direction of [0, 1] as const) {
        const found = lines(maps[direction], maps[1 - direction] ?? maps[0]).toSorted();
        const patterns = patternsOf(expected, direction);
        expect(found.filter((line) => !patterns.some((pattern) => pattern.test(line)))).toEqual([]);
        expect(patterns.filter((pattern) => !found.some((line) => pattern.test(line)))).toEqual([]);
      }
    },
  );

  /** Of a part of the schema: the dotted paths of what it can hold. */
  const pathsIn = (schema: object, path: string): readonly string[] => {
    const {
      properties = {},
      items,
      additionalProperties,
    } = schema as Record<string, object | undefined>;
    const below = Object.entries(properties).flatMap(([key, part]) =>
      pathsIn(part, path === '' ? key : `${path}.${key}`),
    );
    const inItems = typeof items === 'object' ? pathsIn(items, path) : [];
    const inEntries =
      typeof additionalProperties === 'object' ? pathsIn(additionalProperties, `${path}.*`) : [];
    const found = [...below, ...inItems, ...inEntries].filter((one) => one !== path);
    return [
      ...(path === '' || (below.length > 0 && inItems.length === 0 && inEntries.length === 0)
        ? []
        : [path]),
      ...found,
    ];
  };

  /** Other ways to write what a row above says, and keys that are not acted on yet. */
  const ELSEWHERE = [
    ...[
      'routes.openapi',
      'routes.basePath',
      'routes.route',
      // Says that a name is one; the group's cells tell the rest.
      'groups.*.literal',
      'permissions.*.tag',
      'permissions.*.methods',
      'permissions.*.fromOpenapi',
      'extends',
    ],
    ...[
      'api.upstream.listener',
      'api.upstream.lambda',
      'okta',
      'tests',
      'tests.allows',
      'tests.denies',
      'okta.manage.apps',
      'quotas.*.windows.per',
    ],
    ...['audit'],
  ];

  test('are looked at for each key that a map can have', () => {
    const covered = new Set([...ROWS.map(({ key }) => key), ...ELSEWHERE]);
    expect([...new Set(pathsIn(accessMapSchema, ''))].filter((path) => !covered.has(path))).toEqual(
      [],
    );
  });
});

test('a block of another name is reported as such, not as another authorization server', () => {
  const [from, to] = [
    mapWith([['okta', [ONE, TWO]]]),
    mapWith([['okta', [ONE, { ...TWO, name: 'three', audience: 'api://else' }]]]),
  ];
  expect(lines(from, to)).toEqual([
    'WIDER okta.three.name | two > three',
    'WIDER okta.three.audience | api://shop > api://else',
  ]);
});

test('a machine that is given other groups is told what its calls are charged to', () => {
  const of = (machine: unknown) => mapWith([['machines.0oa1m', machine]]);
  const charged = (from: unknown, to: unknown) =>
    lines(of(from), of(to)).filter((line) => line.includes('.quota'));
  expect(charged({ groups: ['staff'] }, { groups: ['free'] })).toEqual([
    'WIDER machines.0oa1m.quota | small > none',
  ]);
  expect(charged({ groups: ['free'] }, { groups: ['staff'] })).toEqual([
    'other machines.0oa1m.quota | none > small',
  ]);
  expect(charged({ groups: ['staff', 'busy'] }, { groups: ['busy'] })).toEqual([
    'other machines.0oa1m.quota | large, small > large',
  ]);
  expect(charged({ groups: ['staff', 'free'] }, { groups: ['free', 'busy'] })).toEqual([]);
});

test('cells are those of tokens that can carry the group, whichever okta block comes first', () => {
  const bounded = { ...ONE, groups: ['free', 'busy'] };
  expect(lines(mapWith([['okta', [TWO, bounded]]]), mapWith([['okta', [bounded, TWO]]]))).toEqual(
    [],
  );
  const widening = lines(
    mapWith([['okta', [TWO, bounded]]]),
    mapWith([
      ['okta', [TWO, bounded]],
      ['groups.free.allow', ['GET /a', 'GET /b']],
    ]),
  );
  expect(widening).toEqual(['WIDER free GET /b | closed > allowed']);
});
