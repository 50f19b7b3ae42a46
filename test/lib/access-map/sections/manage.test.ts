import { describe, expect, test } from '@jest/globals';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { AccessMap, type AccessMapInput } from '../../../../lib/access-map/index.ts';

const base: AccessMapInput = {
  api: { name: 'orders', upstream: { url: 'https://orders.example.com' } },
  okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: 'api://orders', clients: 'any' },
  routes: ['GET /orders', 'POST /orders'],
  groups: {
    sellers: { was: ['clerks'], allow: ['GET /orders'] },
    blocked: { was: ['banned'], deny: ['GET /orders'] },
  },
};
const manage = { org: 'https://acme.okta.com/' };

test('a token with a former name counts as the group, once, also where it denies', () => {
  const model = parseModel(AccessMap.fromObject(base).model);
  const describeEntitlements = (groups: readonly string[]): unknown => {
    const {
      groups: known,
      allowed,
      grants,
    } = entitlementsOf(model, { kind: 'user', uid: 'u', cid: 'c', groups, scopes: [] });
    return [known, grants.length, allowed[0]];
  };
  expect(describeEntitlements(['clerks'])).toEqual([['sellers'], 1, 1]);
  expect(describeEntitlements(['clerks', 'sellers'])).toEqual([['sellers'], 1, 1]);
  expect(describeEntitlements(['sellers', 'banned'])).toEqual([['sellers', 'blocked'], 2, 0]);
  expect(describeEntitlements(['Clerks'])).toEqual([[], 0, 0]);
});

test('former names change the version, maps without them keep theirs', () => {
  const versionWith = (was: readonly string[] | undefined): string =>
    AccessMap.fromObject({
      ...base,
      groups: { sellers: { ...(was ? { was } : {}), allow: ['GET /orders'] } },
    }).version;
  expect(new Set([versionWith(undefined), versionWith(['a']), versionWith(['b'])]).size).toBe(3);
  expect(versionWith(['a', 'b'])).toBe(versionWith(['b', 'a']));
  expect(versionWith([])).toBe(versionWith(undefined));
});

test('okta.manage has defaults, and does not change the version', () => {
  const map = AccessMap.fromObject({ ...base, okta: { ...base.okta, manage } });
  expect(map.oktaSides[0]).toMatchObject({
    map: 'orders',
    org: 'https://acme.okta.com',
    server: 'orders',
    apps: [],
    tokenLifetimeMinutes: 15,
    createGroups: false,
    idTokenGroups: false,
    scopes: false,
    groups: [
      { name: 'sellers', was: ['clerks'], denies: false },
      { name: 'blocked', was: ['banned'], denies: true },
    ],
  });
  expect(map.version).toBe(AccessMap.fromObject(base).version);
});

test('before the first apply a map may lack the issuer and name apps by label; to be deployed it may not', () => {
  const apps = [
    { label: 'web', type: 'spa', redirectUris: ['https://app.example.com/cb'] },
  ] as const;
  const early = {
    ...base,
    okta: { audience: 'a', clients: ['app:web'], manage: { ...manage, apps } },
  };
  expect(AccessMap.fromObject(early, { beforeApply: true }).oktaSides[0]).toMatchObject({
    issuers: [],
    clients: ['app:web'],
  });
  expect(
    AccessMap.checkObject(early).problems.map(({ message }) => message.replace(/^.*?: /, '')),
  ).toEqual([
    expect.stringContaining('expected the key `issuer`'),
    'expected a client id, found `app:web`: `okta apply --write` puts it there',
  ]);
});

test.each([
  'http://acme.okta.com',
  'acme.okta.com',
  'https://user:pw@acme.okta.com',
  'https://acme.okta.com/path',
  'http://localhost:4003',
])('the org %s is refused', (org) => {
  const { problems } = AccessMap.checkObject({ ...base, okta: { ...base.okta, manage: { org } } });
  expect(problems).toMatchObject([
    {
      code: 'VALUE_INVALID',
      expected: 'the https origin of the org, such as `https://acme.okta.com`',
    },
  ]);
});

// Both keys know the same hosts, whatever Okta's domain is.
describe.each(['okta.com', 'oktapreview.com', 'okta-emea.com', 'okta-gov.com', 'okta.mil'])(
  'on %s',
  (domain) => {
    const admin = `https://acme-admin.${domain}`;
    const issues = (okta: object) =>
      AccessMap.checkObject({ ...base, okta: { ...base.okta, ...okta } }).problems;

    test.each([admin, `https://ACME-Admin.${domain}`, `https://acme-prod-admin.${domain}`])(
      'the admin console %s is neither issuer nor org',
      (host) => {
        const nearest = host.toLowerCase().replace('-admin', '');
        expect(issues({ issuer: `${host}/oauth2/default` })).toMatchObject([
          { code: 'ISSUER_INVALID', nearest: `${nearest}/oauth2/default` },
        ]);
        expect(issues({ manage: { org: host.toLowerCase() } })).toMatchObject([
          { code: 'VALUE_INVALID', expected: 'the org, not its admin console', nearest },
        ]);
        const { host: org } = new URL(host);
        expect(issues({ revocation: { org } })).toMatchObject([
          {
            ...{ code: 'VALUE_INVALID', expected: 'the org, not its admin console' },
            nearest: new URL(nearest).host,
          },
        ]);
      },
    );

    test.each(['acme', 'admin', 'acme-administration'])('%s may be both', (name) => {
      const host = `https://${name}.${domain}`;
      expect(issues({ issuer: `${host}/oauth2/default`, manage: { org: host } })).toEqual([]);
      expect(issues({ revocation: { org: new URL(host).host } })).toEqual([]);
    });
  },
);

