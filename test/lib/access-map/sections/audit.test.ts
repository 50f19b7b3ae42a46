import { describe, expect, test } from '@jest/globals';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { RETENTION_DAYS } from '../../../../lib/access-map/sections/retention-days.ts';
import { rowOf } from '../../../support/model.ts';
import { base, mapOf, messagesOf } from '../support.ts';

describe('audit', () => {
  test('has defaults that record everything and name principals', () => {
    expect(mapOf().audit).toEqual({ allows: 1, hashPrincipal: false, complete: false });
    expect(mapOf().model).not.toHaveProperty('audit');
  });

  test('is read, and goes into the model and the version as far as it changes records', () => {
    const map = mapOf({ audit: { allows: 0.25, retention: '365d', hashPrincipal: true } });
    expect(map.audit).toEqual({
      allows: 0.25,
      retentionDays: 365,
      hashPrincipal: true,
      complete: false,
    });
    expect(map.model.audit).toEqual({ allows: 0.25, hashPrincipal: true });
    expect(map.version).not.toBe(mapOf().version);
    expect(mapOf({ audit: { retention: '30d' } }).version).toBe(mapOf().version);
  });

  test.each([
    ['100d', '`90d` or `120d`'],
    ['36h', '`1d` or `3d`'],
    ['10s', '`1d`'],
    ['9999d', '`3653d`'],
  ])(
    'retention %s is none of CloudWatch’s, and the neighbours are named',
    (retention, neighbours) => {
      expect(messagesOf({ audit: { retention } })).toEqual([
        `/audit/retention: expected a time for which CloudWatch keeps logs, here ${neighbours}, found \`${retention}\``,
      ]);
    },
  );

  test('retention has the days of the CDK, but never without an end', () => {
    const days = Object.values(RetentionDays).filter(
      (one) => typeof one === 'number' && one !== RetentionDays.INFINITE,
    );
    expect([...RETENTION_DAYS]).toEqual(days.toSorted((a, b) => Number(a) - Number(b)));
  });

  test.each([1.5, -0.1, '10%'])('a share of %j is refused', (allows) => {
    expect(messagesOf({ audit: { allows } })).toEqual([
      expect.stringContaining('/audit/allows: expected a share from 0 to 1'),
    ]);
  });

  test('complete is no sample', () => {
    expect(messagesOf({ audit: { allows: 0.5, complete: true } })).toEqual([
      '/audit/allows: expected every allow beside `complete`, found a share of `0.5`',
    ]);
  });

  test('complete forces the cache off, and a ttl beside it is an error', () => {
    expect(mapOf({ audit: { complete: true } }).cache).toMatchObject({
      mode: 'off',
      reasons: ['audit.complete records every request'],
    });
    expect(
      messagesOf({ api: { ...base.api, cache: { ttl: '60s' } }, audit: { complete: true } }),
    ).toEqual([
      expect.stringContaining('audit.complete records every request; expected `auto` or `off`'),
    ]);
  });
});

describe('shadow mode', () => {
  const routes = [...base.routes];
  test('of the map is that of every route which says nothing else', () => {
    const map = mapOf({
      mode: 'shadow',
      routes: [
        'GET /orders',
        { route: 'POST /orders', mode: 'enforce' },
        'GET /orders/{id}',
        'GET /health',
      ],
    });
    expect(map.model.shadow).toEqual({
      whole: true,
      routes: rowOf(routes, ['GET /orders', 'GET /orders/{id}', 'GET /health']),
    });
  });

  test('of one route leaves the others enforced, and takes every method of an ANY route', () => {
    const map = mapOf({ routes: [...routes, { route: 'ANY /any', mode: 'shadow' }] });
    const keys = map.model.routes.map(({ key }) => key);
    expect(map.model.shadow).toEqual({
      routes: rowOf(
        keys,
        keys.filter((key) => key.endsWith(' /any')),
      ),
    });
  });

  test('that is written nowhere leaves model and version as they are', () => {
    const written = mapOf({
      mode: 'enforce',
      routes: routes.map((route) => ({ route, mode: 'enforce', sensitive: false })),
    });
    expect([written.model, written.version]).toEqual([mapOf().model, mapOf().version]);
  });

  test.each([
    ['the map', { mode: 'shadow' }],
    ['one route', { routes: [...routes, { route: 'GET /watched', mode: 'shadow' }] }],
  ])('of %s forces the cache off, and a ttl beside it is an error', (_name, changes) => {
    expect(mapOf(changes as object).cache).toMatchObject({
      mode: 'off',
      reasons: ['routes in shadow mode are recorded at every request'],
    });
    expect(messagesOf({ ...changes, api: { ...base.api, cache: { ttl: '60s' } } })).toEqual([
      expect.stringContaining(
        'routes in shadow mode are recorded at every request; expected `auto` or `off`',
      ),
    ]);
  });

  test('is refused where the API’s owner connects the authorizer', () => {
    expect(messagesOf({ api: { name: 'orders', authorizerOnly: true }, mode: 'shadow' })).toEqual([
      expect.stringContaining(
        '/api/authorizerOnly: expected no shadow mode beside `authorizerOnly`',
      ),
    ]);
  });
});

test('a model with both shadow mode and a cache is none that this code decides with', () => {
  const model = { ...mapOf().model, shadow: { routes: '00000001' } };
  expect(model.cache).toBeDefined();
  expect(() => parseModel(model)).toThrow('not written by the compiler of this version');
});

test('sensitive routes are in the model and give another version', () => {
  const map = mapOf({
    routes: [
      'GET /orders',
      { route: 'POST /orders', sensitive: true },
      'GET /orders/{id}',
      'GET /health',
    ],
  });
  expect(map.model.sensitive).toBe(rowOf(base.routes, ['POST /orders']));
  expect(map.version).not.toBe(mapOf().version);
});
