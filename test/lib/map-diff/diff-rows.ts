/** Two maps for each key of the schema, and what `diff` has to say of them. */
export type Edit = readonly [path: string, value: unknown];

export const BASE = {
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://shop', clients: ['0oa1'] },
  routes: ['GET /a', 'POST /a', 'GET /a/{id}', 'GET /b'],
  permissions: { 'a:read': ['GET /a'] },
  quotas: {
    small: { limit: 5, per: 'minute', by: 'user' },
    large: { limit: 9, per: 'minute', by: 'user' },
  },
  groups: {
    staff: { allow: ['GET /a'], quota: 'small' },
    free: { allow: ['GET /a'] },
    busy: { allow: ['GET /a'], quota: 'large' },
  },
  machines: { '0oa1m': { groups: ['staff'] } },
};
const UNCHARGED = [
  ['groups.staff.quota', undefined],
  ['groups.busy.quota', undefined],
] as const;
const OWNED: Edit = ['api', { name: 'shop', attachTo: { httpApiId: 'a1b2c3d4e5' } }];
const OWNED_REST: Edit = [
  'api',
  { name: 'shop', kind: 'rest', attachTo: { restApiId: 'a1b2c3d4e5', stage: 'prod' } },
];
const DOMAIN = {
  name: 'api.example.com',
  certificate: 'arn:aws:acm:eu-west-1:123456789012:certificate/abc',
  basePath: 'shop',
};
const CORS: Edit = ['api.cors', { origins: ['https://app.example.com'] }];
const WEB = { label: 'web', type: 'spa', redirectUris: ['https://app.example.com/cb'] };
const MANAGED: Edit = ['okta.manage', { org: 'https://acme.okta.com', apps: [WEB] }];
const REVOKED: Edit = ['okta.revocation', { within: '10s' }];
const HUB = 'arn:aws:dynamodb:eu-west-1:123456789012:table/hub';
const ENDPOINT: Edit = ['permissionsEndpoint', { path: '/mine' }];
const TESTED: Edit = ['tests', [{ groups: ['staff'], allows: ['GET /a'], denies: ['GET /b'] }]];
export const [ONE, TWO] = [
  { ...BASE.okta, name: 'one' },
  {
    name: 'two',
    issuer: 'https://b.okta.com/oauth2/aus2',
    audience: 'api://shop',
    clients: ['0oa2'],
    groups: ['staff'],
  },
];
const windowed = (limit: number, ...routes: readonly string[]) => ({
  by: 'user',
  windows: [{ limit, per: 'minute', routes }],
});

export interface Row {
  readonly key: string;
  /** Of both maps. */
  readonly with?: readonly Edit[];
  readonly edits: readonly Edit[];
  /**
   * Each line, marked for the way there and the way back: `other/WIDER api.cache.ttl | 60s > 0s`. A
   * `?` stands for any text.
   */
  readonly expected: readonly string[];
}

const row = (
  key: string,
  edits: readonly Edit[],
  expected: readonly string[],
  shared: readonly Edit[] = [],
): Row => ({
  key,
  edits,
  expected,
  with: shared,
});
const WIDER = 'WIDER/other';
const LESS = 'other/WIDER';
const BOTH = 'WIDER/WIDER';
const PLAIN = 'other/other';

