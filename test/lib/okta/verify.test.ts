import { afterEach, expect, jest, test } from '@jest/globals';
import { tokenBytes } from '../../../lib/okta/token-size.ts';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import type { Entity } from '../../../local/okta-org/org-store.ts';
import { sampled } from '../../support/tier.ts';
import {
  failing,
  failureOf,
  foundBy,
  mapText,
  orgWith,
  type Runner,
  runnerIn,
  shapeFaults,
  stopOrgs,
  told,
  verifiedAs,
  writesOf,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const USERS = [
  { login: 'reader@example.com', uid: '00ureader', groups: ['readers', 'elsewhere'] },
  { login: 'all@example.com', uid: '00uall', groups: ['readers', 'writers', 'blocked'] },
  { login: 'nobody@example.com', uid: '00unobody', groups: [] },
];
const NAMES = ['readers', 'writers', 'blocked', 'elsewhere'];

async function applied(okta = ''): Promise<{ readonly org: LocalOrg; readonly runner: Runner }> {
  const org = await orgWith({ groups: NAMES.map((name) => ({ name })), users: USERS });
  const groups =
    '  readers: { allow: [orders:read], rule: "true" }\n  writers: { allow: [POST /orders] }\n  blocked: { deny: [POST /orders] }';
  const runner = runnerIn({ 'access.yaml': mapText(org.url, { groups, okta }) });
  await runner.run('okta apply --yes --write');
  org.requests.length = 0;
  return { org, runner };
}

interface Parts {
  readonly store: LocalOrg['store'];
  readonly server: Entity;
  readonly claim: Entity;
  readonly policy: Entity;
  readonly rule: Entity;
  readonly group: (name: string) => Entity;
}

function partsOf({ store }: LocalOrg): Parts {
  const must = (entity: Entity | undefined): Entity => {
    if (!entity) throw new Error('the org lacks it');
    return entity;
  };
  const server = must([...store.servers.values()][0]);
  const policy = must([...(store.policies.get(server.id)?.values() ?? [])][0]);
  return {
    store,
    server,
    policy,
    claim: must(
      [...(store.claims.get(server.id)?.values() ?? [])].find(({ name }) => name === 'groups'),
    ),
    rule: must([...(store.rules.get(policy.id)?.values() ?? [])][0]),
    group: (name) =>
      must(
        [...store.groups.values()].find(
          (each) => (each['profile'] as { readonly name: string }).name === name,
        ),
      ),
  };
}

test('an org as applied is as the maps need it, and nothing is written', async () => {
  const { org, runner } = await applied();
  const { code, findings } = await foundBy(runner, 'verify');
  expect([code, findings.filter(({ level }) => level !== 'note')]).toEqual([0, []]);
  expect(writesOf(org.requests)).toEqual([]);
  expect(shapeFaults(org.requests)).toEqual([]);
});

test.each(
  sampled<readonly [what: string, change: (parts: Parts) => void, finding: unknown]>(
    [
      [
        'a group is gone',
        ({ store, group }) => store.groups.delete(group('writers').id),
        told({ level: 'error', code: 'GROUP_ABSENT' }, '`writers`'),
      ],
      [
        'a group is empty',
        ({ store }) => store.members.get('00uall')?.clear(),
        told({ level: 'warning', code: 'GROUP_EMPTY' }, '`blocked`'),
      ],
      [
        'a namesake is imported',
        ({ store }) =>
          store.groups.set('00gx', { id: '00gx', type: 'APP_GROUP', profile: { name: 'readers' } }),
        told({ level: 'warning', code: 'GROUP_NAMESAKE' }, '`readers`', '00gx'),
      ],
      [
        'a rule is not active',
        ({ store }) =>
          Object.assign([...store.groupRules.values()][0] ?? {}, { status: 'INACTIVE' }),
        told({ level: 'error', code: 'GROUP_RULE_INACTIVE' }, '`oga/orders/readers`', '`readers`'),
      ],
      [
        'a rule is gone',
        ({ store }) => store.groupRules.clear(),
        told({ level: 'error', code: 'GROUP_RULE_ABSENT' }, '`readers`'),
      ],
      [
        'the claim is gone',
        ({ store, server }) => store.claims.get(server.id)?.clear(),
        told({ level: 'error', code: 'CLAIM_ABSENT' }, '`orders`', '`groups`'),
      ],
      [
        'the claim is off',
        ({ claim }) => Object.assign(claim, { status: 'INACTIVE' }),
        told({ level: 'error', code: 'CLAIM_ABSENT' }, '`orders`', '`groups`'),
      ],
      [
        'the claim lacks a group',
        ({ claim, group }) =>
          Object.assign(claim, {
            value: String(claim['value']).replace(`, "${group('blocked').id}"`, ''),
          }),
        told({ level: 'error', code: 'GROUP_NOT_CARRIED' }, '`blocked`'),
      ],
      [
        'the claim has another group',
        ({ claim }) =>
          Object.assign(claim, { valueType: 'GROUPS', group_filter_type: 'REGEX', value: '.*' }),
        told(
          { level: 'warning', code: 'CLAIM_FILTER_TOO_WIDE' },
          '2 groups',
          '`Everyone`',
          '`elsewhere`',
        ),
      ],
      [
        'the claim lets 101 groups through',
        ({ claim, store }) => {
          Object.assign(claim, { valueType: 'GROUPS', group_filter_type: 'REGEX', value: '.*' });
          for (let n = 0; n < 97; n++)
            store.groups.set(`00gn${n}`, {
              id: `00gn${n}`,
              type: 'OKTA_GROUP',
              profile: { name: `n${n}` },
            });
        },
        told({ level: 'warning', code: 'CLAIM_LIMIT_EXCEEDED' }, '`groups`', '102', '100'),
      ],
      [
        'the claim lets an imported namesake through',
        ({ claim, store }) => {
          Object.assign(claim, { value: String(claim['value']).replace('{', '{"00gx", ') });
          store.groups.set('00gx', { id: '00gx', type: 'APP_GROUP', profile: { name: 'readers' } });
        },
        told({ level: 'error', code: 'CLAIM_CARRIES_NAMESAKE' }, '`readers`'),
      ],
      [
        'the claim needs a scope',
        ({ claim }) => Object.assign(claim, { conditions: { scopes: ['email'] } }),
        told({ level: 'error', code: 'CLAIM_FOR_SOME_SCOPES' }, '`groups`', '`email`'),
      ],
      [
        'the claim cannot be evaluated',
        ({ claim }) => Object.assign(claim, { value: 'user.getGroups()' }),
        told({ level: 'warning', code: 'CLAIM_UNJUDGED' }, '`groups`', '`user.getGroups()`'),
      ],
      [
        'another claim lets more groups through than a token takes',
        ({ store, server }) => {
          for (let at = 0; at < 120; at++)
            store.groups.set(`00gmore${at}`, {
              id: `00gmore${at}`,
              type: 'OKTA_GROUP',
              profile: { name: `more${at}` },
            });
          const all = {
            name: 'all',
            claimType: 'RESOURCE',
            valueType: 'GROUPS',
            group_filter_type: 'REGEX',
            value: '.*',
            status: 'ACTIVE',
          };
          store.claims.get(server.id)?.set('oclall', { id: 'oclall', ...all });
        },
        told({ level: 'warning', code: 'CLAIM_LIMIT_EXCEEDED' }, '`all`', '125'),
      ],
      [
        'the token counts the groups of other claims too',
        ({ store, server, group }) => {
          const value = `getFilteredGroups({"${group('elsewhere').id}"}, "group.name", 99)`;
          const other = {
            name: 'other',
            claimType: 'RESOURCE',
            valueType: 'EXPRESSION',
            value,
            status: 'ACTIVE',
          };
          store.claims.get(server.id)?.set('oclother', { id: 'oclother', ...other });
        },
        told({ level: 'note', code: 'TOKEN_SIZE' }, '4 groups'),
      ],
      [
        'another policy comes first',
        ({ store, server, policy }) => {
          store.policies.get(server.id)?.set('00pother', {
            id: '00pother',
            name: 'everything',
            status: 'ACTIVE',
            priority: 0,
            conditions: { clients: { include: ['ALL_CLIENTS'] } },
          });
          const rule = {
            id: '0prother',
            name: 'all',
            status: 'ACTIVE',
            conditions: {
              people: { groups: { include: ['EVERYONE'] } },
              grantTypes: { include: ['authorization_code'] },
              scopes: { include: ['*'] },
            },
            actions: { token: { accessTokenLifetimeMinutes: 60 } },
          };
          store.rules.set('00pother', new Map([['0prother', rule]]));
          policy['priority'] = 1;
        },
        told({ level: 'error', code: 'POLICY_PRECEDED' }, '`everything`', '`access orders`'),
      ],
      [
        'the issuer is another',
        ({ server }) =>
          Object.assign(server, { issuer: `https://login.acme.com/oauth2/${server.id}` }),
        told(
          { level: 'error', code: 'SERVER_ISSUER' },
          '`orders`',
          '`https://login.acme.com/oauth2/aus1',
        ),
      ],
      [
        'a client is gone',
        ({ store, policy }) => {
          store.apps.clear();
          policy['name'] = 'access orders';
        },
        told({ level: 'error', code: 'CLIENT_UNKNOWN' }, '`0oa'),
      ],
      [
        'the policy has other clients',
        ({ policy }) =>
          Object.assign(policy, { conditions: { clients: { include: ['0oaelse'] } } }),
        told({ level: 'error', code: 'DIFFERS_FROM_MAP' }, 'policy `access orders`', 'clients'),
      ],
      [
        'the rule has other conditions',
        ({ rule }) =>
          Object.assign(rule, {
            conditions: {
              people: { groups: { include: ['00gx'] } },
              grantTypes: { include: ['implicit'] },
              scopes: { include: ['openid'] },
            },
          }),
        told(
          { level: 'error', code: 'DIFFERS_FROM_MAP' },
          'policy rule `access orders`',
          'grantTypes',
        ),
      ],
      [
        'the app needs no PKCE',
        ({ store }) =>
          Object.assign([...store.apps.values()][0] ?? {}, {
            credentials: { oauthClient: { token_endpoint_auth_method: 'none' } },
          }),
        told({ level: 'error', code: 'APP_WITHOUT_PKCE' }, '`orders-web`'),
      ],
      [
        'another rule of our policy comes first',
        ({ store, policy }) =>
          store.rules.get(policy.id)?.set('0prfirst', {
            id: '0prfirst',
            name: 'somebody',
            status: 'ACTIVE',
            priority: 0,
            conditions: { people: { groups: { include: ['EVERYONE'] } } },
            actions: { token: { accessTokenLifetimeMinutes: 60 } },
          }),
        told({ level: 'error', code: 'RULE_PRECEDED' }, '`somebody`', '`access orders`'),
      ],
      [
        'the policy is gone',
        ({ store, server }) => store.policies.get(server.id)?.clear(),
        told({ level: 'error', code: 'POLICY_ABSENT' }, '`orders`'),
      ],
      [
        'the rule is off',
        ({ rule }) => Object.assign(rule, { status: 'INACTIVE' }),
        told({ level: 'error', code: 'POLICY_WITHOUT_RULE' }, '`access orders`'),
      ],
      [
        'tokens live too long',
        ({ rule }) =>
          Object.assign(rule, { actions: { token: { accessTokenLifetimeMinutes: 61 } } }),
        told({ level: 'error', code: 'RULE_LIFETIME_REFUSED' }, '61', '3600'),
      ],
      [
        'the server is off',
        ({ server }) => Object.assign(server, { status: 'INACTIVE' }),
        told({ level: 'error', code: 'SERVER_INACTIVE' }, '`orders`'),
      ],
      [
        'the audience is another',
        ({ server }) => Object.assign(server, { audiences: ['api://x'] }),
        told(
          { level: 'error', code: 'SERVER_AUDIENCE' },
          '`orders`',
          '`api://x`',
          '`api://orders`',
        ),
      ],
    ],
    3,
  ),
)('verify tells that %s', async (_, change, finding) => {
  const { org, runner } = await applied('maxTokenLifetime: 1h');
  change(partsOf(org));
  const { code, findings } = await foundBy(runner, 'verify');
  expect(findings).toContainEqual(finding);
  expect(code).toBe(findings.some(({ level }) => level === 'error') ? 1 : 0);
});

test('verify tells a person errors, warnings and notes, and counts them', async () => {
  const { org, runner } = await applied();
  const { claim, rule } = partsOf(org);
  Object.assign(claim, { conditions: { scopes: ['email'] } });
  Object.assign(rule, {
    actions: { token: { accessTokenLifetimeMinutes: 61, refreshTokenLifetimeMinutes: 90 } },
  });
  org.store.members.get('00uall')?.clear();
  const { code, stdout } = await runner.run('okta verify');
  // The port of the org counts as bytes of the issuer.
  const text = stdout.replace(org.url, 'ORG').replace(/about \d+ bytes/, 'about 900 bytes');
  expect([code, text.split('\n')]).toEqual([
    1,
    [
      'ORG, against orders:',
      '',
      '  ! warning: group `writers` has no members',
      '  ! warning: group `blocked` has no members: what it denies is denied to nobody',
      '  ! claim `groups` comes with the scopes `email` only: a client that does not ask for them has no groups, those that deny included',
      '  i a token with all 3 groups has about 900 bytes of the 8,192 that fit through the gateway',
      '  ! rule `access orders` issues tokens of 61 minutes, longer than the 15 that a new rule gets: shorten it in Okta, or name `okta.manage.tokenLifetime` if that is meant',
      '',
      '2 errors, 2 warnings',
      '',
    ],
  ]);
});

test.each([
  ['reader@example.com', ['readers'], ['GET /orders']],
  ['all@example.com', ['readers', 'writers', 'blocked'], ['GET /orders']],
  ['nobody@example.com', [], []],
])('verify --as %s computes the groups %j and the routes %j', async (login, groups, routes) => {
  const { runner } = await applied();
  expect(await verifiedAs(runner, login)).toMatchObject({
    code: 0,
    as: { login, tokens: groups.length > 0, computed: [{ map: 'orders', groups, routes }] },
  });
});

test('verify --as tells a person what each map gives the user, and by which token', async () => {
  const { runner } = await applied();
  const of = async (login: string) =>
    (await runner.run(`okta verify --as ${login}`)).stdout.split('\n\n').at(-1)?.split('\n');
  expect(await of('all@example.com')).toEqual([
    'all@example.com (active), computed from assignment, rules, groups and claims, no token was made:',
    '  orders: groups readers, writers, blocked',
    '    a token by orders-web: authorization_code (rule access orders, 15 minutes, scopes openid)',
    '    may call GET /orders',
    '  uid: 00uall',
    '',
  ]);
  const [, ...nobody] = (await of('nobody@example.com')) ?? [];
  expect(nobody).toEqual([
    '  orders: no token',
    '    no token by orders-web: the user is not assigned to the app (`access_denied`)',
    '  uid: 00unobody',
    '',
  ]);
});

test.each(['DEPROVISIONED', 'SUSPENDED', 'STAGED', 'LOCKED_OUT', 'PROVISIONED'])(
  'verify --as a user who is %s says that there is no token, and the uid that blocks',
  async (status) => {
    const { org, runner } = await applied();
    Object.assign(org.store.users.get('00ureader') ?? {}, { status });
    const { code, stdout } = await runner.run('okta verify --as reader@example.com');
    expect(code).toBe(0);
    expect(stdout).toContain('  uid: 00ureader');
    expect(stdout).not.toContain('/orders\n');
    const json = JSON.parse(
      (await runner.run('okta verify --as reader@example.com --json')).stdout,
    ) as { readonly as: unknown };
    expect(json.as).toMatchObject({
      uid: '00ureader',
      status,
      tokens: false,
      computed: [{ groups: [], routes: [] }],
    });
    expect(
      org.tokenFor([...org.store.servers.keys()][0] ?? '', {
        clientId: [...org.store.apps.keys()][0] ?? '',
        login: 'reader@example.com',
        scopes: ['openid'],
      }),
    ).toMatchObject({ kind: 'refused' });
  },
);

test('verify --as computes what it can of a claim that it cannot evaluate', async () => {
  const { org, runner } = await applied();
  const value = 'user.department';
  const [claims] = org.store.claims.values();
  claims?.set('oclmore', {
    id: 'oclmore',
    name: 'groups',
    claimType: 'RESOURCE',
    valueType: 'EXPRESSION',
    value,
    status: 'ACTIVE',
  });
  const { code, as } = await verifiedAs(runner, 'reader@example.com');
  const unjudgedClaims = [{ claim: 'groups', value, code: 'CLAIM_UNJUDGED' }];
  expect([code, as]).toMatchObject([
    0,
    { computed: [{ groups: ['readers'], routes: ['GET /orders'], unjudgedClaims }] },
  ]);
  const { findings } = await foundBy(runner, 'verify');
  expect(findings).toContainEqual(told('CLAIM_UNJUDGED', '`groups`', '`user.department`'));
  const { stdout } = await runner.run('okta verify --as reader@example.com');
  expect(stdout).toContain(as.computed[0]?.unjudged[0]);
  for (const id of claims?.keys() ?? []) if (id !== 'oclmore') claims?.delete(id);
  const unknown = await verifiedAs(runner, 'reader@example.com');
  expect(unknown.as).toMatchObject({ tokens: true, computed: [{ groups: [], unjudgedClaims }] });
});

test('a list of a client’s profile is read for each client', async () => {
  const { org, runner } = await applied();
  const [claims] = org.store.claims.values();
  const claim = [...(claims?.values() ?? [])].find(({ name }) => name === 'groups');
  const app = [...org.store.apps.values()][0];
  const ids = ['readers', 'writers', 'blocked'].map(
    (name) =>
      [...org.store.groups.values()].find(
        (group) => (group['profile'] as { readonly name: string }).name === name,
      )?.id,
  );
  Object.assign(claim ?? {}, { value: 'getFilteredGroups(app.profile.mapped, "group.name", 40)' });
  expect((await foundBy(runner, 'verify')).findings).toContainEqual(
    told('CLAIM_LIST_ABSENT', '`app.profile.mapped`', '`orders-web`'),
  );
  Object.assign(app ?? {}, { profile: { mapped: ids } });
  expect((await runner.run('okta verify')).code).toBe(0);
  Object.assign(app ?? {}, { profile: { mapped: ids.slice(1) } });
  expect((await foundBy(runner, 'verify')).findings).toContainEqual(
    told('GROUP_NOT_CARRIED', '`readers`'),
  );
});

test('verify --as tells an unknown user', async () => {
  const { runner } = await applied();
  expect(await failureOf(runner, 'verify --as who')).toEqual(
    failing(1, 'OKTA_USER_UNKNOWN', '`who`'),
  );
});

test('the size of a token grows with its groups, and is near that of a real one', () => {
  const parts = {
    issuer: 'https://acme.okta.com/oauth2/aus1',
    audience: 'api://orders',
    clientId: '0oa1',
    login: 'a@example.com',
    scopes: ['openid'],
  };
  const bytes = (count: number): number =>
    tokenBytes({
      ...parts,
      groups: { groups: Array.from({ length: count }, () => 'x'.repeat(40)) },
    });
  expect(bytes(1)).toBeGreaterThan(800);
  expect(bytes(1)).toBeLessThan(1_200);
  expect((bytes(101) - bytes(1)) / 100).toBeCloseTo((43 * 4) / 3, 0);
});

test.each([
  ['getFilteredGroups({"ID"}, "group.name", 300)', 300],
  [
    'Arrays.flatten(getFilteredGroups({"ID"}, "group.name", 40), getFilteredGroups({"ID"}, "group.name", 300))',
    300,
  ],
  ['Groups.startsWith("OKTA", "readers", 101)', 101],
  ['Arrays.flatten(getFilteredGroups({"ID"}, "group.name", 40))', undefined],
])('the limit of %s is reported where it is over 100', async (value, limit) => {
  const { org, runner } = await applied();
  const [claims] = org.store.claims.values();
  const claim = [...(claims?.values() ?? [])].find(({ name }) => name === 'groups');
  const [id = ''] = org.store.groups.keys();
  Object.assign(claim ?? {}, { value: value.replaceAll('ID', id) });
  const { findings } = await foundBy(runner, 'verify');
  expect(findings.filter(({ code }) => code === 'CLAIM_LIMIT_TOO_HIGH')).toEqual(
    limit === undefined ? [] : [told('CLAIM_LIMIT_TOO_HIGH', '`groups`', `${limit}`, '100')],
  );
});
