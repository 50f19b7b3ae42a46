import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { ExpectedRoutes } from '../../../lambda/gateway/classify-route.ts';
import type { LiveApi, LiveAuthorizer, LiveStage } from '../../../lambda/gateway/live-api.ts';
import { classifyRoutes } from '../../../lambda/gateway/route-state.ts';
import { describeState, ROUTE_FIXES, ROUTE_STATES } from '../../../lambda/gateway/route-states.ts';

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:orders';
const SOURCE = {
  http: '$request.header.Authorization',
  rest: 'method.request.header.Authorization',
};
type Kind = 'http' | 'rest';

const ours = (kind: Kind, more: Partial<LiveAuthorizer> = {}): LiveAuthorizer => ({
  id: 'ours',
  name: 'okta-groups',
  type: 'REQUEST',
  invokes: ARN,
  ttlSeconds: 0,
  identitySources: [SOURCE[kind]],
  ...more,
});
const OTHERS: readonly LiveAuthorizer[] = [
  { id: 'acme', name: 'acme', type: 'JWT' },
  { id: 'dev', name: 'okta-groups', type: 'REQUEST', invokes: `${ARN}-dev` },
  { id: 'variable', name: 'chosen', type: 'REQUEST' },
];
const TYPES: Readonly<Record<string, string>> = {
  bare: 'NONE',
  acme: 'JWT',
  iam: 'AWS_IAM',
  pool: 'COGNITO_USER_POOLS',
};

/** By route key: `bare`, `iam`, or the id of an authorizer. */
type Routes = Readonly<Record<string, string>>;

const apiOf = (
  kind: Kind,
  routes: Routes,
  { own = ours(kind), stages = [] }: { own?: LiveAuthorizer; stages?: readonly LiveStage[] } = {},
): LiveApi => ({
  kind,
  id: 'a1b2c3d4e5',
  name: 'orders',
  routes: Object.entries(routes).map(([key, what]) => ({
    key,
    locator: key,
    authorization: {
      type: TYPES[what] ?? 'CUSTOM',
      scopes: [],
      ...(!['bare', 'iam'].includes(what) && { authorizerId: what }),
    },
    apiKeyRequired: false,
    preflight: kind === 'rest' && key.startsWith('OPTIONS ') && what === 'bare',
  })),
  authorizers: [own, ...OTHERS],
  stages,
  pendingEdits: [],
});

const stageOf = (kind: Kind, name: string, routes: Routes): LiveStage => ({
  name,
  autoDeploy: false,
  canary: false,
  current: false,
  served: new Map(Object.entries(routes).map(([key, what]) => [key, TYPES[what] ?? 'CUSTOM'])),
  exported: new Map(
    Object.entries(routes)
      .filter(([, what]) => what !== 'unknownPreflight')
      .map(([key, what]) => {
        const authorizer = [ours(kind), ...OTHERS].find(({ id }) => id === what);
        const preflight = key.startsWith('OPTIONS ') && what === 'bare';
        return [key, { integration: '', preflight, ...(authorizer && { authorizer }) }] as const;
      }),
  ),
});

const expecting = (
  kind: Kind,
  more: Partial<ExpectedRoutes> & { attached?: Partial<ExpectedRoutes['attachment']> } = {},
): ExpectedRoutes => {
  const { attached = {}, ...rest } = more;
  return {
    guarded: new Set(['GET /a']),
    public: new Set(['GET /health']),
    authorizer: { invokes: ARN, settings: { ttlSeconds: 0, identitySources: [SOURCE[kind]] } },
    attachment: { recorded: new Set(), replace: new Set(), onUnmapped: 'fail', ...attached },
    acceptedForeign: new Set(),
    otherStages: 'fail',
    strict: false,
    ...rest,
  };
};
const HELD = new Set(['GET /a']);