const API: readonly Row[] = [
  row('api.paths', [['api.paths', 'exact']], [`${WIDER} api.paths | - > ?`]),
  row(
    'routes.paths',
    [['routes', [...BASE.routes.slice(0, 3), { route: 'GET /b', paths: 'exact' }]]],
    [`${WIDER} api.paths | - > GET /b`],
  ),
  row(
    'api.pathsOf',
    [['api.pathsOf', [{ routes: ['GET /b'], paths: 'report' }]]],
    [`${WIDER} api.paths | - > GET /b (report)`],
  ),
  row(
    'api.pathsOf.routes',
    [['api.pathsOf', [{ routes: ['GET /b'], paths: 'report' }]]],
    [`${WIDER} api.paths | - > GET /b (report)`],
  ),
  row(
    'api.pathsOf.paths',
    [['api.pathsOf', [{ routes: ['GET /b'], paths: 'exact' }]]],
    [`${WIDER} api.paths | - > GET /b`],
  ),
  row(
    'api.urls',
    [['api.urls', ['https://api.example.com/shop']]],
    [`${BOTH} api.basePaths | - > [shop]`],
  ),
  row('api.basePaths', [['api.basePaths', ['shop']]], [`${BOTH} api.basePaths | - > [shop]`]),
  ...['name', 'certificate', 'basePath'].map((key) =>
    row(
      `api.domain.${key}`,
      [['api.domain', DOMAIN]],
      [
        `${WIDER} api.domain | - > api.example.com/shop (${DOMAIN.certificate})`,
        `${BOTH} api.basePaths | - > [shop]`,
      ],
    ),
  ),
  row('api.executeApi', [['api.executeApi', false]], [`${LESS} api.executeApi | true > false`]),
  row(
    'api.private.vpcEndpoints',
    [['api.private', { vpcEndpoints: ['vpce-0123456789abcdef0'] }]],
    [`${LESS} api.private.vpcEndpoints | - > vpce-0123456789abcdef0`],
    [['api.kind', 'rest']],
  ),
  row('api.name', [['api.name', 'store']], [`${PLAIN} api.name | shop > store`]),
  row('api.kind', [['api.kind', 'rest']], [`${PLAIN} api.kind | http > rest`]),
  row(
    'api.upstream.url',
    [['api.upstream.url', 'https://new.example.com']],
    [`${PLAIN} api.upstream.url | https://shop.example.com > https://new.example.com`],
  ),
  row(
    'api.upstream.vpcLink',
    [['api.upstream.vpcLink', 'vpcl1']],
    [
      `${PLAIN} api.upstream.url | https://shop.example.com > https://shop.example.com through vpcl1`,
    ],
    [['api.kind', 'rest']],
  ),
  row(
    'api.attachTo.httpApiId',
    [['api.attachTo.httpApiId', 'zzzzzzzzzz']],
    [`${BOTH} api.attachTo | http API a1b2c3d4e5 > http API zzzzzzzzzz`],
    [OWNED],
  ),
  row(
    'api.attachTo.restApiId',
    [['api.attachTo.restApiId', 'zzzzzzzzzz']],
    [`${BOTH} api.attachTo | rest API a1b2c3d4e5, stage prod > rest API zzzzzzzzzz, stage prod`],
    [OWNED_REST],
  ),
  row(
    'api.attachTo.stage',
    [['api.attachTo.stage', 'beta']],
    [`${BOTH} api.attachTo | rest API a1b2c3d4e5, stage prod > rest API a1b2c3d4e5, stage beta`],
    [OWNED_REST],
  ),
  row(
    'api.attachTo.replace',
    [['api.attachTo.replace', ['GET /a']]],
    [`${BOTH} api.attachTo.replace | - > GET /a`],
    [OWNED],
  ),
  row(
    'api.attachTo.onUnmapped',
    [['api.attachTo.onUnmapped', 'leave']],
    [`${WIDER} api.attachTo.onUnmapped | fail > leave`],
    [OWNED],
  ),
  row(
    'api.attachTo.accept',
    [['api.attachTo.accept', ['resourcePolicy']]],
    [`${WIDER} api.accept.findings | - > resourcePolicy`],
    [OWNED_REST],
  ),
  row(
    'api.accept.findings',
    [['api.accept.findings', ['preflight']]],
    [`${WIDER} api.accept.findings | - > preflight`],
  ),
  row(
    'api.accept.foreign',
    [['api.accept.foreign', ['GET /a']]],
    [`${WIDER} api.accept.foreign | - > GET /a`],
  ),
  row(
    'api.attachTo.otherStages',
    [['api.attachTo.otherStages', ['dev']]],
    [`${WIDER} api.attachTo.otherStages | fail > dev`],
    [OWNED_REST],
  ),
  row(
    'api.attachTo.otherStages: leave',
    [['api.attachTo.otherStages', 'leave']],
    [`${WIDER} api.attachTo.otherStages | dev > leave`],
    [OWNED_REST, ['api.attachTo.otherStages', ['dev']]],
  ),
  row(
    'api.attachTo.takeOver',
    [['api.attachTo.takeOver', 'access-old']],
    [`${PLAIN} api.attachTo.takeOver | - > access-old`],
    [OWNED],
  ),
  row(
    'api.attachTo.onDelete',
    [['api.attachTo.onDelete', 'keep']],
    [`${PLAIN} api.attachTo.onDelete | restore > keep`],
    [OWNED],
  ),
  row(
    'api.attachTo.gatewayResponses',
    [['api.attachTo.gatewayResponses', 'replace']],
    [`${PLAIN} api.attachTo.gatewayResponses | false > replace`],
    [OWNED_REST],
  ),
  row(
    'api.attachTo.dryRun',
    [['api.attachTo.dryRun', true]],
    [`${WIDER} api.attachTo.dryRun | false > true`],
    [OWNED],
  ),
  row(
    'api.attachTo.publishPending',
    [['api.attachTo.publishPending', true]],
    [`${WIDER} api.attachTo.publishPending | false > true`],
    [OWNED_REST],
  ),
  row(
    'api.authorizerOnly',
    [['api', { name: 'shop', authorizerOnly: true }]],
    [
      `${WIDER} api.attachTo | http API a1b2c3d4e5 > -`,
      `${WIDER} api.authorizerOnly | false > true`,
    ],
    [OWNED],
  ),
  row(
    'api.callers',
    [['api.callers', ['210987654321']]],
    [
      `${WIDER} api.callers | - > 210987654321`,
      `${LESS} api.callers | every API of the account and Region > -`,
    ],
    [['api', { name: 'shop', authorizerOnly: true }]],
  ),
  row(
    'api.callers: another API',
    [['api.callers', ['arn:aws:execute-api:eu-west-1:210987654321:a1b2c3d4e5', '111122223333']]],
    [`${WIDER} api.callers | - > arn:aws:execute-api:eu-west-1:210987654321:a1b2c3d4e5`],
    [['api', { name: 'shop', authorizerOnly: true, callers: ['111122223333'] }]],
  ),
  row(
    'api.cors.origins',
    [['api.cors.origins', ['https://app.example.com', '*']]],
    [`${WIDER} api.cors.origins | - > *`],
    [CORS],
  ),
  row(
    'api.cors.headers',
    [['api.cors.headers', ['authorization', 'Content-Type', 'x-a']]],
    [`${PLAIN} api.cors.headers | - > x-a`],
    [CORS],
  ),
  row(
    'api.cors.maxAge',
    [['api.cors.maxAge', '2h']],
    [`${PLAIN} api.cors.maxAge | 3600s > 7200s`],
    [CORS],
  ),
  row(
    'api.cache',
    [['api.cache', 'off']],
    [`${PLAIN} api.cache | token > off`, `${LESS} api.cache.ttl | 60s > 0s`],
    UNCHARGED,
  ),
  row(
    'api.cache.ttl',
    [['api.cache', { ttl: '5m' }]],
    [`${WIDER} api.cache.ttl | 60s > 300s`],
    UNCHARGED,
  ),
  row(
    'api.unauthorized',
    [['api.unauthorized', 'deny']],
    [`${PLAIN} api.unauthorized | throw > deny`],
  ),
];