test('the admin console of a host that only looks like one of Okta is not known', () => {
  const issuer = 'https://acme-admin.okta.example.com/oauth2/default';
  expect(AccessMap.checkObject({ ...base, okta: { ...base.okta, issuer } }).problems).toEqual([]);
});

test('a further okta block hands out former names of its own groups alone', () => {
  const blocks = [
    {
      issuer: 'https://acme.okta.com/oauth2/aus1',
      audience: 'api://orders',
      clients: 'any',
      name: 'staff',
    },
    {
      issuer: 'https://partners.okta.com/oauth2/aus2',
      audience: 'api://orders',
      clients: 'any',
      name: 'partners',
      groups: ['sellers'],
    },
  ] as const;
  const model = parseModel(AccessMap.fromObject({ ...base, okta: blocks }).model);
  const groupsOf = (block: string): readonly string[] =>
    entitlementsOf(model, {
      kind: 'user',
      uid: 'u',
      cid: 'c',
      groups: ['clerks', 'banned'],
      scopes: [],
      block,
    }).groups;
  expect(groupsOf('partners')).toEqual(['sellers']);
  expect(groupsOf('staff')).toEqual(['sellers', 'blocked']);
});

describe('what okta.manage names of clients and lifetimes', () => {
  const WEB = { label: 'web', type: 'spa', redirectUris: ['https://app.example.com/cb'] };
  const sideOf = (more: object) =>
    AccessMap.fromObject({
      ...base,
      okta: { ...base.okta, manage: { ...manage, ...more } },
    } as AccessMapInput).oktaSides[0];
  const problemsOf = (more: object) =>
    AccessMap.checkObject({
      ...base,
      okta: { ...base.okta, manage: { ...manage, ...more } },
    } as AccessMapInput).problems;

  test.each([
    [{}, { tokenLifetimeNamed: false, accepted: [] }],
    [{ tokenLifetime: '15m' }, { tokenLifetimeNamed: true }],
    [{ refreshTokenLifetime: '30d' }, { refreshTokenMinutes: 43_200 }],
    [{ refreshTokenLifetime: 'unlimited' }, { refreshTokenMinutes: 0 }],
    [
      { accepted: ['rule.actions.token.inlineHook', 'app.list[].x'] },
      { accepted: ['rule.actions.token.inlineHook', 'app.list[].x'] },
    ],
    [
      { apps: [{ ...WEB, grants: ['authorization_code'], pkce: false, authMethod: 'none' }] },
      { apps: [{ grants: ['authorization_code'], pkce: false, authMethod: 'none' }] },
    ],
  ])('%j is read', (more, side) => {
    expect(sideOf(more)).toMatchObject(side);
  });

  test.each([
    [{ refreshTokenLifetime: '5m' }, 'DURATION_RANGE'],
    [{ refreshTokenLifetime: '601s' }, 'DURATION_RANGE'],
    [{ refreshTokenLifetime: 'forever' }, 'VALUE_INVALID'],
    [{ accepted: ['inlineHook'] }, 'VALUE_INVALID'],
    [{ apps: [{ ...WEB, authMethod: 'private_key_jwt' }] }, 'VALUE_INVALID'],
    [{ apps: [{ ...WEB, grants: ['everything'] }] }, 'VALUE_INVALID'],
  ])('%j is refused', (more, code) => {
    expect(problemsOf(more).map((problem) => problem.code)).toContain(code);
  });
});

test.each([
  ['http://127.0.0.1:4003', true, []],
  ['http://127.0.0.1:4003', false, ['ISSUER_INSECURE']],
  ['https://acme.okta.com', true, ['ISSUER_INSECURE']],
])(
  'with an org at %s, commands (%s) evaluate a loopback issuer: %j',
  (org, localOrgIssuer, codes) => {
    const okta = { ...base.okta, issuer: 'http://127.0.0.1:4001/oauth2/default', manage: { org } };
    const { problems } = AccessMap.checkObject({ ...base, okta }, { localOrgIssuer });
    expect(problems.map(({ code }) => code)).toEqual(codes);
  },
);
