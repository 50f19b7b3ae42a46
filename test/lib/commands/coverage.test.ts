import { describe, expect, test } from '@jest/globals';
import type { RecordedSettings } from '../../../lambda/core/contract/attachment-record.ts';
import { LaterFormat } from '../../../lambda/core/contract/stored-formats.ts';
import {
  ApiNotFoundError,
  type LiveApi,
  type LiveRoute,
} from '../../../lambda/gateway/live-api.ts';
import { runCoverage } from '../../../lib/commands/coverage.ts';
import { API, ARN, aws, MAP, problemCodes, route, stackWith } from './live/live-aws.ts';
import { capture, project } from './project.ts';

describe('coverage', () => {
  test('tells what the API as a whole has against the authorizer, exit 1, unless the map accepts it', async () => {
    const guarded = { ...API, routes: API.routes.filter(({ key }) => key === 'GET /orders') };
    const any = guarded.routes.map((route) => ({
      ...route,
      key: 'ANY /orders',
      apiKeyRequired: true,
    }));
    const live: LiveApi = { ...guarded, routes: any, hasCors: true, keySource: 'AUTHORIZER' };
    const map = MAP.replace(/^routes.*$/m, "routes: ['ANY /orders']")
      .replace(/^public.*\n/m, '')
      .replace('[GET /orders]', "['ANY /orders']");
    const run = async (text: string, api: LiveApi) => {
      const io = capture(project({ 'access.yaml': text }));
      const code = await runCoverage({ json: true }, io, aws(api));
      return { code, codes: problemCodes(io) };
    };
    // The preflights that it lacks, and where it takes its keys from.
    expect(await run(map, live)).toEqual({ code: 1, codes: ['API_SETTING', 'API_SETTING'] });
    const header = { ...live, keySource: 'HEADER' };
    const accepted = map.replace(
      'attachTo: { httpApiId: a1b2c3d4e5 }',
      'attachTo: { httpApiId: a1b2c3d4e5 }, accept: { findings: [preflight] }',
    );
    expect(await run(accepted, header)).toMatchObject({ code: 0 });
    expect((await run(accepted, live)).code).toBe(1);
  });

  test('names live routes whose paths mix with those that the map guards, exit 1', async () => {
    const map = `api: { name: orders, attachTo: { httpApiId: a1b2c3d4e5, onUnmapped: leave } }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: ['GET /orders/{id}']
groups: { staff: { allow: ['GET /orders/{id}'] } }
`;
    const routes = [
      route('GET /orders/{id}', 'CUSTOM', { authorizerId: 'ours' }),
      route('GET /orders/export', 'AWS_IAM'),
    ];
    const run = async (text: string, more: readonly LiveRoute[] = []) => {
      const io = capture(project({ 'access.yaml': text }));
      const code = await runCoverage(
        { json: true },
        io,
        aws({ ...API, routes: [...routes, ...more] }),
      );
      return { code, codes: problemCodes(io) };
    };
    expect(await run(map)).toEqual({ code: 1, codes: ['API_SETTING'] });
    const exact = map.replace(
      "routes: ['GET /orders/{id}']",
      "routes: [{ route: 'GET /orders/{id}', paths: exact }]",
    );
    expect((await run(exact)).code).toBe(0);
    const wild = await run(exact, [route('$default', 'NONE')]);
    expect([wild.code, wild.codes]).toEqual([1, expect.arrayContaining(['API_SETTING'])]);
  });

  test.each<[string, string, readonly string[], number]>([
    ['what the attachment handed over', 'leave', ['GET /orders/export'], 0],
    ['what it has not handed over yet', 'leave', ['GET /orders/old'], 1],
    ['what it handed over, of routes with ours', 'deny', ['GET /orders/export'], 0],
    ['what no attachment hands over', 'fail', ['GET /orders/export'], 1],
  ])('of the routes that callers may spell, %s', async (_, onUnmapped, routes, code) => {
    const map = `api: { name: orders, attachTo: { httpApiId: a1b2c3d4e5, onUnmapped: ${onUnmapped} } }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: ['GET /orders/{id}']
groups: { staff: { allow: ['GET /orders/{id}'] } }
`;
    const live = {
      ...API,
      routes: [
        route('GET /orders/{id}', 'CUSTOM', { authorizerId: 'ours' }),
        route('GET /orders/export', 'AWS_IAM'),
      ],
    };
    const io = capture(project({ 'access.yaml': map }));
    const attached = aws(live, {
      findStack: async () => stackWith({ records: [{ api: API.id, table: 'records' }] }),
      readUnmapped: async (table, api) => ({
        routes: table === 'records' && api === API.id ? routes : [],
      }),
    });
    expect(await runCoverage({ json: true }, io, attached)).toBe(code);
    expect(problemCodes(io)).toEqual(code === 0 ? [] : ['API_SETTING']);
    expect(io.stdout().includes('within 15 minutes')).toBe(code === 1 && onUnmapped === 'leave');
  });

  test('without a stack, takes the word of the map for what an attachment hands over', async () => {
    const map = (
      onUnmapped: string,
    ) => `api: { name: orders, attachTo: { httpApiId: a1b2c3d4e5, onUnmapped: ${onUnmapped} } }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: ['GET /orders/{id}']
groups: { staff: { allow: ['GET /orders/{id}'] } }
`;
    const live = {
      ...API,
      routes: [
        route('GET /orders/{id}', 'CUSTOM', { authorizerId: 'ours' }),
        route('GET /orders/export', 'AWS_IAM'),
      ],
    };
    const run = (onUnmapped: string) =>
      runCoverage(
        { function: ARN },
        capture(project({ 'access.yaml': map(onUnmapped) })),
        aws(live, { findStack: async () => undefined }),
      );
    expect([await run('leave'), await run('fail')]).toEqual([0, 1]);
  });

  test.each<[string, string, string, number]>([
    ['a route that the map lacks', 'usual', 'ANY /files/secret', 1],
    ['with `paths: report`, of which `check` warns', 'report', 'ANY /files/secret', 0],
    ['with `paths: exact`', 'exact', 'ANY /files/secret', 0],
    ['another route', 'usual', 'ANY /other/secret', 0],
  ])(
    'a public route that a back end may read as %s, `paths: %s`',
    async (_, paths, other, code) => {
      const map = `api: { name: orders, cache: off }
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: ['GET /items', { route: 'GET /files/{id}', paths: ${paths} }]
public: ['GET /files/{id}']
groups: { staff: { allow: ['GET /items'] } }
`;
      const routes = [
        route('GET /items', 'CUSTOM', { authorizerId: 'ours' }),
        route('GET /files/{id}', 'NONE'),
        route(other, 'CUSTOM', { authorizerId: 'ours' }),
      ];
      const io = capture(project({ 'access.yaml': map }));
      expect(await runCoverage({ httpApi: API.id, json: true }, io, aws({ ...API, routes }))).toBe(
        code,
      );
      expect(problemCodes(io)).toEqual(code === 0 ? [] : ['API_SETTING']);
      if (code === 1)
        expect(io.stdout()).toMatch(/`GET \/files\/\{id\}` is public in .*`ANY \/files\/secret`/);
    },
  );

  // A route for all methods is read exactly where each of them is.
  test.each([
    ['GET', 1],
    ['POST', 1],
    ['ANY', 0],
  ])('of an ANY route, of which the map reads %s exactly: exit %i', async (exact, code) => {
    const map = `api:
  name: orders
  attachTo: { httpApiId: a1b2c3d4e5, onUnmapped: leave }
  pathsOf: [{ routes: ['${exact} /orders/{id}'], paths: exact }]
okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://orders, clients: [0oa1web] }
routes: ['ANY /orders/{id}']
groups: { staff: { allow: ['ANY /orders/{id}'] } }
`;
    const routes = [
      route('ANY /orders/{id}', 'CUSTOM', { authorizerId: 'ours' }),
      route('DELETE /orders/export', 'AWS_IAM'),
    ];
    const io = capture(project({ 'access.yaml': map }));
    expect(await runCoverage({ json: true }, io, aws({ ...API, routes }))).toBe(code);
    expect(problemCodes(io)).toEqual(code === 0 ? [] : ['API_SETTING']);
  });

  test('tells what guards each route, and exits 1 for one that anybody can call', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    expect(await runCoverage({}, io, aws())).toBe(1);
    expect(io.stdout()).toBe(
      [
        'HTTP API a1b2c3d4e5 (Orders of Acme!)',
        `our authorizer: ${ARN} (stack access-orders)`,
        '  GET /health    public by the map',
        '  GET /invoices  another authorizer: JWT acme',
        '  GET /orders    our authorizer',
        '  POST /orders   no authorizer',
        '1 route foreign: add it to `attachTo.replace`, or agree with the owner and list it under `api.accept.foreign`; deploy',
        '1 route unprotected: `npx cdk deploy -c attachAgain=$(date +%s)`',
        '',
      ].join('\n'),
    );
  });

  test('exits 0 when every route has our authorizer, an accepted one, or is public by the map', async () => {
    const accepted = MAP.replace(
      'a1b2c3d4e5 } }',
      'a1b2c3d4e5 }, accept: { foreign: [GET /invoices, POST /orders] } }',
    );
    const io = capture(project({ 'access.yaml': accepted }));
    const covered = {
      ...API,
      routes: API.routes.map((one) =>
        one.key === 'POST /orders' ? route(one.key, 'AWS_IAM') : one,
      ),
    };
    expect(await runCoverage({ json: true }, io, aws(covered))).toBe(0);
    expect(io.json()).toMatchObject({
      ok: true,
      missing: [],
      routes: expect.arrayContaining([
        {
          route: 'POST /orders',
          state: 'accepted',
          detail: 'accepted by `api.accept.foreign`: AWS_IAM',
          acceptedBy: 'api.accept.foreign',
        },
      ]),
    });
  });

  test('evaluates by what the stack was deployed with, which code may have said', async () => {
    const inCode = MAP.replace(', attachTo: { httpApiId: a1b2c3d4e5 }', ', cache: off').replace(
      'routes: [GET /health, GET /invoices, GET /orders, POST /orders]',
      'routes: [GET /health, GET /orders]',
    );
    const table = { api: API.id, table: 'records' };
    const attached = (settings: Partial<RecordedSettings> | undefined) => {
      const none = { replace: [], onUnmapped: 'fail', otherStages: 'fail', accept: [] } as const;
      return aws(API, {
        findStack: async () => stackWith({ records: [table] }),
        readRecord: async () => ({
          unpublished: false,
          routes: {},
          ...(settings && { settings: { ...none, ...settings } }),
        }),
      });
    };
    const ends = (settings: Partial<RecordedSettings> | undefined) =>
      runCoverage(
        { httpApi: API.id },
        capture(project({ 'access.yaml': inCode })),
        attached(settings),
      );
    expect(await ends({ onUnmapped: 'leave' })).toBe(0);
    for (const settings of [{ onUnmapped: 'deny' as const }, {}, undefined])
      expect(await ends(settings)).toBe(1);
  });

  test.each([
    ['is refused', Object.assign(new Error('no'), { name: 'AccessDeniedException' }), 'GetItem'],
    ['has a later form', new LaterFormat('9'), '9'],
  ])('ends where the record of the attachment %s', async (_, cause, names) => {
    const live = aws(API, {
      findStack: async () => stackWith({ records: [{ api: API.id, table: 'records' }] }),
      readRecord: () => Promise.reject(cause),
    });
    const run = runCoverage({}, capture(project({ 'access.yaml': MAP })), live);
    await expect(run).rejects.toMatchObject({
      ...{ code: 'ATTACHMENT_RECORD_UNREADABLE', exit: 3 },
      message: expect.stringMatching(new RegExp(`\`records\`.*${names}`)),
    });
  });

  test('tells a stage that serves an older deployment, and a route that is not there', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    const stages = [
      {
        name: 'prod',
        autoDeploy: false,
        canary: false,
        current: false,
        served: new Map([['GET /orders', 'NONE']]),
      },
    ];
    expect(
      await runCoverage(
        { json: true },
        io,
        aws({ ...API, kind: 'rest', stages, routes: API.routes.slice(0, 3) }),
      ),
    ).toBe(1);
    expect(io.json()).toMatchObject({
      ok: false,
      missing: ['POST /orders'],
      routes: expect.arrayContaining([
        expect.objectContaining({
          route: 'GET /orders',
          state: 'stale',
          detail: 'stale: stage prod serves it with no authorizer',
          stage: 'prod',
        }),
      ]),
    });
  });

  test('says in one line that the API is not there', async () => {
    const io = capture(project({ 'access.yaml': MAP }));
    await expect(
      runCoverage({}, io, aws(new ApiNotFoundError('no API a1b2c3d4e5'))),
    ).rejects.toMatchObject({
      ...{ code: 'API_UNREADABLE', exit: 1 },
      ...{ prefix: '', message: 'no API a1b2c3d4e5' },
    });
    expect(io.stdout()).toBe('');
  });
});