const TRUST: readonly Row[] = [
  row(
    'okta.name',
    [['okta', [{ ...ONE, name: 'three' }]]],
    [`${BOTH} okta.?.name | one > three`],
    [['okta', [ONE]]],
  ),
  row(
    'okta.issuer',
    [['okta.issuer', [BASE.okta.issuer, 'https://id.acme.com/oauth2/aus1']]],
    [`${WIDER} okta.issuer | - > https://id.acme.com/oauth2/aus1`],
  ),
  row(
    'okta.audience',
    [['okta.audience', 'api://other']],
    [`${BOTH} okta.audience | api://shop > api://other`],
  ),
  row('okta.clients', [['okta.clients', ['0oa1', '0oa2']]], [`${WIDER} okta.clients | - > 0oa2`]),
  row(
    'okta.groupsClaim',
    [['okta.groupsClaim', ['groups', 'roles']]],
    [`${BOTH} okta.groupsClaim | - > roles`],
  ),
  row('okta.groupPrefix', [['okta.groupPrefix', 'x-']], [`${BOTH} okta.groupPrefix | - > x-`]),
  row(
    'okta.groups',
    [['okta', [ONE, { ...TWO, groups: ['staff', 'busy'] }]]],
    [`${BOTH} okta.two.groups | - > busy`],
    [['okta', [ONE, TWO]]],
  ),
  row('okta.revocation', [REVOKED], [`${LESS} okta.revocation | - > acme.okta.com`]),
  row(
    'okta.revocation.within',
    [['okta.revocation.within', '30s']],
    [`${WIDER} okta.revocation.within | 10s > 30s`],
    [REVOKED],
  ),
  row(
    'okta.revocation.margin',
    [['okta.revocation.margin', '5s']],
    [`${LESS} okta.revocation.margin | 2s > 5s`],
    [REVOKED],
  ),
  row(
    'okta.revocation.onStoreFailure',
    [['okta.revocation.onStoreFailure', 'deny']],
    [`${LESS} okta.revocation.onStoreFailure | allow > deny`],
    [REVOKED],
  ),
  row(
    'okta.revocation.hook',
    [['okta.revocation.hook', false]],
    [`${WIDER} okta.revocation.hook | true > false`],
    [REVOKED],
  ),
  row(
    'okta.revocation.hub',
    [['okta.revocation.hub', HUB]],
    [`${BOTH} okta.revocation.hub | own > ${HUB}`],
    [REVOKED],
  ),
  row(
    'okta.revocation.poll',
    [['okta.revocation.poll', '5m']],
    [`${LESS} okta.revocation.poll | off > 300s`],
    [REVOKED],
  ),
  row(
    'okta.revocation.onAdd',
    [['okta.revocation.onAdd', true]],
    [`${LESS} okta.revocation.onAdd | false > true`],
    [REVOKED],
  ),
  row(
    'okta.revocation.org',
    [['okta.revocation.org', 'other.okta.com']],
    [`${BOTH} okta.revocation | acme.okta.com > other.okta.com`],
    [REVOKED],
  ),
  row(
    'okta.maxClockSkew',
    [['okta.maxClockSkew', '90s']],
    [`${WIDER} okta.maxClockSkew | 60s > 90s`],
  ),
  row(
    'okta.maxTokenLifetime',
    [['okta.maxTokenLifetime', '1h']],
    [`${LESS} okta.maxTokenLifetime | 86400s > 3600s`],
  ),
  row('blocked.users', [['blocked.users', ['00u1']]], [`${LESS} blocked.users | - > 00u1`]),
  row('blocked.clients', [['blocked.clients', ['0oa1']]], [`${LESS} blocked.clients | - > 0oa1`]),
  row('blocked.tokens', [['blocked.tokens', ['AT.1']]], [`${LESS} blocked.tokens | - > AT.1`]),
];

