import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { OktaCodeOf, OktaFindingCode } from '../../../lambda/core/contract/okta-findings.ts';
import { decidingRule, mintingRules } from '../../../lib/okta/minting.ts';
import type { JsonObject } from '../../../lib/okta/org.ts';
import { policyOf, ruleOf, scopeOf } from '../../../lib/okta/state-from-json.ts';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import { addGroup, createStore, type Entity } from '../../../local/okta-org/org-store.ts';
import { grantToken } from '../../../local/okta-org/tokens.ts';
import { sampled } from '../../support/tier.ts';
import {
  foundBy,
  mapText,
  orgWith,
  type Runner,
  runnerIn,
  shapeFaults,
  stopOrgs,
  told,
  verifiedAs,
  withNames,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const USERS = [
  { login: 'ann@example.com', uid: '00uann', groups: ['readers', 'staff'] },
  { login: 'bob@example.com', uid: '00ubob', groups: ['writers'] },
];

interface Applied {
  readonly org: LocalOrg;
  readonly runner: Runner;
  readonly app: Entity;
  readonly server: string;
  readonly rule: Entity;
  groupId(name: string): string;
}

/** A server of ours whose app is somebody else's, unless the map describes it. */
async function applied({ foreign = false, manage = '' } = {}): Promise<Applied> {
  const names = ['readers', 'writers', 'blocked', 'staff'].map((name) => ({ name }));
  const org = await orgWith({ groups: names, users: USERS });
  await runnerIn({ 'access.yaml': mapText(org.url, { okta: 'maxTokenLifetime: 1h', manage }) }).run(
    'okta apply --yes',
  );
  const [app] = org.store.apps.values();
  const [rule] = [...org.store.rules.values()].flatMap((rules) => [...rules.values()]);
  if (!app || !rule) throw new Error('the org lacks it');
  const notes = (app['settings'] as { readonly notes: Record<string, unknown> }).notes;
  if (foreign) notes['admin'] = null;
  const text = mapText(org.url, { okta: 'maxTokenLifetime: 1h', manage });
  const map = foreign ? text.replace(/ {4}apps: .*\n/, '').replace('app:orders-web', app.id) : text;
  org.requests.length = 0;
  return {
    org,
    runner: runnerIn({ 'access.yaml': map }),
    app,
    rule,
    server: [...org.store.servers.keys()][0] ?? '',
    groupId: (name) =>
      [...org.store.groups.values()].find(
        (group) => (group['profile'] as { readonly name: string }).name === name,
      )?.id ?? '',
  };
}

const assign = ({ org, app, groupId }: Applied, ...names: readonly string[]): void =>
  void org.store.assignments.set(app.id, new Set(names.map(groupId)));

test.each<readonly [what: string, names: readonly string[], code: number, finding: unknown]>([
  ['nobody', [], 1, told({ level: 'error', code: 'APP_FOR_NOBODY' }, '`orders-web`')],
  [
    'a group without members',
    ['blocked'],
    1,
    told({ level: 'error', code: 'APP_FOR_EMPTY_GROUPS' }, '`orders-web`'),
  ],
  [
    'one of the mapped groups',
    ['readers'],
    1,
    told({ level: 'error', code: 'GROUP_UNASSIGNED' }, '`writers`', '`orders-web`', '(1)'),
  ],
  [
    'a group that takes in some of a mapped one',
    ['staff', 'writers'],
    0,
    told({ level: 'note', code: 'GROUP_MEMBERS_ASSIGNED' }, '`readers`', '`orders-web`'),
  ],
  ['everybody', ['Everyone'], 0, told({ level: 'note', code: 'TOKEN_SIZE' })],
  [
    'the mapped groups',
    ['readers', 'writers'],
    0,
    told({ level: 'warning', code: 'GROUP_EMPTY' }, '`blocked`'),
  ],
])('an app of somebody else that is assigned to %s', async (_, names, code, finding) => {
  const all = await applied({ foreign: true });
  assign(all, ...names);
  expect(await foundBy(all.runner, 'verify')).toEqual({
    code,
    findings: expect.arrayContaining([finding]),
  });
  expect((await all.runner.run('okta plan')).code).toBe(code);
  // What is reported is what Okta does.
  const token = (login: string) =>
    all.org.tokenFor(all.server, { clientId: all.app.id, login, scopes: ['openid'] }).kind;
  const kinds = USERS.map(({ login }) => token(login));
  if (code === 0) expect(kinds).toEqual(['granted', 'granted']);
  else expect(kinds).toContain('refused');
  expect(shapeFaults(all.org.requests)).toEqual([]);
});

test('an app of ours that somebody has unassigned is told by verify, and assigned by apply', async () => {
  const all = await applied();
  assign(all);
  for (const command of ['verify', 'plan'])
    expect([command, (await all.runner.run(`okta ${command}`)).code]).toEqual([command, 1]);
  expect((await foundBy(all.runner, 'verify')).findings).toContainEqual(
    told('APP_UNASSIGNED', '`orders-web`', '`readers`'),
  );
  await all.runner.run('okta apply --yes');
  expect(await foundBy(all.runner, 'verify')).toEqual({
    code: 0,
    findings: expect.not.arrayContaining([expect.objectContaining({ level: 'error' })]),
  });
});

test.each<readonly [what: string, app: string, groups: string, code: OktaFindingCode]>([
  [
    'a key that the map does not name',
    '{ label: orders-web, type: web, redirectUris: [https://a.example.com/cb], authMethod: private_key_jwt }',
    '  readers: { allow: [orders:read] }',
    'APP_WITHOUT_KEY',
  ],
  [
    'nobody who may use it',
    '{ label: orders-web, type: web, redirectUris: [https://a.example.com/cb] }',
    '  {}',
    'APP_WITHOUT_GROUPS',
  ],
])('a plan says that an app would have %s', async (_, app, groups, code) => {
  const org = await orgWith({ groups: [{ name: 'readers' }], users: USERS });
  const text = mapText(org.url, {
    groups,
    more: groups.includes('{}') ? 'everyone: { allow: [orders:read] }\n' : '',
  }).replace(/apps: .*/, `apps: [${app}]`);
  const runner = runnerIn({ 'access.yaml': text });
  expect((await foundBy(runner, 'plan')).findings).toContainEqual(
    told({ level: 'warns', code }, '`orders-web`'),
  );
  await runner.run('okta apply --yes');
  expect((await runner.run('okta verify')).code).toBe(1);
});

test('an app for everybody (Federation Broker Mode) needs no assignment, and gets none', async () => {
  const all = await applied({ manage: 'accepted: [app.settings.implicitAssignment]' });
  assign(all);
  Object.assign(all.app['settings'] as object, { implicitAssignment: true });
  const refused = await fetch(
    `${all.org.url}/api/v1/apps/${all.app.id}/groups/${all.groupId('readers')}`,
    {
      method: 'PUT',
      headers: { authorization: 'SSWS x', 'content-type': 'application/json' },
      body: '{}',
    },
  );
  expect(refused.status).toBe(400);
  expect(await foundBy(all.runner, 'plan')).toEqual({
    code: 0,
    findings: expect.arrayContaining([
      told({ level: 'notes', code: 'APP_FOR_EVERYBODY' }, '`orders-web`'),
    ]),
  });
  expect((await all.runner.run('okta verify')).code).toBe(0);
  expect((await verifiedAs(all.runner, 'bob@example.com')).as).toMatchObject({
    computed: [{ clients: [{ client: 'orders-web', tokens: [{ grant: 'authorization_code' }] }] }],
  });
});

/** Why a user gets no token. */
type Refused = readonly [
  what: string,
  change: (all: Applied) => unknown,
  code: OktaCodeOf<'why'>,
  ...names: readonly string[],
];

/** What may change a token or its groups. */
type Unevaluated = readonly [
  what: string,
  change: (all: Applied) => void,
  found: { readonly code: OktaCodeOf<'unjudged'>; readonly field?: string },
];

/** The codes that say why a user gets no token; the compiler knows when one is missing. */
const WHY: Readonly<Record<OktaCodeOf<'why'>, true>> = {
  SERVER_INACTIVE: true,
  SERVER_AUDIENCE: true,
  SERVER_ISSUER: true,
  SERVER_ENCRYPTS_TOKENS: true,
  CLAIM_LIST_ABSENT: true,
  CLAIM_LIMIT_EXCEEDED: true,
  RULE_LIFETIME_REFUSED: true,
  CLIENT_UNKNOWN: true,
  CLIENT_WITHOUT_USERS: true,
  APP_ABSENT: true,
  APP_INACTIVE: true,
  APP_DPOP: true,
  APP_WITHOUT_KEY: true,
  USER_UNASSIGNED: true,
  USER_WITHOUT_RULE: true,
};
const UNEVALUATED_CODES: Readonly<Record<OktaCodeOf<'unjudged'>, true>> = {
  MAP_ANY_CLIENT: true,
  FIELD_UNJUDGED: true,
  CLAIM_UNJUDGED: true,
  CLAIM_UNJUDGED_FOR_GROUPS: true,
  CLAIM_VARIES_BY_CLIENT: true,
  CLAIM_NOT_ALWAYS: true,
  CLAIM_FOR_SOME_SCOPES: true,
  RULE_INLINE_HOOK: true,
  APP_INLINE_HOOK: true,
};

function editMap({ cwd }: Pick<Runner, 'cwd'>, edit: (text: string) => string): void {
  const file = join(cwd, 'access.yaml');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
}

describe('verify --as', () => {
  const rules =
    (change: object): ((all: Applied) => void) =>
    ({ rule }) =>
      void Object.assign(rule['conditions'] as object, change);

  const serverWith =
    (fields: object): ((all: Pick<Applied, 'org' | 'server'>) => void) =>
    ({ org, server }) =>
      void Object.assign(org.store.servers.get(server) ?? {}, fields);

  const claimWith =
    (fields: object): ((all: Applied) => void) =>
    ({ org, server }) => {
      for (const claim of org.store.claims.get(server)?.values() ?? [])
        if (claim['name'] === 'groups') Object.assign(claim, fields);
    };

  const clientWith =
    (fields: object): ((all: Applied) => void) =>
    ({ app }) =>
      void Object.assign((app['settings'] as { readonly oauthClient: object }).oauthClient, fields);

  /** By what no rule has, for whom none is. */
  const UNMATCHED: readonly Refused[] = [
    [
      'whom the rule excludes',
      rules({ people: { groups: { include: ['EVERYONE'] }, users: { exclude: ['00uann'] } } }),
      'USER_WITHOUT_RULE',
      '`authorization_code`',
    ],
    [
      'whose group the rule excludes',
      (all) =>
        rules({
          people: { groups: { include: ['EVERYONE'], exclude: [all.groupId('staff')] } },
        })(all),
      'USER_WITHOUT_RULE',
    ],
    [
      'whom no rule includes',
      (all) => rules({ people: { groups: { include: [all.groupId('writers')] } } })(all),
      'USER_WITHOUT_RULE',
    ],
    [
      'by a grant that no rule has',
      rules({ grantTypes: { include: ['password'] } }),
      'USER_WITHOUT_RULE',
    ],
    ['by scopes that no rule has', rules({ scopes: { include: ['other'] } }), 'USER_WITHOUT_RULE'],
  ];

  const REFUSED: readonly Refused[] = [
    ['who is not assigned', (all) => assign(all, 'writers'), 'USER_UNASSIGNED'],
    ...UNMATCHED,
    [
      'by an app that is not active',
      ({ app }) => Object.assign(app, { status: 'INACTIVE' }),
      'APP_INACTIVE',
    ],
    [
      'by an app that authenticates by a key that it lacks',
      ({ app }) =>
        Object.assign(app, {
          credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
        }),
      'APP_WITHOUT_KEY',
    ],
    [
      'by an app that binds its tokens to a key',
      clientWith({ dpop_bound_access_tokens: true }),
      'APP_DPOP',
    ],
    [
      'by an app for machines',
      clientWith({ grant_types: ['client_credentials'] }),
      'CLIENT_WITHOUT_USERS',
    ],
    [
      'by a client that is none',
      ({ runner, app }) => editMap(runner, (text) => text.replace(app.id, '0oanone')),
      'CLIENT_UNKNOWN',
    ],
    [
      'by an app that is gone',
      ({ org, runner, app }) => {
        editMap(runner, () => mapText(org.url, { okta: 'maxTokenLifetime: 1h' }));
        org.store.apps.delete(app.id);
      },
      'APP_ABSENT',
    ],
    [
      'whose tokens live longer than the authorizer takes',
      ({ rule }) =>
        Object.assign(rule, { actions: { token: { accessTokenLifetimeMinutes: 1_440 } } }),
      'RULE_LIFETIME_REFUSED',
      ...['1440', '`access orders`'],
    ],
    [
      'for a claim that takes fewer groups',
      (all) => {
        const ids = ['readers', 'staff'].map((name) => `"${all.groupId(name)}"`).join(', ');
        claimWith({ value: `getFilteredGroups({${ids}}, "group.name", 1)` })(all);
      },
      'CLAIM_LIMIT_EXCEEDED',
      '`groups`',
    ],
    [
      'for a claim that reads a list that the app lacks',
      claimWith({ value: 'getFilteredGroups(app.profile.mapped, "group.name", 40)' }),
      'CLAIM_LIST_ABSENT',
      '`groups`',
    ],
    [
      'of a server with another audience',
      serverWith({ audiences: ['api://x'] }),
      'SERVER_AUDIENCE',
      '`api://x`',
    ],
    [
      'of a server with another issuer',
      async ({ org, runner, server }) => {
        const { url } = await orgWith();
        const okta = `okta:\n  issuer: ${url}/oauth2/${server}\n`;
        editMap(runner, (text) => text.replace('okta:\n', okta));
        serverWith({ issuerMode: 'ORG_URL' })({ org, server });
      },
      'SERVER_ISSUER',
      '`orders`',
    ],
    [
      'of a server that encrypts its tokens',
      serverWith({ accessTokenEncryptedResponseAlgorithm: 'RSA-OAEP-256' }),
      'SERVER_ENCRYPTS_TOKENS',
      '`RSA-OAEP-256`',
    ],
    [
      'of a server that is not active',
      serverWith({ status: 'INACTIVE' }),
      'SERVER_INACTIVE',
      '`orders`',
    ],
  ];

  test('has a row below for each code that says why a user gets no token', () => {
    expect(new Set(REFUSED.map(([, , code]) => code))).toEqual(new Set(Object.keys(WHY)));
  });

  test.each(sampled(REFUSED, 3))('says that a user gets no token: %s', async (...row) => {
    const [, change, code, ...names] = row;
    const all = await applied({ foreign: true });
    assign(all, 'readers', 'writers');
    await change(all);
    const { as } = await verifiedAs(all.runner, 'ann@example.com');
    const client = code === 'CLIENT_UNKNOWN' ? '0oanone' : 'orders-web';
    const clients = [{ client, tokens: [], code, why: withNames(...names) }];
    expect(as).toMatchObject({ tokens: false, computed: [{ groups: [], routes: [], clients }] });
  });

  const forAnyClient = ({ org, server }: Applied): void => {
    for (const policy of org.store.policies.get(server)?.values() ?? [])
      Object.assign(policy['conditions'] as object, { clients: { include: ['ALL_CLIENTS'] } });
  };

  const UNEVALUATED: readonly Unevaluated[] = [
    [
      'an inline hook of the rule',
      ({ rule }) =>
        Object.assign(rule, {
          actions: { token: { accessTokenLifetimeMinutes: 5, inlineHook: { id: 'cal1' } } },
        }),
      { code: 'RULE_INLINE_HOOK', field: 'rule.actions.token.inlineHook' },
    ],
    [
      'an unknown field of the rule',
      rules({ weather: 'fair' }),
      { code: 'FIELD_UNJUDGED', field: 'rule.conditions.weather' },
    ],
    [
      'an unknown field of the server',
      serverWith({ weather: 'fair' }),
      { code: 'FIELD_UNJUDGED', field: 'server.weather' },
    ],
    [
      'an inline hook of the app',
      ({ app }) => Object.assign(app['settings'] as object, { inlineHookId: 'cal2' }),
      { code: 'APP_INLINE_HOOK', field: 'app.settings.inlineHookId' },
    ],
    [
      'any client',
      (all) => {
        editMap(all.runner, (text) => text.replace(/clients: .*/, 'clients: any'));
        forAnyClient(all);
      },
      { code: 'MAP_ANY_CLIENT' },
    ],
  ];

  const OF_CLAIMS: readonly Unevaluated[] = [
    ['an unknown expression', claimWith({ value: 'user.department' }), { code: 'CLAIM_UNJUDGED' }],
    [
      'an expression with other case',
      claimWith({ value: 'Groups.startsWith("OKTA", "READ", 9)' }),
      { code: 'CLAIM_UNJUDGED_FOR_GROUPS' },
    ],
    [
      'one that some tokens lack',
      claimWith({ alwaysIncludeInToken: false }),
      { code: 'CLAIM_NOT_ALWAYS' },
    ],
    [
      'one for some scopes',
      claimWith({ conditions: { scopes: ['email'] } }),
      { code: 'CLAIM_FOR_SOME_SCOPES' },
    ],
    [
      'one that is another for each client',
      (all) => {
        const { app, org, runner, groupId } = all;
        claimWith({ value: 'getFilteredGroups(app.profile.mapped, "group.name", 40)' })(all);
        const second = { ...app, id: '0oasecond', label: 'second' };
        Object.assign(app, { profile: { mapped: [groupId('readers')] } });
        org.store.apps.set(second.id, { ...second, profile: { mapped: [groupId('writers')] } });
        org.store.assignments.set(second.id, new Set([groupId('readers')]));
        editMap(runner, (text) => text.replace(`[${app.id}]`, `[${app.id}, ${second.id}]`));
        forAnyClient(all);
      },
      { code: 'CLAIM_VARIES_BY_CLIENT' },
    ],
  ];

  test('has a row here for each code of what is not evaluated', () => {
    const codes = [...UNEVALUATED, ...OF_CLAIMS].map(([, , { code }]) => code);
    expect(new Set(codes)).toEqual(new Set(Object.keys(UNEVALUATED_CODES)));
  });

  test.each(sampled(OF_CLAIMS, 2))('says which claim is not evaluated: %s', async (...row) => {
    const [, change, { code }] = row;
    const all = await applied({ foreign: true });
    assign(all, 'readers', 'writers');
    const ofClaims = async () =>
      (await verifiedAs(all.runner, 'ann@example.com')).as.computed[0]?.unjudgedClaims;
    expect(await ofClaims()).toEqual([]);
    change(all);
    const [claim] = [...(all.org.store.claims.get(all.server)?.values() ?? [])].filter(
      ({ name }) => name === 'groups',
    );
    expect(await ofClaims()).toEqual([{ claim: 'groups', value: claim?.['value'], code }]);
  });

  test.each(sampled(UNEVALUATED, 2))(
    'says beside a token what is not evaluated: %s',
    async (_, change, finding) => {
      const all = await applied({ foreign: true });
      assign(all, 'readers', 'writers');
      const computed = async () => (await verifiedAs(all.runner, 'ann@example.com')).as;
      const tokensWith = (unjudgedFindings: readonly unknown[]) => ({
        tokens: true,
        computed: [
          {
            routes: ['GET /orders'],
            clients: [
              { unjudged: unjudgedFindings.map(() => expect.any(String)), unjudgedFindings },
            ],
          },
        ],
      });
      expect(await computed()).toMatchObject(tokensWith([]));
      change(all);
      expect(await computed()).toMatchObject(tokensWith([finding]));
    },
  );

  test('goes on to a rule of a later policy that takes the user', async () => {
    const all = await applied({ foreign: true });
    assign(all, 'readers', 'writers');
    rules({ people: { groups: { include: [all.groupId('writers')] } } })(all);
    const policy = { id: '00plater', name: 'later', status: 'ACTIVE', priority: 9 };
    all.org.store.policies.get(all.server)?.set(policy.id, {
      ...policy,
      conditions: { clients: { include: ['ALL_CLIENTS'] } },
    });
    const rule = {
      ...{ id: '0prlater', name: 'all of them', status: 'ACTIVE', priority: 1 },
      conditions: {
        people: { groups: { include: [all.groupId('readers')] } },
        grantTypes: { include: ['authorization_code'] },
        scopes: { include: ['*'] },
      },
      actions: { token: { accessTokenLifetimeMinutes: 5 } },
    };
    all.org.store.rules.set(policy.id, new Map([[rule.id, rule]]));
    const { as } = await verifiedAs(all.runner, 'ann@example.com');
    const token = {
      grant: 'authorization_code',
      rule: 'all of them',
      minutes: 5,
      scopes: ['openid'],
    };
    expect(as).toMatchObject({
      computed: [{ routes: ['GET /orders'], clients: [{ tokens: [token] }] }],
    });
  });
});

const GRANTS = ['authorization_code', 'password', 'client_credentials'];
const SCOPES = ['openid', 'a', '*'];
const SERVER_SCOPES = ['openid', 'a'].map((name) => scopeOf({ id: name, name }));
const PEOPLE = ['EVERYONE', '00g0', '00g1'];
const some = (items: readonly string[]) => fc.subarray([...items]);

const ruleJson = fc.record({
  status: fc.constantFrom('ACTIVE', 'ACTIVE', 'INACTIVE'),
  conditions: fc.record({
    people: fc.record({
      groups: fc.record({ include: some(PEOPLE), exclude: some(['00g0', '00g1']) }),
      users: fc.record({ include: some(['00u0']), exclude: some(['00u0']) }),
    }),
    grantTypes: fc.record({ include: some(GRANTS) }),
    scopes: fc.record({ include: some(SCOPES) }),
  }),
  actions: fc.constant({ token: { accessTokenLifetimeMinutes: 60 } }),
});

const policyJson = fc.record({
  status: fc.constantFrom('ACTIVE', 'ACTIVE', 'INACTIVE'),
  clients: some(['ALL_CLIENTS', '0oa0', '0oa1']),
  rules: fc.array(ruleJson, { maxLength: 3 }),
});

const request = fc.record({
  grant: fc.constantFrom(...GRANTS),
  scopes: fc.subarray(['openid', 'a'], { minLength: 1 }),
  groups: some(['00g0', '00g1']),
});

test('the rule that answers a user is the one by which the org gives the token, and one that is reported', () => {
  fc.assert(
    fc.property(
      fc.array(policyJson, { maxLength: 3 }),
      request,
      (policies, { grant, scopes, groups }) => {
        const store = createStore([], [{ login: 'u', uid: '00u0', groups: [] }]);
        for (const id of ['00g0', '00g1']) addGroup(store, { id, name: id });
        store.members.set('00u0', new Set(groups));
        const client = {
          id: '0oa0',
          label: 'x',
          status: 'ACTIVE',
          settings: { implicitAssignment: true },
        };
        store.apps.set('0oa0', client);
        store.servers.set('aus0', { id: 'aus0', status: 'ACTIVE' });
        store.claims.set('aus0', new Map());
        store.scopes.set(
          'aus0',
          new Map(['openid', 'a'].map((name) => [name, { id: name, name }])),
        );
        const entities = policies.map(({ rules, clients, status }, at): [Entity, Entity[]] => [
          {
            id: `00p${at}`,
            status,
            priority: at + 1,
            conditions: { clients: { include: clients } },
          },
          rules.map((rule, index) => ({
            ...rule,
            ...{ id: `0pr${at}${index}`, name: `${at}/${index}`, priority: index + 1 },
            actions: { token: { accessTokenLifetimeMinutes: at * 10 + index + 5 } },
          })),
        ]);
        store.policies.set('aus0', new Map(entities.map(([policy]) => [policy.id, policy])));
        for (const [policy, rules] of entities)
          store.rules.set(policy.id, new Map(rules.map((rule) => [rule.id, rule])));
        const state = entities.map(([policy, rules]) => ({
          ...policyOf(policy as JsonObject),
          rules: rules.map((rule) => ruleOf(rule as JsonObject)),
        }));
        const isMachine = grant === 'client_credentials';
        const user = { id: '00u0', groupIds: groups };
        const decided = decidingRule(
          { policies: state },
          { client: '0oa0', grant, scopes, ...(isMachine ? {} : { user }) },
        );
        const given = grantToken(store, 'aus0', {
          ...{ clientId: '0oa0', scopes, grantType: grant },
          ...(isMachine ? {} : { login: 'u' }),
        });
        const minutes = given.kind === 'granted' ? given.lifetimeSeconds / 60 : undefined;
        expect(decided?.rule.lifetimeMinutes).toBe(minutes);
        if (decided)
          expect(
            mintingRules({ policies: state, scopes: SERVER_SCOPES }, '0oa0').some(
              ({ rule, grants }) => rule === decided.rule && grants.includes(grant),
            ),
          ).toBe(true);
      },
    ),
  );
});
