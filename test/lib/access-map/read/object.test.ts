/** The map as an object: the same rules, places inside `cdk.json`, and JSON's own traps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  AccessMap,
  AccessMapError,
  type AccessMapInput,
  loadMap,
  readMapContext,
  resolveMapSource,
} from '../../../../lib/access-map/index.ts';
import { base, fromYaml, mapOf, messagesOf } from '../support.ts';

test('an object and the same map in YAML compile to the same model', () => {
  const map = {
    ...base,
    quotas: { standard: { limit: 60, per: 'minute', by: 'user' } },
    groups: { readers: { allow: ['GET /*'], quota: 'standard' } },
  } as const;
  expect(fromYaml(map)?.model).toEqual(AccessMap.fromObject(map).model);
});

test('the place of a problem is a JSON pointer into cdk.json', () => {
  expect(() => mapOf({ groups: { 'a/b~c': { allow: ['GET /order'] } } })).toThrow(
    new AccessMapError(
      AccessMap.checkObject({ ...base, groups: { 'a/b~c': { allow: ['GET /order'] } } }).problems,
    ),
  );
  expect(messagesOf({ groups: { 'a/b~c': { allow: ['GET /order'] } } })).toEqual([
    '/groups/a~1b~0c/allow/0: expected a pattern that matches a route of `routes`, found `GET /order`: declare `GET /order` under `routes`, did you mean `GET /orders`?',
  ]);
});

test.each([
  [
    'a number as a client id',
    { okta: { ...base.okta, clients: [12] } },
    '/okta/clients/0: expected a client id such as `0oa1web`, found the number `12`: put it in quotes, names are read as written',
  ],
  [
    'a boolean as a route',
    { routes: [true] },
    '/routes/0: expected a route such as `GET /orders/{id}`, found the boolean `true`: put it in quotes, names are read as written',
  ],
  ['null as a list', { public: null }, '/public: expected a list of routes, found nothing'],
  ['a function', { public: () => [] }, '/public: expected a JSON value, found a function'],
  ['a date', { public: new Date(0) }, '/public: expected a JSON value, found a class instance'],
  [
    'a number that is none',
    { quotas: { a: { limit: Number.NaN, per: 'day', by: 'user' } } },
    '/quotas/a/limit: expected a JSON value, found a number',
  ],
])('%s is refused', (_, changes, message) => {
  expect(messagesOf(changes)[0]).toBe(message);
});

test('an object that contains itself is refused', () => {
  const groups: Record<string, unknown> = {};
  groups['readers'] = groups;
  expect(messagesOf({ groups }).join('\n')).toContain('expected at most 32 levels');
});

test.each([[null], [undefined], ['text'], [5], [[]], [{}]])('%j is not a map', (value) => {
  expect(() => AccessMap.fromObject(value as never)).toThrow(AccessMapError);
});

test('integers and booleans may be text as well as native', () => {
  const quota = (limit: unknown): unknown =>
    AccessMap.checkObject({ ...base, quotas: { a: { limit, per: 'day', by: 'user' } } }).map?.model
      .quotas;
  expect(quota('60')).toEqual(quota(60));
  expect(quota(60)).toMatchObject([{ windows: [{ limit: 60 }] }]);
  expect(
    AccessMap.checkObject({ ...base, api: { ...base.api, authorizerOnly: 'false' } }).problems,
  ).toEqual([]);
});

test('the type of the input is the schema', () => {
  const right: AccessMapInput = {
    ...base,
    groups: { readers: { allow: ['GET /orders'] }, empty: null },
  };
  // @ts-expect-error groups have no `allows`
  const wrongKey: AccessMapInput = { ...base, groups: { readers: { allows: ['GET /orders'] } } };
  const wrongWord: AccessMapInput = {
    ...base,
    // @ts-expect-error only four periods
    quotas: { a: { limit: 1, per: 'week', by: 'user' } },
  };
  // Before the first apply a map has no issuer, so the type allows it; only then is it accepted.
  const missing: AccessMapInput = { ...base, okta: { audience: 'a', clients: 'any' } };
  expect(
    [right, wrongKey, wrongWord, missing].map(
      (map) => AccessMap.checkObject(map).map !== undefined,
    ),
  ).toEqual([true, false, false, false]);
});

test('the context names a file, holds the map, or is absent', () => {
  expect(resolveMapSource('/project', undefined)).toEqual({
    kind: 'file',
    path: '/project/access.yaml',
  });
  expect(resolveMapSource('/project', 'maps/a.yaml')).toEqual({
    kind: 'file',
    path: '/project/maps/a.yaml',
  });
  expect(resolveMapSource('/project', base)).toEqual({
    kind: 'object',
    map: base,
    source: 'cdk.json#/context/accessMap',
  });
  expect(loadMap(resolveMapSource('/project', base)).name).toBe('orders');
  expect(() => resolveMapSource('/project', 'maps/*.yaml')).toThrow(
    'expected a glob that matches an access map, found `maps/*.yaml`',
  );
  expect(() => resolveMapSource('/project', 5)).toThrow(
    'expected the name of a file, a glob, or a map, found `5`',
  );
});

test('the context is read from cdk.json', () => {
  const folder = mkdtempSync(join(tmpdir(), 'access-map-'));
  try {
    expect(readMapContext(folder)).toBeUndefined();
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ context: { accessMap: 'a.yaml' } }));
    expect(readMapContext(folder)).toBe('a.yaml');
    writeFileSync(join(folder, 'cdk.json'), '{');
    expect(() => readMapContext(folder)).toThrow(AccessMapError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