const SIDE: readonly Row[] = [
  row(
    'okta.manage.was',
    [['okta.manage.was', ['store']]],
    [`${WIDER} okta.manage.was | - > store`],
    [MANAGED],
  ),
  row(
    'okta.manage.org',
    [['okta.manage.org', 'https://beta.okta.com']],
    [`${BOTH} okta.manage.org | https://acme.okta.com > https://beta.okta.com`],
    [MANAGED],
  ),
  row(
    'okta.manage.server',
    [['okta.manage.server', 'other']],
    [`${BOTH} okta.manage.server | shop > other`],
    [MANAGED],
  ),
  row(
    'okta.manage.issuerMode',
    [['okta.manage.issuerMode', 'ORG_URL']],
    [`${BOTH} okta.manage.issuerMode | - > ORG_URL`],
    [MANAGED],
  ),
  row(
    'okta.manage.tokenLifetime',
    [['okta.manage.tokenLifetime', '30m']],
    [`${WIDER} okta.manage.tokenLifetime | 15m > 30m`],
    [MANAGED],
  ),
  row(
    'okta.manage.refreshTokenLifetime',
    [['okta.manage.refreshTokenLifetime', 'unlimited']],
    [`${WIDER} okta.manage.refreshTokenLifetime | - > unlimited`],
    [MANAGED],
  ),
  row(
    'okta.manage.accepted',
    [['okta.manage.accepted', ['rule.actions.token.inlineHook']]],
    [`${WIDER} okta.manage.accepted | - > rule.actions.token.inlineHook`],
    [MANAGED],
  ),
  row(
    'okta.manage.createGroups',
    [['okta.manage.createGroups', true]],
    [`${PLAIN} okta.manage.createGroups | false > true`],
    [MANAGED],
  ),
  row(
    'okta.manage.idTokenGroups',
    [['okta.manage.idTokenGroups', true]],
    [`${PLAIN} okta.manage.idTokenGroups | false > true`],
    [MANAGED],
  ),
  row(
    'okta.manage.scopes',
    [['okta.manage.scopes', true]],
    [`${PLAIN} okta.manage.scopes | false > true`],
    [MANAGED],
  ),
  row(
    'okta.manage.apps.label',
    [['okta.manage.apps', [WEB, { label: 'job', type: 'service' }]]],
    [`${WIDER} okta.manage.apps.job.type | - > service`],
    [MANAGED],
  ),
  row(
    'okta.manage.apps.type',
    [['okta.manage.apps', [{ ...WEB, type: 'native' }]]],
    [`${BOTH} okta.manage.apps.web.type | spa > native`],
    [MANAGED],
  ),
  row(
    'okta.manage.apps.redirectUris',
    [
      [
        'okta.manage.apps',
        [{ ...WEB, redirectUris: [...WEB.redirectUris, 'https://app.example.com/new'] }],
      ],
    ],
    [`${WIDER} okta.manage.apps.web.redirectUris | - > https://app.example.com/new`],
    [MANAGED],
  ),
  row(
    'okta.manage.apps.authMethod',
    [['okta.manage.apps', [{ ...WEB, authMethod: 'none' }]]],
    [`${BOTH} okta.manage.apps.web.authMethod | - > none`],
    [MANAGED],
  ),
  row(
    'okta.manage.apps.grants',
    [['okta.manage.apps', [{ ...WEB, grants: ['password'] }]]],
    [`${WIDER} okta.manage.apps.web.grants | - > password`],
    [MANAGED],
  ),
  row(
    'okta.manage.apps.pkce',
    [['okta.manage.apps', [{ ...WEB, pkce: false }]]],
    [`${WIDER} okta.manage.apps.web.pkce | - > false`],
    [MANAGED],
  ),
  row(
    'okta.manage.apps.groups',
    [['okta.manage.apps', [{ ...WEB, groups: ['staff', 'busy'] }]]],
    [`${LESS} okta.manage.apps.web.groups | free > -`],
    [MANAGED],
  ),
  row(
    'groups.*.id',
    [['groups.staff.id', '00g1']],
    [`${BOTH} groups.staff.id | - > 00g1`],
    [MANAGED],
  ),
  row(
    'groups.*.rule',
    [['groups.staff.rule', 'isMemberOfGroupName("x")']],
    [`${BOTH} groups.staff.rule | - > isMemberOfGroupName("x")`],
    [MANAGED],
  ),
];

