import { afterEach, expect, jest, test } from '@jest/globals';
import type { OktaFindingCode } from '../../../lambda/core/contract/okta-findings.ts';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import { addGroup, type Entity } from '../../../local/okta-org/org-store.ts';
import { sampled } from '../../support/tier.ts';
import {
  type Found,
  foundBy,
  mapText,
  orgWith,
  type Runner,
  runnerIn,
  stopOrgs,
  told,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const USERS = [
  { login: 'ann@example.com', uid: '00uann', groups: ['readers'] },
  { login: 'bob@example.com', uid: '00ubob', groups: ['writers', 'blocked'] },
];

interface Applied {
  readonly org: LocalOrg;
  readonly runner: Runner;
  readonly server: Entity;
  readonly claim: Entity;
  readonly policy: Entity;
  readonly rule: Entity;
  readonly app: Entity;
  group(name: string): Entity;
}

const must = (entity: Entity | undefined): Entity => {
  if (!entity) throw new Error('the org lacks it');
  return entity;
};

const at = (entity: Entity, ...keys: readonly string[]): Record<string, unknown> =>
  keys.reduce<Record<string, unknown>>((value, key) => {
    value[key] ??= {};
    return value[key] as Record<string, unknown>;
  }, entity);

type Owner = 'ours' | 'somebody else’s';
const OWNERS: readonly Owner[] = ['ours', 'somebody else’s'];

/** An org as the map needs it; what is somebody else's carries no mark of ours. */
async function applied(owner: Owner): Promise<Applied> {
  const org = await orgWith({
    groups: ['readers', 'writers', 'blocked'].map((name) => ({ name })),
    users: USERS,
  });
  const ours = mapText(org.url, { okta: 'maxTokenLifetime: 1h' });
  await runnerIn({ 'access.yaml': ours }).run('okta apply --yes');
  const server = must([...org.store.servers.values()][0]);
  const policy = must([...(org.store.policies.get(server.id)?.values() ?? [])][0]);
  const app = must([...org.store.apps.values()][0]);
  const theirs = mapText(org.url, {
    okta: `maxTokenLifetime: 1h\n  issuer: ${String(server['issuer'])}`,
  })
    .replace(/ {4}apps: .*\n/, '')
    .replace('app:orders-web', app.id);
  if (owner !== 'ours') {
    server['description'] = 'by hand';
    policy['description'] = 'by hand';
    at(app, 'settings', 'notes')['admin'] = null;
  }
  return {
    org,
    runner: runnerIn({ 'access.yaml': owner === 'ours' ? ours : theirs }),
    server,
    policy,
    claim: must(
      [...(org.store.claims.get(server.id)?.values() ?? [])].find(({ name }) => name === 'groups'),
    ),
    rule: must([...(org.store.rules.get(policy.id)?.values() ?? [])][0]),
    app,
    group: (name) =>
      must(
        [...org.store.groups.values()].find(
          (group) => (group['profile'] as { readonly name: string }).name === name,
        ),
      ),
  };
}

/** What the org gives each user by the authorization code. */
const tokensOf = ({ org, server, app }: Applied): readonly unknown[] =>
  USERS.map(({ login }) =>
    org.tokenFor(server.id, { clientId: app.id, login, scopes: ['openid'] }),
  );

const GOOD = [
  { kind: 'granted', claims: { groups: ['readers'] }, lifetimeSeconds: 900 },
  { kind: 'granted', claims: { groups: ['writers', 'blocked'] }, lifetimeSeconds: 900 },
];

test.each(OWNERS)('as applied, each user gets the groups of the map (%s)', async (owner) => {
  const all = await applied(owner);
  expect(tokensOf(all)).toEqual(GOOD);
  for (const command of ['verify', 'plan'])
    expect([command, (await all.runner.run(`okta ${command}`)).code]).toEqual([command, 0]);
});

function foreign(all: Applied, priority: number, conditions: object, minutes = 60): void {
  const { org, server, policy } = all;
  if (priority === 1) policy['priority'] = 2;
  org.store.policies.get(server.id)?.set('00ptheirs', {
    ...{ id: '00ptheirs', name: 'theirs', status: 'ACTIVE', priority },
    conditions: { clients: { include: ['ALL_CLIENTS'] } },
  });
  const rule = {
    ...{ id: '0prtheirs', name: 'their rule', status: 'ACTIVE', priority: 1 },
    conditions: {
      people: { groups: { include: ['EVERYONE'] } },
      grantTypes: { include: ['authorization_code'] },
      scopes: { include: ['*'] },
      ...conditions,
    },
    actions: { token: { accessTokenLifetimeMinutes: minutes } },
  };
  org.store.rules.set('00ptheirs', new Map([['0prtheirs', rule]]));
}

function addClaim({ org, server }: Applied, claim: object): void {
  org.store.claims.get(server.id)?.set('oclmore', {
    ...{ id: 'oclmore', name: 'more', claimType: 'RESOURCE', status: 'ACTIVE' },
    ...{ valueType: 'EXPRESSION', alwaysIncludeInToken: true, conditions: { scopes: [] } },
    ...claim,
  });
}

type Change = (all: Applied) => void;

const rule =
  (conditions: object): Change =>
  (all) =>
    void Object.assign(at(all.rule, 'conditions'), conditions);

/** What verify finds of a server of ours, and of somebody else's where that is another cause. */
type Row = readonly [what: string, change: Change, code: OktaFindingCode, theirs?: OktaFindingCode];

/** States in which the org gives wrong tokens or none. */
const WRONG: readonly Row[] = [
  ['the claim is off', ({ claim }) => Object.assign(claim, { status: 'INACTIVE' }), 'CLAIM_ABSENT'],
  [
    'the claim is of ID tokens',
    ({ claim }) => Object.assign(claim, { claimType: 'IDENTITY' }),
    'CLAIM_ABSENT',
  ],
  [
    'the claim comes with a scope only',
    ({ claim }) => Object.assign(claim, { conditions: { scopes: ['profile'] } }),
    'CLAIM_FOR_SOME_SCOPES',
  ],
  [
    'the claim has another name',
    ({ claim }) => Object.assign(claim, { name: 'roles' }),
    'CLAIM_ABSENT',
  ],
  [
    'the claim lacks a group',
    ({ claim, group }) =>
      Object.assign(claim, {
        value: String(claim['value']).replace(`, "${group('blocked').id}"`, ''),
      }),
    'GROUP_NOT_CARRIED',
  ],
  [
    'the claim carries ids',
    ({ claim }) =>
      Object.assign(claim, { value: String(claim['value']).replace('group.name', 'group.id') }),
    'CLAIM_CARRIES_IDS',
  ],
  [
    'the claim is a filter of one group',
    ({ claim }) =>
      Object.assign(claim, { valueType: 'GROUPS', group_filter_type: 'EQUALS', value: 'readers' }),
    'GROUP_NOT_CARRIED',
  ],
  [
    'another claim reads a list that no app has',
    (all) => addClaim(all, { value: 'getFilteredGroups(app.profile.none, "group.name", 10)' }),
    'CLAIM_LIST_ABSENT',
  ],
  [
    'another claim takes fewer groups than a user has',
    (all) => addClaim(all, { value: 'Groups.contains("OKTA", "e", 1)' }),
    'CLAIM_LIMIT_EXCEEDED',
  ],
  [
    'a namesake that a directory has imported passes for a mapped group',
    (all) => {
      const { id } = addGroup(all.org.store, { name: 'writers', type: 'APP_GROUP' });
      all.org.store.members.get('00uann')?.add(id);
      addClaim(all, { name: 'groups', value: `getFilteredGroups({"${id}"}, "group.name", 10)` });
      all.org.store.claims.get(all.server.id)?.delete(all.claim.id);
      const value = `getFilteredGroups({"${all.group('readers').id}", "${all.group('blocked').id}", "${id}", "${all.group('writers').id}"}, "group.name", 10)`;
      addClaim(all, { name: 'groups', value });
    },
    'CLAIM_CARRIES_NAMESAKE',
  ],
  [
    'the policy is off',
    ({ policy }) => Object.assign(policy, { status: 'INACTIVE' }),
    'POLICY_INACTIVE',
    'CLIENT_WITHOUT_RULE',
  ],
  [
    'the policy is for another client',
    ({ policy }) => Object.assign(policy, { conditions: { clients: { include: ['0oaother'] } } }),
    'CLIENT_WITHOUT_RULE',
  ],
  [
    'the rule is off',
    (all) => Object.assign(all.rule, { status: 'INACTIVE' }),
    'POLICY_WITHOUT_RULE',
    'CLIENT_WITHOUT_RULE',
  ],
  [
    'the rule has no grant of ours',
    rule({ grantTypes: { include: ['client_credentials'] } }),
    'CLIENT_WITHOUT_RULE',
  ],
  [
    'the rule leaves a group out',
    (all) =>
      rule({ people: { groups: { include: ['EVERYONE'], exclude: [all.group('readers').id] } } })(
        all,
      ),
    'GROUP_LEFT_OUT',
  ],
  [
    'the rule is for one group',
    (all) => rule({ people: { groups: { include: [all.group('readers').id] } } })(all),
    'GROUP_REFUSED',
  ],
  [
    'the rule is for a group of others',
    (all) => {
      const { id } = addGroup(all.org.store, { name: 'staff' });
      rule({ people: { groups: { include: [id] } } })(all);
    },
    'GROUP_REFUSED',
  ],
  [
    'the rule leaves one user out',
    rule({ people: { groups: { include: ['EVERYONE'] }, users: { exclude: ['00ubob'] } } }),
    'GROUP_REFUSED',
  ],
  [
    'the rule leaves a group out that a user is in besides',
    (all) => {
      const { id } = addGroup(all.org.store, { name: 'staff' });
      all.org.store.members.get('00uann')?.add(id);
      rule({ people: { groups: { include: ['EVERYONE'], exclude: [id] } } })(all);
    },
    'GROUP_REFUSED',
  ],
  ['the rule is for nobody', rule({ people: { groups: { include: [] } } }), 'CLIENT_WITHOUT_RULE'],
  [
    'the rule has scopes that nobody asks for',
    rule({ scopes: { include: ['other'] } }),
    'CLIENT_WITHOUT_RULE',
  ],
  [
    'tokens live longer than the authorizer takes',
    (all) => Object.assign(at(all.rule, 'actions', 'token'), { accessTokenLifetimeMinutes: 1_440 }),
    'RULE_LIFETIME_REFUSED',
  ],
  [
    'tokens live longer than the map says',
    (all) => Object.assign(at(all.rule, 'actions', 'token'), { accessTokenLifetimeMinutes: 16 }),
    'RULE_LIFETIME_OVER_DEFAULT',
  ],
  [
    'a policy before ours gives longer tokens',
    (all) => foreign(all, 1, {}, 1_440),
    'RULE_LIFETIME_REFUSED',
  ],
  [
    'a policy before ours gives longer tokens to some',
    (all) => foreign(all, 1, { people: { groups: { include: [all.group('readers').id] } } }, 1_440),
    'RULE_LIFETIME_REFUSED',
  ],
  ['the app is off', ({ app }) => Object.assign(app, { status: 'INACTIVE' }), 'APP_INACTIVE'],
  [
    'the app has no grant of ours',
    ({ app }) => Object.assign(at(app, 'settings', 'oauthClient'), { grant_types: ['implicit'] }),
    'APP_WITHOUT_GRANT',
  ],
  [
    'the app takes no code',
    ({ app }) => Object.assign(at(app, 'settings', 'oauthClient'), { response_types: ['token'] }),
    'APP_RESPONSE_TYPE',
  ],
  [
    'the app is assigned to nobody',
    ({ org, app }) => org.store.assignments.set(app.id, new Set()),
    'APP_UNASSIGNED',
    'APP_FOR_NOBODY',
  ],
  [
    'the app is assigned to one group',
    (all) => all.org.store.assignments.set(all.app.id, new Set([all.group('writers').id])),
    'APP_UNASSIGNED',
    'GROUP_UNASSIGNED',
  ],
  [
    'the app is gone',
    ({ org, app }) => org.store.apps.delete(app.id),
    'CLIENT_WITHOUT_RULE',
    'CLIENT_UNKNOWN',
  ],
  [
    'the server is off',
    ({ server }) => Object.assign(server, { status: 'INACTIVE' }),
    'SERVER_INACTIVE',
  ],
  [
    'a mapped group was made again under its name',
    (all) => {
      const old = all.group('blocked');
      all.org.store.groups.delete(old.id);
      const { id } = addGroup(all.org.store, { name: 'blocked' });
      all.org.store.members.get('00ubob')?.add(id);
    },
    'GROUP_NOT_CARRIED',
  ],
  [
    'a mapped group has another name',
    (all) => Object.assign(all.group('blocked')['profile'] as object, { name: 'barred' }),
    'GROUP_ABSENT',
  ],
];

/** On a server of somebody else they may be meant, or the map does not say them. */
const OURS_ALONE = ['other redirect URIs'];

const ofEach = (rows: readonly Row[]) =>
  OWNERS.flatMap((owner) =>
    rows
      .filter(([what]) => owner === 'ours' || !OURS_ALONE.includes(what))
      .map(([what, change, code, theirs = code]) => {
        return [owner, what, change, owner === 'ours' ? code : theirs] as const;
      }),
  );

/** Verify finds it, and neither command ends well. */
async function expectFound({ runner }: Applied, code: OktaFindingCode): Promise<void> {
  expect(await foundBy(runner, 'verify')).toEqual({
    code: 1,
    findings: expect.arrayContaining([told({ level: 'error', code })]),
  });
  expect((await runner.run('okta plan')).code).toBe(1);
}

test.each(sampled(ofEach(WRONG), 11))(
  'verify and plan tell of a server that is %s: %s',
  async (...row) => {
    const [owner, , change, code] = row;
    const all = await applied(owner);
    change(all);
    // The org itself says that the tokens are wrong.
    expect(tokensOf(all)).not.toEqual(GOOD);
    await expectFound(all, code);
    for (const { login } of USERS) expect(await saidOf(all, login)).toEqual(givenTo(all, login));
  },
);

interface Said {
  readonly tokens: boolean;
  readonly groups: readonly string[];
}

/** What `verify --as` says of a user. */
async function saidOf({ runner }: Applied, login: string): Promise<Said> {
  const { as } = JSON.parse((await runner.run(`okta verify --json --as ${login}`)).stdout) as {
    readonly as: {
      readonly tokens: boolean;
      readonly computed: readonly { readonly groups: readonly string[] }[];
    };
  };
  return { tokens: as.tokens, groups: as.computed.flatMap(({ groups }) => groups).toSorted() };
}

/** What the authorizer finds in the org's token. Ids are names of no group. */
function givenTo({ org, server, app, group }: Applied, login: string): Said {
  const given = org.tokenFor(server.id, { clientId: app.id, login, scopes: ['openid'] });
  if (given.kind === 'refused' || given.lifetimeSeconds > 3_600)
    return { tokens: false, groups: [] };
  const ids = ['readers', 'writers', 'blocked', 'barred'].flatMap((name) => {
    try {
      return group(name).id;
    } catch {
      return [];
    }
  });
  const groups = (given.claims['groups'] ?? []).filter((name) => !ids.includes(name));
  return { tokens: true, groups: groups.toSorted() };
}

/** What the local org does not act on, and a real one does. */
const UNSEEN: readonly Row[] = [
  [
    'a claim that is not in every token',
    ({ claim }) => Object.assign(claim, { alwaysIncludeInToken: false }),
    'CLAIM_NOT_ALWAYS',
  ],
  [
    'another audience',
    ({ server }) => Object.assign(server, { audiences: ['api://other'] }),
    'SERVER_AUDIENCE',
  ],
  [
    'encrypted tokens',
    ({ server }) =>
      Object.assign(server, { accessTokenEncryptedResponseAlgorithm: 'RSA-OAEP-256' }),
    'SERVER_ENCRYPTS_TOKENS',
  ],
  [
    'tokens bound to a key',
    ({ app }) =>
      Object.assign(at(app, 'settings', 'oauthClient'), { dpop_bound_access_tokens: true }),
    'APP_DPOP',
  ],
  [
    'an inline hook',
    (all) => Object.assign(at(all.rule, 'actions', 'token'), { inlineHook: { id: 'cal1' } }),
    'RULE_INLINE_HOOK',
  ],
  [
    'an app that proves itself by a key and has none',
    ({ app }) =>
      Object.assign(at(app, 'credentials', 'oauthClient'), {
        token_endpoint_auth_method: 'private_key_jwt',
      }),
    'APP_WITHOUT_KEY',
  ],
  [
    'other redirect URIs',
    ({ app }) =>
      Object.assign(at(app, 'settings', 'oauthClient'), { redirect_uris: ['https://x.test/'] }),
    'DIFFERS_FROM_MAP',
  ],
  [
    'a policy below ours with a password',
    (all) => foreign(all, 2, { grantTypes: { include: ['password'] } }),
    'RULE_GRANT_UNNAMED',
  ],
  [
    'a policy below ours with an assertion',
    (all) =>
      foreign(all, 2, {
        grantTypes: { include: ['urn:ietf:params:oauth:grant-type:saml2-bearer'] },
      }),
    'RULE_GRANT_UNNAMED',
  ],
  [
    'a grant of machines that the app may use',
    (all) => {
      at(all.app, 'settings', 'oauthClient')['grant_types'] = [
        'authorization_code',
        'client_credentials',
      ];
      foreign(all, 2, { grantTypes: { include: ['client_credentials'] } });
    },
    'RULE_GRANT_UNNAMED',
  ],
];

test.each(sampled(ofEach(UNSEEN), 9))(
  'verify and plan tell on a server that is %s of %s',
  async (...row) => {
    const [owner, , change, code] = row;
    const all = await applied(owner);
    change(all);
    await expectFound(all, code);
  },
);

/** Whether a browser needs them at the token endpoint is not settled. */
test.each<readonly [what: string, change: Change, code: OktaFindingCode]>([
  ['is no more', ({ org }) => org.store.origins.clear(), 'ORIGIN_ABSENT'],
  [
    'is off',
    ({ org }) => {
      for (const one of org.store.origins.values()) one['status'] = 'INACTIVE';
    },
    'ORIGIN_INACTIVE',
  ],
  [
    'has no CORS',
    ({ org }) => {
      for (const one of org.store.origins.values()) one['scopes'] = [{ type: 'REDIRECT' }];
    },
    'ORIGIN_WITHOUT_CORS',
  ],
])('verify warns of a trusted origin that %s', async (_, change, code) => {
  const all = await applied('ours');
  change(all);
  expect((await foundBy(all.runner, 'verify')).findings).toContainEqual(
    told({ level: 'warning', code }, '`https://app.example.com`'),
  );
});

/** Rules for some people alone, by which each user of the maps gets a token. */
const SOME_PEOPLE: readonly (readonly [what: string, change: Change])[] = [
  [
    'the mapped groups',
    (all) =>
      rule({
        people: { groups: { include: ['readers', 'writers'].map((name) => all.group(name).id) } },
      })(all),
  ],
  [
    'a group that all of them are in',
    (all) => {
      const { id } = addGroup(all.org.store, { name: 'staff' });
      for (const uid of ['00uann', '00ubob']) all.org.store.members.get(uid)?.add(id);
      rule({ people: { groups: { include: [id] } } })(all);
    },
  ],
  [
    'the users themselves',
    rule({ people: { groups: { include: [] }, users: { include: ['00uann', '00ubob'] } } }),
  ],
  [
    'all but somebody else',
    rule({ people: { groups: { include: ['EVERYONE'] }, users: { exclude: ['00ueve'] } } }),
  ],
];

/** What verify finds of members of groups. */
const ofMembers = async ({ runner }: Applied): Promise<readonly Found[]> =>
  (await foundBy(runner, 'verify')).findings.filter(
    ({ code }) => code.endsWith('_REFUSED') || code === 'GROUP_MEMBERS_UNJUDGED',
  );

test.each(SOME_PEOPLE)('a rule of somebody else for %s is no error', async (_, change) => {
  const all = await applied('somebody else’s');
  change(all);
  expect(tokensOf(all)).toEqual(GOOD);
  for (const command of ['verify', 'plan'])
    expect([command, (await all.runner.run(`okta ${command}`)).code]).toEqual([command, 0]);
  expect(await ofMembers(all)).toEqual([]);
});

test.each(OWNERS)('a rule may name the group of all users by its id (%s)', async (owner) => {
  const all = await applied(owner);
  rule({ people: { groups: { include: [all.group('Everyone').id] } } })(all);
  expect((await all.runner.run('okta verify')).code).toBe(0);
  expect(await ofMembers(all)).toEqual([]);
  rule({
    people: { groups: { include: ['EVERYONE'], exclude: [all.group('Everyone').id] } },
  })(all);
  expect((await all.runner.run('okta verify')).code).toBe(1);
});

function addMember({ org: { store } }: Applied, uid: string, group: string): void {
  const profile = { login: `${uid}@example.com` };
  store.users.set(uid, { id: uid, status: 'ACTIVE', profile });
  store.members.set(uid, new Set([group]));
}

test('whether a member is in a group of more members than are read is said to be unjudged', async () => {
  const all = await applied('somebody else’s');
  const { id } = addGroup(all.org.store, { name: 'staff' });
  for (let index = 0; index < 1_001; index++) addMember(all, `00u${index}`, id);
  rule({ people: { groups: { include: [id] } } })(all);
  expect((await all.runner.run('okta verify')).code).toBe(0);
  expect(await ofMembers(all)).toContainEqual(told('GROUP_MEMBERS_UNJUDGED', '`readers`'));
});

test('of members of whom a rule matches some, verify says how many get none, and the map may mean it', async () => {
  const all = await applied('somebody else’s');
  addMember(all, '00ueve', all.group('readers').id);
  const people = { groups: { include: ['EVERYONE'] }, users: { exclude: ['00ueve'] } };
  rule({ people })(all);
  expect((await all.runner.run('okta verify')).code).toBe(0);
  expect(await ofMembers(all)).toEqual([
    told({ level: 'warning', code: 'GROUP_PARTLY_REFUSED' }, '1 of the 2', '`readers`'),
  ]);
});

/** A map that takes any client names apps and machines of its own all the same. */
test.each<readonly [what: string, change: Change, finding: unknown]>([
  [
    'bound tokens',
    ({ app }) =>
      Object.assign(at(app, 'settings', 'oauthClient'), { dpop_bound_access_tokens: true }),
    told('APP_DPOP', '`orders-web`'),
  ],
  [
    'a policy for another client',
    ({ policy }) => {
      Object.assign(policy, {
        description: '',
        conditions: { clients: { include: ['0oaother'] } },
      });
    },
    told('CLIENT_WITHOUT_RULE', '`orders-web`'),
  ],
  [
    'an app that is assigned to nobody',
    ({ org, app }) => org.store.assignments.set(app.id, new Set()),
    told('APP_UNASSIGNED', '`orders-web`', '`readers`'),
  ],
])('of any client, those that the map names are evaluated: %s', async (_, change, finding) => {
  const all = await applied('ours');
  const text = mapText(all.org.url).replace('[app:orders-web]', 'any');
  const runner = runnerIn({ 'access.yaml': text });
  await runner.run('okta apply --yes');
  for (const command of ['verify', 'plan'])
    expect(await foundBy(runner, command)).toEqual({
      code: 0,
      findings: expect.arrayContaining([told('MAP_ANY_CLIENT', '`orders`')]),
    });
  change(all);
  expect(await foundBy(runner, 'verify')).toEqual({
    code: 1,
    findings: expect.arrayContaining([finding]),
  });
  expect((await runner.run('okta plan')).code).toBe(1);
});

test('a filter of all groups is no error in an org of more groups than a token takes', async () => {
  const all = await applied('somebody else’s');
  for (let index = 0; index < 200; index++)
    addGroup(all.org.store, { name: `engineering-and-operations-team-${index}` });
  const filter = { valueType: 'GROUPS', group_filter_type: 'REGEX', value: '.*' };
  Object.assign(all.claim, filter);
  expect(tokensOf(all)).toMatchObject([{ kind: 'granted' }, { kind: 'granted' }]);
  for (const command of ['verify', 'plan'])
    expect([command, (await all.runner.run(`okta ${command}`)).code]).toEqual([command, 0]);
  expect((await foundBy(all.runner, 'verify')).findings).toEqual(
    expect.arrayContaining([
      told({ level: 'warning', code: 'CLAIM_LIMIT_EXCEEDED' }, '`groups`', '204'),
      told({ level: 'warning', code: 'TOKEN_SIZE_EXCEEDED' }, '204'),
    ]),
  );
});