describe.each(['http', 'rest'] as const)('on a %s API', (kind) => {
  const said = (routes: Routes, expected = expecting(kind), api = apiOf(kind, routes)) =>
    Object.fromEntries(
      classifyRoutes(api, expected).map(({ key, state }) => [key, describeState(state)]),
    );

  test.each<[string, string, Parameters<typeof expecting>[1], string]>([
    ['ours', 'GET /a', {}, 'our authorizer'],
    ['bare', 'GET /health', {}, 'public by the map'],
    ['acme', 'GET /health', {}, 'public by the map: JWT acme stands before it'],
    ['ours', 'GET /health', {}, 'our authorizer'],
    ['bare', 'GET /a', {}, 'no authorizer'],
    ['bare', 'GET /a', { attached: { recorded: HELD } }, 'no authorizer'],
    ['acme', 'GET /a', {}, 'another authorizer: JWT acme'],
    ['iam', 'GET /a', {}, 'another authorizer: AWS_IAM'],
    ['dev', 'GET /a', {}, 'another authorizer: CUSTOM okta-groups'],
    ['variable', 'GET /a', {}, 'another authorizer: CUSTOM chosen, cannot tell whether it is ours'],
    [
      'ours',
      'GET /a',
      { authorizer: {} },
      'another authorizer: CUSTOM okta-groups, cannot tell whether it is ours',
    ],
    ['acme', 'GET /a', { attached: { recorded: HELD } }, 'taken back: JWT acme'],
    ['acme', 'GET /a', { attached: { replace: HELD } }, 'taken back: JWT acme'],
    ['acme', 'GET /a', { acceptedForeign: HELD }, 'accepted by `api.accept.foreign`: JWT acme'],
    [
      'acme',
      'GET /a',
      { acceptedForeign: HELD, attached: { recorded: HELD } },
      'taken back: JWT acme',
    ],
    ['bare', 'GET /new', {}, 'no authorizer: not in the map'],
    ['bare', 'GET /new', { attached: { onUnmapped: 'deny' } }, 'no authorizer: not in the map'],
    [
      'bare',
      'GET /new',
      { attached: { onUnmapped: 'leave' } },
      'accepted by `attachTo.onUnmapped`: not in the map',
    ],
    [
      'bare',
      'GET /new',
      { attached: { onUnmapped: 'leave' }, strict: true },
      'no authorizer: not in the map',
    ],
    ['acme', 'GET /new', {}, 'accepted by `no --strict`: JWT acme, not in the map'],
    ['acme', 'GET /new', { strict: true }, 'another authorizer: JWT acme, not in the map'],
  ])('%s on %s with %j', (what, key, more, says) => {
    expect(said({ [key]: what }, expecting(kind, more))[key]).toBe(says);
  });

  test.each<[string, Partial<LiveAuthorizer>, Partial<ExpectedRoutes['authorizer']>, string]>([
    ['an alias', { invokes: `${ARN}:live` }, { invokes: `${ARN}:live` }, 'our authorizer'],
    ['`$LATEST`, spelt out', { invokes: `${ARN}:$LATEST` }, {}, 'our authorizer'],
    [
      '`$LATEST` where the alias is meant',
      {},
      { invokes: `${ARN}:live` },
      'stale: it invokes `$LATEST` where the map says `live`',
    ],
    ['a TTL of the owner', { ttlSeconds: 300 }, {}, 'stale: TTL `300s` where the map says `0s`'],
    [
      'another header',
      { identitySources: [SOURCE[kind].replace('Authorization', 'X-Token')] },
      {},
      `stale: identity sources \`${SOURCE[kind].replace('Authorization', 'X-Token').toLowerCase()}\` where the map says \`${SOURCE[kind].toLowerCase()}\``,
    ],
    [
      'the same header in other letters',
      { identitySources: [SOURCE[kind].replace('Authorization', 'authorization')] },
      {},
      'our authorizer',
    ],
  ])('our function by %s', (_, own, authorizer, says) => {
    const expected = expecting(kind);
    const meant = { ...expected, authorizer: { ...expected.authorizer, ...authorizer } };
    const api = apiOf(kind, { 'GET /a': 'ours' }, { own: ours(kind, own) });
    expect(said({}, meant, api)['GET /a']).toBe(says);
  });

  test.each<[string, Routes, readonly string[], string, string?]>([
    [
      'under a catch-all of ours',
      { 'ANY /{p+}': 'ours' },
      ['ANY /{p+}'],
      'served by `ANY /{p+}`: our authorizer',
    ],
    [
      'under an open one',
      { 'ANY /{p+}': 'bare' },
      ['ANY /{p+}'],
      'served by `ANY /{p+}`: no authorizer',
    ],
    [
      'under an open one that the map lacks',
      { 'ANY /{p+}': 'bare' },
      [],
      'served by `ANY /{p+}`: no authorizer',
    ],
    [
      'under a foreign one',
      { 'ANY /{p+}': 'acme' },
      ['ANY /{p+}'],
      'served by `ANY /{p+}`: another authorizer: JWT acme',
    ],
    [
      'under one of ours that the map lacks',
      { 'ANY /{p+}': 'ours' },
      [],
      'served by `ANY /{p+}`: not on the API: `ANY /{p+}` is not in the map',
    ],
    [
      'beside a parameter',
      { 'ANY /{p+}': 'ours', 'GET /{id}': 'ours' },
      ['ANY /{p+}'],
      'not on the API: `GET /{id}` takes its calls, so its rule has no effect',
    ],
    [
      'beside an open parameter',
      { 'ANY /{p+}': 'ours', 'GET /{id}': 'bare' },
      ['ANY /{p+}', 'GET /{id}'],
      'served by `GET /{id}`: no authorizer',
    ],
    [
      'beside parameters, of which one is open',
      { 'GET /{id}': 'ours', 'POST /{id}': 'bare' },
      ['GET /{id}', 'POST /{id}', 'ANY /b'],
      'served by `POST /{id}`: no authorizer',
      'ANY /b',
    ],
    [
      'under a catch-all of another method',
      { 'POST /{p+}': 'ours' },
      ['POST /{p+}'],
      'not on the API',
    ],
    ['nowhere', { 'GET /b': 'ours' }, ['GET /b'], 'not on the API'],
  ])('a rule %s', (_, routes, mapped, says, key = 'GET /a') => {
    const expected = expecting(kind, { guarded: new Set(['GET /a', ...mapped]) });
    expect(said(routes, expected)[key]).toBe(says);
  });

  test('a likely typo below a catch-all is reported with the nearest route', () => {
    const expected = expecting(kind, { guarded: new Set(['ANY /{p+}', 'GET /admni/users']) });
    const routes = { 'ANY /{p+}': 'ours', 'GET /admin/users': 'ours' };
    expect(said(routes, expected)['GET /admni/users']).toBe(
      'served by `ANY /{p+}`: our authorizer; did you mean `GET /admin/users`?',
    );
  });
});