const [SHADOWED, SENSITIVE] = [{ mode: 'shadow' }, { sensitive: true }].map((marks) =>
  BASE.routes.map((route) => (route === 'GET /b' ? { route, ...marks } : route)),
);

const AUDIT: readonly Row[] = [
  row('mode', [['mode', 'shadow']], [`${WIDER} mode | enforce > shadow`]),
  row('routes.mode', [['routes', SHADOWED]], [`${WIDER} mode GET /b | enforce > shadow`]),
  row('routes.sensitive', [['routes', SENSITIVE]], [`${PLAIN} routes.sensitive | - > GET /b`]),
  row('audit.allows', [['audit.allows', 0.5]], [`${PLAIN} audit.allows | 1 > 0.5`]),
  row('audit.retention', [['audit.retention', '90d']], [`${PLAIN} audit.retention | - > 90d`]),
  row(
    'audit.hashPrincipal',
    [['audit.hashPrincipal', true]],
    [`${PLAIN} audit.hashPrincipal | false > true`],
  ),
  row('audit.complete', [['audit.complete', true]], [`${PLAIN} audit.complete | false > true`]),
];

const RULES: readonly Row[] = [
  row('routes', [['routes', [...BASE.routes, 'GET /c']]], [`${PLAIN} routes GET /c | - > GET /c`]),
  row('public', [['public', ['GET /b']]], [`${WIDER} public GET /b | groups > public`]),
  row('signedIn', [['signedIn', ['GET /b']]], [`${WIDER} signedIn GET /b | groups > signedIn`]),
  row(
    'permissions.*',
    [['permissions.a:read', ['GET /a', 'GET /b']]],
    [`${LESS} permissions.a:read | - > GET /b`],
  ),
  row(
    'permissions.*.routes',
    [['permissions.a:read', { routes: ['GET /a', 'GET /b'] }]],
    [`${BOTH} permissions.a:read | - > GET /b`],
    [['scopes', 'intersect']],
  ),
  row(
    'permissions.*.except',
    [['permissions.a:read', { routes: ['GET /a', 'GET /b'], except: ['GET /a'] }]],
    [`${WIDER} permissions.a:read | GET /a > -`, `${LESS} permissions.a:read | - > GET /b`],
  ),
  row(
    'permissions',
    [['permissions.a:write', ['POST /a']]],
    [`${WIDER} permissions | - > a:write`],
  ),
  row('groups', [['groups.more', {}]], [`${PLAIN} groups | - > more`]),
  row(
    'groups.*.allow',
    [['groups.free.allow', ['GET /a', 'GET /b']]],
    [`${WIDER} free GET /b | closed > allowed`],
  ),
  row(
    'groups.*.deny',
    [['groups.free.deny', ['GET /b']]],
    [`${LESS} free GET /b | closed > denied`],
  ),
  row(
    'groups.*.quota',
    [['groups.staff.quota', undefined]],
    [`${WIDER} groups.staff.quota | small > -`],
  ),
  row(
    'groups.*.was',
    [['groups.free.was', ['old']]],
    [`${WIDER} old GET /a | closed > allowed`, `${WIDER} groups.free.was | - > old`],
  ),
  row('machines', [['machines.0oa2m', { allow: [] }]], [`${WIDER} machines | - > 0oa2m`]),
  row(
    'machines.*.groups',
    [['machines.0oa1m', { groups: ['staff', 'busy'] }]],
    [
      `${PLAIN} machines.0oa1m.groups | - > busy`,
      `${WIDER} machines.0oa1m.quota | small > large, small`,
    ],
  ),
  row(
    'machines.*.allow',
    [['machines.0oa1m', { allow: ['GET /a'] }]],
    [`${PLAIN} machines.0oa1m.groups | staff > -`, `${WIDER} machines.0oa1m.quota | small > none`],
  ),
  row(
    'machines.*.deny',
    [['machines.0oa1m.deny', ['GET /b']]],
    [`${LESS} machine 0oa1m GET /b | closed > denied`],
    [['machines.0oa1m', { allow: ['GET /a'] }]],
  ),
  row(
    'machines.*.quota',
    [['machines.0oa1m.quota', 'small']],
    [`${LESS} machines.0oa1m.quota | - > small`],
    [['machines.0oa1m', { allow: ['GET /a'] }]],
  ),
  row(
    'scopes',
    [['scopes', 'intersect']],
    [`${LESS} scopes | groups > intersect`],
    [['permissions', { all: ['GET /a'] }]],
  ),
  row(
    'permissionsEndpoint.path',
    [ENDPOINT],
    [
      `${PLAIN} routes GET /mine | - > GET /mine`,
      `${WIDER} signedIn GET /mine | groups > signedIn`,
      `${PLAIN} permissionsEndpoint.path | - > /mine`,
    ],
  ),
  row(
    'permissionsEndpoint.exposeGroups',
    [['permissionsEndpoint.exposeGroups', true]],
    [`${WIDER} permissionsEndpoint.exposeGroups | false > true`],
    [ENDPOINT],
  ),
  row(
    'tests.groups',
    [TESTED],
    [
      `${PLAIN} tests | - > staff may call GET /a`,
      `${PLAIN} tests | - > staff may not call GET /b`,
    ],
  ),
  row(
    'tests.machine',
    [['tests', [{ machine: '0oa1m', allows: ['GET /a'] }]]],
    [`${PLAIN} tests | - > machine 0oa1m may call GET /a`],
  ),
  row(
    'tests.scopes',
    [['tests', [{ groups: ['staff'], scopes: ['b', 'a'], allows: ['GET /a'] }]]],
    [`${PLAIN} tests | - > staff asking for a b may call GET /a`],
  ),
  row(
    'tests.mode',
    [['tests', [{ groups: ['staff'], allows: ['GET /a'], mode: 'shadow' }]]],
    [`${PLAIN} tests | - > staff may call GET /a once enforced`],
    [['mode', 'shadow']],
  ),
];

