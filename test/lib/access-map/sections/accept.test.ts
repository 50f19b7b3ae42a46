import { describe, expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';

const check = (api: object) =>
  AccessMap.checkObject({
    api: { name: 'orders', ...api },
    okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://o', clients: ['0oa1'] },
    routes: ['GET /orders', 'GET /orders/{id}', 'ANY /files/{path+}', '$default'],
    groups: { staff: { allow: ['GET /orders'] } },
  });
const attachTo = { httpApiId: 'a1b2c3d4e5' };

describe('api.accept', () => {
  test.each([
    ['GET /orders', ['GET /orders']],
    ['GET /orders/**', ['GET /orders', 'GET /orders/{id}']],
    ['ANY /files/{path+}', ['ANY /files/{path+}']],
    ['$default', ['$default']],
    ['ANY /**', ['GET /orders', 'GET /orders/{id}', 'ANY /files/{path+}', '$default']],
  ])('`foreign: [%s]` names whole routes of the API', (pattern, keys) => {
    const { map } = check({ attachTo, accept: { foreign: [pattern] } });
    expect(map?.api.accept.foreign).toEqual(keys);
  });

  test.each([
    ['GET /carts', 'PATTERN_UNMATCHED'],
    ['GET /files/{path+}', 'PATTERN_UNMATCHED'],
  ])('`foreign: [%s]` accepts nothing and is an error', (pattern, code) => {
    const { problems } = check({ attachTo, accept: { foreign: [pattern] } });
    expect(problems.filter(({ severity }) => severity === 'error').map((one) => one.code)).toEqual([
      code,
    ]);
  });

  test('findings count wherever they are listed; `attachTo.accept` goes on being read', () => {
    const { map } = check({
      attachTo: { ...attachTo, accept: ['authorizerQuota', 'preflight'] },
      accept: { findings: ['preflight', 'otherStages'] },
    });
    const all = ['authorizerQuota', 'preflight', 'otherStages'];
    expect([map?.api.accept.findings, map?.api.attachTo?.accept]).toEqual([all, all]);
    expect(
      check({ authorizerOnly: true, accept: { findings: ['resourcePolicy'] } }).map?.api.accept,
    ).toEqual({ findings: ['resourcePolicy'], foreign: [] });
  });

  test.each([
    ['an unknown finding', { attachTo, accept: { findings: ['otherStage'] } }],
    ['`otherStages` of an HTTP API', { attachTo: { ...attachTo, otherStages: 'leave' } }],
    ['a stack that is none', { attachTo: { ...attachTo, takeOver: 'a stack' } }],
    ['an end that is none', { attachTo: { ...attachTo, onDelete: 'forget' } }],
  ])('%s is refused', (_, api) => {
    expect(check(api).map).toBeUndefined();
  });

  test.each([
    [undefined, 'fail'],
    ['leave', 'leave'],
    [
      ['dev', 'v1'],
      ['dev', 'v1'],
    ],
  ])('`otherStages: %s`', (otherStages, read) => {
    const rest = { restApiId: 'a1b2c3d4e5', stage: 'prod', ...(otherStages && { otherStages }) };
    const { map } = AccessMap.checkObject({
      api: { name: 'orders', kind: 'rest', attachTo: rest },
      okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://o', clients: ['0oa1'] },
      routes: ['GET /orders'],
      groups: { staff: { allow: ['GET /orders'] } },
    });
    expect(map?.api.attachTo).toMatchObject({ otherStages: read, onDelete: 'restore' });
  });
});

test('a take-over with quotas by the month asks for `quotaReset`', () => {
  const problems = (accept: object) =>
    AccessMap.checkObject({
      api: { name: 'orders', attachTo: { ...attachTo, takeOver: 'access-old' }, ...accept },
      okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://o', clients: ['0oa1'] },
      routes: ['GET /orders'],
      quotas: { plan: { limit: 5, per: 'month', by: 'user' } },
      groups: { staff: { allow: ['GET /orders'], quota: 'plan' } },
    })
      .problems.filter(({ severity }) => severity === 'error')
      .map(({ message }) => message);
  expect(problems({})).toEqual([
    expect.stringContaining('the counts of running windows start again'),
  ]);
  expect(problems({ accept: { findings: ['quotaReset'] } })).toEqual([]);
});