describe('HTTP alone:', () => {
  test.each<[string, Partial<LiveAuthorizer>, string]>([
    [
      'payload format 1.0',
      { payloadFormat: '1.0' },
      'stale: payload format `1.0` where the map says `2.0` (1.0 does not name the path that a greedy route matched, so such calls are refused)',
    ],
    [
      'simple responses',
      { simpleResponses: true },
      'stale: simple responses `true` where the map says `false`',
    ],
  ])('%s', (_, own, says) => {
    const api = apiOf('http', { 'GET /a': 'ours' }, { own: ours('http', own) });
    const [route] = classifyRoutes(api, expecting('http'));
    expect(route && describeState(route.state)).toBe(says);
  });

  test('a stage that serves an older deployment', () => {
    const stages = [{ name: 'v1', autoDeploy: false, canary: false, current: false }];
    const [route] = classifyRoutes(
      apiOf('http', { 'GET /a': 'ours' }, { stages }),
      expecting('http'),
    );
    expect(route?.state).toMatchObject({ kind: 'stale', stage: 'v1', fix: 'publish' });
  });

  test('a stage that serves an older deployment may have had nothing before what is accepted now', () => {
    const stages = [{ name: 'v1', autoDeploy: false, canary: false, current: false }];
    const routes = { 'GET /a': 'acme', 'GET /health': 'bare', 'GET /old': 'iam', 'GET /x': 'bare' };
    const classified = classifyRoutes(
      apiOf('http', routes, { stages }),
      expecting('http', {
        acceptedForeign: new Set(['GET /a']),
        attached: { onUnmapped: 'leave' },
      }),
    );
    expect(classified.map(({ key, state }) => [key, state.kind])).toEqual([
      ['GET /a', 'stale'],
      ['GET /health', 'public'],
      ['GET /old', 'stale'],
      ['GET /x', 'accepted'],
    ]);
  });

  test('a rule under `$default`', () => {
    const expected = expecting('http', { guarded: new Set(['GET /a', '$default']) });
    const state = (what: string) =>
      classifyRoutes(apiOf('http', { $default: what }), expected).find(
        ({ key }) => key === 'GET /a',
      )?.state;
    expect(state('ours')).toMatchObject({ kind: 'ours', servedBy: '$default' });
    expect(state('bare')).toMatchObject({ kind: 'unprotected', servedBy: '$default' });
  });
});