const EVERYONE: readonly Row[] = [
  row(
    'everyone.allow',
    [['everyone', { allow: ['GET /b'] }]],
    [`${WIDER} everyone GET /b | closed > allowed`],
  ),
  row(
    'everyone.deny',
    [['everyone', { deny: ['GET /b'] }]],
    [`${LESS} everyone GET /b | closed > denied`],
  ),
  row(
    'everyone.quota',
    [['everyone.quota', 'large']],
    [`${BOTH} everyone.quota | small > large`],
    [
      ['everyone', { allow: ['GET /b'], quota: 'small' }],
      ['quotas.small.strict', true],
      ['quotas.large.strict', true],
    ],
  ),
  row(
    'everyone',
    [['everyone', { quota: 'small' }]],
    [`${LESS} everyone.quota | - > small`],
    [['quotas.small.strict', true]],
  ),
  row(
    'conflicts',
    [['conflicts', [{ groups: ['staff', 'free'], routes: ['GET /a'] }]]],
    [`${LESS} conflicts | - > free with staff on GET /a`],
  ),
  row(
    'conflicts.groups',
    [['conflicts', [{ groups: ['staff', 'free', 'busy'], routes: ['GET /a'] }]]],
    [
      `${LESS} conflicts | - > busy with free on GET /a`,
      `${LESS} conflicts | - > busy with staff on GET /a`,
    ],
    [['conflicts', [{ groups: ['staff', 'free'], routes: ['GET /a'] }]]],
  ),
  row(
    'conflicts.routes',
    [['conflicts', [{ groups: ['staff', 'free'], routes: ['GET /a', 'GET /b'] }]]],
    [`${LESS} conflicts | - > free with staff on GET /b`],
    [['conflicts', [{ groups: ['staff', 'free'], routes: ['GET /a'] }]]],
  ),
  row(
    'conflicts',
    [
      ['conflicts', undefined],
      ['routes', ['GET /a/{name}', 'GET /a', 'POST /a', 'GET /b']],
    ],
    [
      `${PLAIN} routes GET /a/{id} | GET /a/{id} > -`,
      `${PLAIN} routes GET /a/{name} | - > GET /a/{name}`,
      `${WIDER} conflicts | free with staff on GET /a/{id} > -`,
      `${WIDER} conflicts | free with staff on GET /a/{name} > -`,
    ],
    [['conflicts', [{ groups: ['staff', 'free'], routes: ['GET /a/*'] }]]],
  ),
  row(
    'groups.*.was',
    [['groups.free.was', undefined]],
    [
      `${LESS} former GET /a | allowed > closed`,
      `${LESS} groups.free.was | former > -`,
      `${WIDER} conflicts | former with staff on GET /a > -`,
    ],
    [
      ['groups.free.was', ['former']],
      ['conflicts', [{ groups: ['staff', 'free'], routes: ['GET /a'] }]],
    ],
  ),
  row(
    'machines.*.groups',
    [['machines.0oa1m', { groups: ['free'] }]],
    [
      `${PLAIN} machines.0oa1m.groups | staff > -`,
      `${WIDER} machines.0oa1m.quota | small (strict) > none`,
    ],
    [
      ['quotas.small.strict', true],
      ['machines.0oa1m', { groups: ['staff', 'free'] }],
    ],
  ),
  row(
    'quotas.*.strict',
    [['quotas.small.strict', true]],
    [`${LESS} quotas.small.strict | false > true`],
  ),
];

const QUOTAS: readonly Row[] = [
  row(
    'quotas',
    [['quotas.more', { limit: 1, per: 'day', by: 'user' }]],
    [`${PLAIN} quotas | - > more`],
  ),
  row('quotas.*.by', [['quotas.small.by', 'client']], [`${BOTH} quotas.small.by | user > client`]),
  row(
    'quotas.*.limit',
    [['quotas.small.limit', 6]],
    [`${WIDER} quotas.small.limit per minute | 5 > 6`],
  ),
  row(
    'quotas.*.per',
    [['quotas.small.per', 'hour']],
    [
      `${WIDER} quotas.small.limit per minute | 5 > -`,
      `${LESS} quotas.small.limit per hour | - > 5`,
    ],
  ),
  row(
    'quotas.*.windows',
    [
      [
        'quotas.small',
        {
          by: 'user',
          windows: [
            { limit: 5, per: 'minute' },
            { limit: 9, per: 'day' },
          ],
        },
      ],
    ],
    [`${LESS} quotas.small.limit per day | - > 9`],
  ),
  row(
    'quotas.*.windows.limit',
    [['quotas.small', windowed(6, 'GET /a')]],
    [`${WIDER} quotas.small.limit per minute on GET /a | 5 > 6`],
    [['quotas.small', windowed(5, 'GET /a')]],
  ),
  row(
    'quotas.*.windows.routes',
    [['permissions.some', ['GET /a', 'GET /b']]],
    [
      `${LESS} permissions.some | - > GET /b`,
      `${LESS} quotas.small.routes per minute on ? | - > GET /b`,
    ],
    [
      ['permissions.some', ['GET /a']],
      ['quotas.small', windowed(5, 'some')],
    ],
  ),
  row(
    'quotas.*.windows.routes',
    [['quotas.small', windowed(5, 'GET /*')]],
    [`${BOTH} quotas.small.counter per minute on ? | ? > ?`],
    [['quotas.small', windowed(5, 'GET /a', 'GET /b')]],
  ),
  row(
    'quotas.*.accuracy',
    [['quotas.small.accuracy', 'leased']],
    [`${LESS} quotas.small.accuracy | exact > leased`],
  ),
  row(
    'quotas.*.onStoreFailure',
    [['quotas.small.onStoreFailure', 'allow']],
    [`${WIDER} quotas.small.onStoreFailure | deny > allow`],
  ),
  row(
    'quotas.*.onExceeded',
    [['quotas.small.onExceeded', 'pass']],
    [`${WIDER} quotas.small.onExceeded | refuse > pass`],
  ),
];

export const ROWS: readonly Row[] = [
  ...API,
  ...TRUST,
  ...SIDE,
  ...RULES,
  ...EVERYONE,
  ...QUOTAS,
  ...AUDIT,
];