describe('a stage of a REST API', () => {
  const OWN = stageOf('rest', 'prod', { 'GET /a': 'ours' });
  const state = (
    stages: readonly LiveStage[],
    more: Parameters<typeof expecting>[1] = {},
    routes: Routes = { 'GET /a': 'ours' },
    key = 'GET /a',
  ) =>
    classifyRoutes(
      apiOf('rest', routes, { stages }),
      expecting('rest', { stage: 'prod', ...more }),
    ).find((one) => one.key === key)?.state;

  test.each(['bare', 'acme', 'iam', 'pool', 'dev', 'variable', 'unknownPreflight'])(
    'that serves a guarded route with `%s` is stale, named, and accepted by name alone',
    (what) => {
      const stages = [OWN, stageOf('rest', 'dev', { 'GET /a': what })];
      expect(state(stages)).toMatchObject({ kind: 'stale', stage: 'dev', fix: 'otherStage' });
      expect(state(stages, { otherStages: ['test'] })?.kind).toBe('stale');
      expect(state(stages, { otherStages: ['dev'] })).toMatchObject({
        kind: 'accepted',
        acceptedBy: 'attachTo.otherStages',
      });
      expect(state(stages, { otherStages: 'leave' })?.kind).toBe('accepted');
      const own = [stageOf('rest', 'prod', { 'GET /a': what })];
      expect(state(own, { otherStages: 'leave' })).toMatchObject({
        kind: 'stale',
        fix: 'publish',
      });
    },
  );

  test.each(['bare', 'acme', 'iam', 'pool', 'ours', 'unknownPreflight'])(
    'whose canary serves a guarded route with `%s` is stale too: no export tells whose function decides',
    (what) => {
      const { served, current } = stageOf('rest', 'dev', { 'GET /a': what });
      const canaryServes = { current, ...(served && { served }) };
      const dev = { ...stageOf('rest', 'dev', { 'GET /a': 'ours' }), canary: true, canaryServes };
      expect(state([OWN, dev])).toMatchObject({ kind: 'stale', stage: 'dev', fix: 'otherStage' });
      expect(state([OWN, dev])?.detail).toContain('the canary of stage dev serves it with');
      expect(state([OWN, dev], { otherStages: ['dev'] })?.kind).toBe('accepted');
      const own = { ...OWN, canary: true, canaryServes };
      expect(state([own], { otherStages: 'leave' })).toMatchObject({
        kind: 'stale',
        fix: 'canary',
      });
    },
  );

  test.each([
    [
      'a canary',
      ({ exported: _, ...serves }: LiveStage) => ({
        ...stageOf('rest', 'dev', {}),
        canary: true,
        canaryServes: serves,
      }),
    ],
    ['a stage without export', ({ exported: _, ...dev }: LiveStage) => dev],
  ] as const)(
    'an OPTIONS method without authorizer in %s: nobody tells whether the gateway answers it',
    (_, make) => {
      const dev = make(stageOf('rest', 'dev', { 'OPTIONS /a': 'bare' }));
      const of = (more: Parameters<typeof expecting>[1], routes: Routes = {}) =>
        state([OWN, dev], more, { 'GET /a': 'ours', ...routes }, 'OPTIONS /a');
      // What the API answers itself now, a stage may pass on.
      for (const routes of [{}, { 'OPTIONS /a': 'bare' }]) {
        expect(of({}, routes)).toMatchObject({ kind: 'stale', stage: 'dev' });
        expect(of({}, routes)?.detail).toContain('cannot tell whether the gateway answers it');
        expect(of({ otherStages: ['dev'] }, routes)?.kind).not.toBe('stale');
        expect(of({ attached: { onUnmapped: 'leave' } }, routes)?.kind).not.toBe('stale');
      }
    },
  );

  test.each(['iam', 'pool', 'acme'])(
    'an OPTIONS method of %s that the gateway answers is no preflight: it refuses browsers',
    (what) => {
      const dev = stageOf('rest', 'dev', { 'OPTIONS /a': what });
      const exported = new Map([['OPTIONS /a', { integration: 'MOCK ', preflight: true }]]);
      const found = state([OWN, { ...dev, exported }], {}, { 'GET /a': 'ours' }, 'OPTIONS /a');
      expect(found?.kind).not.toBe('preflight');
    },
  );

  test('that serves our authorizer, or nothing there, is good', () => {
    expect(state([OWN, stageOf('rest', 'dev', { 'GET /a': 'ours' })])?.kind).toBe('ours');
    expect(state([OWN, stageOf('rest', 'dev', {})])?.kind).toBe('ours');
  });

  test('that serves a route which the API has no more is reported, unless the map leaves such routes', () => {
    const stages = [OWN, stageOf('rest', 'dev', { 'GET /old': 'bare', 'OPTIONS /old': 'bare' })];
    expect(state(stages, {}, undefined, 'GET /old')).toMatchObject({ kind: 'stale', stage: 'dev' });
    expect(state(stages, {}, undefined, 'OPTIONS /old')?.kind).toBe('preflight');
    expect(state(stages, { attached: { onUnmapped: 'leave' } }, undefined, 'GET /old')?.kind).toBe(
      'accepted',
    );
  });

  test('that serves a guarded route which the API has no more is stale, not missing', () => {
    const stages = [stageOf('rest', 'prod', { 'GET /a': 'bare' })];
    expect(state(stages, {}, {})).toMatchObject({ kind: 'stale', stage: 'prod' });
  });

  test('whose catch-all is open leaves the rules below it open', () => {
    const guarded = new Set(['GET /a', 'ANY /{p+}']);
    const stages = [stageOf('rest', 'dev', { 'ANY /{p+}': 'bare' })];
    expect(state(stages, { guarded }, { 'ANY /{p+}': 'ours' })).toMatchObject({
      kind: 'stale',
      stage: 'dev',
    });
  });

  test('without stage of ours none is another one: `leave` accepts nothing', () => {
    const [route] = classifyRoutes(
      apiOf(
        'rest',
        { 'GET /a': 'ours' },
        { stages: [stageOf('rest', 'dev', { 'GET /a': 'bare' })] },
      ),
      expecting('rest', { otherStages: 'leave' }),
    );
    expect(route?.state.kind).toBe('stale');
  });
});

test('docs/how-to/attach.md has the table of the states', () => {
  const rows = Object.entries(ROUTE_STATES).map(([kind, row]) => {
    const fixes = row.fixes.map((fix) => ROUTE_FIXES[fix]).join('; or ');
    return `| \`${kind}\` | ${row.says} | ${row.verdict} | ${row.exitCode} | ${row.counted ? 'counted' : 'not counted'} | ${fixes || '-'} |`;
  });
  expect(readFileSync('docs/how-to/attach.md', 'utf8')).toContain(
    [
      '| state | `coverage` says | verdict | exit code | `UnprotectedRoutes` | what fixes it |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
  );
});
