import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import { byHand, recipeText } from './by-hand.ts';
import {
  failing,
  failureOf,
  mapText,
  orgWith,
  type Runner,
  richOrg,
  runnerIn,
  stopOrgs,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(120_000);
afterEach(stopOrgs);

type Attributes = Readonly<Record<string, unknown>>;
type Section = Readonly<Record<string, Readonly<Record<string, readonly Attributes[]>>>>;
interface Configuration {
  readonly resource?: Section;
  readonly data?: Section;
  readonly import?: readonly { readonly to: string; readonly id: string }[];
}

const byHandMap = recipeText('by-hand', 'yaml');

/** Attributes by resource, from a prebuilt package of the provider. */
const SCHEMA = JSON.parse(
  readFileSync(join(__dirname, 'fixtures/terraform-provider.json'), 'utf8'),
) as {
  readonly resources: Readonly<
    Record<string, Readonly<Record<string, { readonly type: string; readonly required: boolean }>>>
  >;
};

/** By the parser of Terraform itself. */
async function exported(runner: Runner, args = ''): Promise<Configuration> {
  const { code, stdout, stderr } = await runner.run(`okta export --format terraform ${args}`);
  expect([code, stderr]).toEqual([0, '']);
  return (await parse('okta.tf', stdout)) as Configuration;
}

const all = (section: Section = {}): readonly (readonly [string, string, Attributes])[] =>
  Object.entries(section).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, blocks]) =>
      blocks.map((block) => [type, name, block] as const),
    ),
  );

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? 'block' : 'list(string)';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
};

/** What the provider's schema does not allow. */
function schemaFaults({ resource, data }: Configuration): readonly string[] {
  const blocks = [
    ...all(resource),
    ...all(data).map(([type, name, block]) => [`data.${type}`, name, block] as const),
  ];
  return blocks.flatMap(([type, name, block]) => {
    const schema = SCHEMA.resources[type];
    if (!schema) return [`${type} is no resource`];
    const missing = Object.entries(schema).filter(
      ([key, { required }]) => required && !(key in block),
    );
    const wrong = Object.entries(block).filter(
      ([key, value]) => schema[key]?.type !== typeOf(value),
    );
    return [
      ...missing.map(([key]) => `${type}.${name} lacks ${key}`),
      ...wrong.map(([key, value]) => `${type}.${name}: ${key} = ${JSON.stringify(value)}`),
    ];
  });
}

/** What the provider would do with the resources, through the local org: its order, its bodies. */
class Provider {
  readonly #org: LocalOrg;
  readonly #ids = new Map<string, string>();

  constructor(org: LocalOrg) {
    this.#org = org;
  }

  async apply({ resource = {}, data = {}, import: imports = [] }: Configuration): Promise<void> {
    const imported = new Map(imports.map(({ to, id }) => [to.replace(/^\$\{|\}$/g, ''), id]));
    for (const [address, id] of imported) this.#ids.set(address, id.split('/').at(-1) ?? '');
    for (const [type, name, block] of all(data)) await this.#read(`data.${type}.${name}`, block);
    const order = [
      ...['okta_group', 'okta_group_rule', 'okta_app_oauth', 'okta_app_group_assignments'],
      ...['okta_trusted_origin', 'okta_auth_server', 'okta_auth_server_scope'],
      ...['okta_auth_server_claim', 'okta_auth_server_policy', 'okta_auth_server_policy_rule'],
    ];
    for (const type of [...order, 'okta_auth_server_default'])
      for (const [, name, block] of all({ [type]: resource[type] ?? {} })) {
        const values = this.#resolved(block) as Attributes;
        const id = imported.get(`${type}.${name}`);
        if (id === undefined) await this.#create(type, name, values);
        else await this.#update(type, id, values);
      }
  }

  /** The provider sends what the resource says; of the rest it keeps nothing. */
  async #update(type: string, importId: string, block: Attributes): Promise<void> {
    const id = importId.split('/').at(-1) ?? '';
    if (type === 'okta_app_group_assignments') {
      const ids = (block['group'] as readonly { readonly id: string }[]).map((group) => group.id);
      this.#org.store.assignments.set(importId, new Set(ids));
      return;
    }
    const { path, body } = requestOf(type, block);
    if (!type.startsWith('okta_auth_server') && type !== 'okta_app_oauth') {
      // Groups, rules and origins are compared: an update of a rule deactivates it first.
      const found = await this.#call('GET', `${path}/${id}`);
      expect({ type, found }).toMatchObject({
        type,
        found: expect.objectContaining(body as object),
      });
      return;
    }
    await this.#call('PUT', `${path}/${id}`, body);
  }

  #resolved(value: unknown): unknown {
    if (typeof value === 'string')
      return value.replace(/(?<!\$)\$\{([\w.-]+)\.(?:id|client_id)\}/g, (_, to: string) => {
        const id = this.#ids.get(to);
        if (id === undefined) throw new Error(`${to} is not there yet`);
        return id;
      });
    if (Array.isArray(value)) return value.map((item) => this.#resolved(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.#resolved(inner)]),
    );
  }

  async #call(method: string, path: string, body?: unknown): Promise<{ readonly id: string }> {
    const response = await fetch(`${this.#org.url}/api/v1${path}`, {
      method,
      headers: { authorization: 'SSWS terraform', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    const text = await response.text();
    return (text === '' ? {} : JSON.parse(text)) as { readonly id: string };
  }

  async #read(address: string, { id, name }: Attributes): Promise<void> {
    const found = [...this.#org.store.groups.values()].find(
      (group) => group.id === id || (group['profile'] as { readonly name: string }).name === name,
    );
    this.#ids.set(address, found?.id ?? '');
  }

  async #create(type: string, name: string, block: Attributes): Promise<void> {
    const { path, body, after } = requestOf(type, block);
    if (path === '') {
      for (const { id } of block['group'] as readonly { readonly id: string }[])
        await this.#call('PUT', `/apps/${String(block['app_id'])}/groups/${id}`, {});
      return;
    }
    const { id } = await this.#call('POST', path, body);
    this.#ids.set(`${type}.${name}`, id);
    if (after !== undefined) await this.#call('POST', `${path}/${id}${after}`);
  }
}

function requestOf(
  type: string,
  block: Attributes,
): { readonly path: string; readonly body?: unknown; readonly after?: string } {
  const server = `/authorizationServers/${String(block['auth_server_id'])}`;
  switch (type) {
    case 'okta_group':
      return {
        path: '/groups',
        body: { profile: { name: block['name'], description: block['description'] ?? '' } },
      };
    case 'okta_group_rule':
      return {
        path: '/groups/rules',
        body: {
          type: 'group_rule',
          name: block['name'],
          conditions: {
            expression: { type: 'urn:okta:expression:1.0', value: block['expression_value'] },
          },
          actions: { assignUserToGroups: { groupIds: block['group_assignments'] } },
        },
        after: '/lifecycle/activate',
      };
    case 'okta_app_oauth':
      return {
        path: '/apps',
        body: {
          name: 'oidc_client',
          label: block['label'],
          signOnMode: 'OPENID_CONNECT',
          credentials: {
            oauthClient: {
              token_endpoint_auth_method: block['token_endpoint_auth_method'],
              pkce_required: block['pkce_required'] ?? false,
              autoKeyRotation: block['auto_key_rotation'] ?? true,
            },
          },
          ...(block['profile'] === undefined
            ? {}
            : { profile: JSON.parse(String(block['profile'])) }),
          settings: {
            implicitAssignment: block['implicit_assignment'] ?? false,
            notes: { admin: block['admin_note'] ?? null },
            oauthClient: {
              application_type: block['type'],
              grant_types: block['grant_types'],
              response_types: block['response_types'],
              redirect_uris: block['redirect_uris'] ?? [],
              consent_method: block['consent_method'] ?? 'TRUSTED',
              issuer_mode: block['issuer_mode'] ?? 'ORG_URL',
              wildcard_redirect: block['wildcard_redirect'] ?? 'DISABLED',
              ...(block['jwks_uri'] === undefined ? {} : { jwks_uri: block['jwks_uri'] }),
              ...(block['jwks'] === undefined ? {} : { jwks: { keys: block['jwks'] } }),
            },
          },
        },
      };
    case 'okta_app_group_assignments':
      return { path: '' };
    case 'okta_trusted_origin':
      return {
        path: '/trustedOrigins',
        body: {
          name: block['name'],
          origin: block['origin'],
          scopes: (block['scopes'] as readonly string[]).map((scope) => ({ type: scope })),
        },
      };
    case 'okta_auth_server':
    case 'okta_auth_server_default':
      return {
        path: '/authorizationServers',
        body: {
          name: block['name'],
          description: block['description'],
          audiences: block['audiences'],
          issuerMode: block['issuer_mode'] ?? 'ORG_URL',
        },
      };
    case 'okta_auth_server_scope':
      return {
        path: `${server}/scopes`,
        body: {
          name: block['name'],
          description: block['description'],
          consent: block['consent'],
          metadataPublish: block['metadata_publish'],
        },
      };
    case 'okta_auth_server_claim':
      return {
        path: `${server}/claims`,
        body: {
          name: block['name'],
          claimType: block['claim_type'],
          valueType: block['value_type'],
          value: block['value'],
          alwaysIncludeInToken: block['always_include_in_token'],
          status: block['status'],
          ...(block['group_filter_type'] === undefined
            ? {}
            : { group_filter_type: block['group_filter_type'] }),
          conditions: { scopes: block['scopes'] ?? [] },
        },
      };
    case 'okta_auth_server_policy':
      return {
        path: `${server}/policies`,
        body: {
          type: 'OAUTH_AUTHORIZATION_POLICY',
          name: block['name'],
          description: block['description'],
          priority: block['priority'],
          conditions: { clients: { include: block['client_whitelist'] } },
        },
      };
    default:
      return {
        path: `${server}/policies/${String(block['policy_id'])}/rules`,
        body: {
          type: 'RESOURCE_ACCESS',
          name: block['name'],
          priority: block['priority'],
          conditions: {
            people: {
              groups: {
                include: block['group_whitelist'],
                ...(block['group_blacklist'] === undefined
                  ? {}
                  : { exclude: block['group_blacklist'] }),
              },
              users: { exclude: block['user_blacklist'] ?? [] },
            },
            grantTypes: { include: block['grant_type_whitelist'] },
            scopes: { include: block['scope_whitelist'] },
          },
          actions: {
            token: {
              accessTokenLifetimeMinutes: block['access_token_lifetime_minutes'],
              refreshTokenLifetimeMinutes: block['refresh_token_lifetime_minutes'],
              refreshTokenWindowMinutes: block['refresh_token_window_minutes'],
            },
          },
        },
      };
  }
}

test('a server made by the exported values alone is as the map needs it, without a mark of ours', async () => {
  const { org, runner } = await richOrg();
  const configuration = await exported(runner);
  expect(schemaFaults(configuration)).toEqual([]);
  await new Provider(org).apply(configuration);
  expect(
    JSON.stringify([...org.store.servers.values(), ...org.store.policies.values()]),
  ).not.toMatch(/managed by/);
  const verified = await runner.run('okta verify');
  expect([verified.code, verified.stdout]).toEqual([0, verified.stdout]);
  const planned = await runner.run('okta plan --json');
  expect(JSON.parse(planned.stdout)).toMatchObject({
    left: expect.arrayContaining([expect.objectContaining({ kind: 'server', name: 'orders' })]),
  });
  // Whatever is there by now is imported.
  const later = await exported(runner);
  const owned = all(later.resource).map(([type, name]) => `${type}.${name}`);
  expect(later.import?.map(({ to }) => to.replace(/^\$\{|\}$/g, '')).toSorted()).toEqual(
    owned.toSorted(),
  );
});

test('what exists is imported by its id, and what somebody has tightened stays', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes');
  const [server = ''] = org.store.servers.keys();
  const app = [...org.store.apps.values()].find(({ label }) => label === 'orders-web');
  const settings = app?.['settings'] as { readonly oauthClient: Record<string, unknown> };
  settings.oauthClient['grant_types'] = ['authorization_code'];
  const [rule] = [...org.store.rules.values()].flatMap((rules) => [...rules.values()]);
  const token = { refreshTokenLifetimeMinutes: 60, refreshTokenWindowMinutes: 45 };
  Object.assign(rule ?? {}, {
    conditions: {
      people: { groups: { include: ['00gonly'] }, users: { exclude: ['00uout'] } },
      grantTypes: { include: ['authorization_code'] },
      scopes: { include: ['openid'] },
    },
    actions: { token: { accessTokenLifetimeMinutes: 5, ...token } },
  });
  const configuration = await exported(runner);
  expect(schemaFaults(configuration)).toEqual([]);
  const { resource = {}, import: imports = [] } = configuration;
  expect(resource['okta_app_oauth']?.['orders-web']?.[0]).toMatchObject({
    grant_types: ['authorization_code'],
  });
  expect(resource['okta_auth_server_policy_rule']?.['orders_orders']?.[0]).toMatchObject({
    group_whitelist: ['00gonly'],
    user_blacklist: ['00uout'],
    scope_whitelist: ['openid'],
    // The map of this test names `tokenLifetime: 30m`.
    access_token_lifetime_minutes: 30,
    refresh_token_lifetime_minutes: 60,
    refresh_token_window_minutes: 45,
  });
  expect(imports).toContainEqual({ to: '${okta_auth_server.orders}', id: server });
  expect(imports.map(({ id }) => id)).toContain(
    `${server}/${[...(org.store.policies.get(server)?.keys() ?? [])][0]}`,
  );
  expect(JSON.stringify(resource)).not.toMatch(/managed by okta-group-authorizer/);
});

/** What decides tokens in the org, without times and marks. */
const decidingState = ({ store }: LocalOrg): unknown => {
  const tables = [
    store.servers,
    store.claims,
    store.scopes,
    store.policies,
    store.rules,
    store.apps,
  ];
  const plain = (value: unknown): unknown =>
    value instanceof Map ? [...value].map(([key, inner]) => [key, plain(inner)]) : value;
  return JSON.parse(
    JSON.stringify([
      tables.map(plain),
      [...store.assignments].map(([id, groups]) => [id, [...groups]]),
    ]),
  );
};

test('a server of somebody else is imported as it is: nothing is added, and an apply changes nothing', async () => {
  const org = await orgWith({
    groups: [{ name: 'readers' }, { name: 'sellers' }],
    users: [{ login: 'ann@acme.com', uid: '00uann', groups: ['readers', 'sellers'] }],
  });
  const { SERVER: server = '', CLIENT: client = '' } = await byHand(org);
  const app = org.store.apps.get(client);
  const settings = app?.['settings'] as { readonly oauthClient: Record<string, unknown> };
  Object.assign(settings.oauthClient, {
    consent_method: 'REQUIRED',
    jwks: {
      keys: [
        {
          id: 'pks1key0',
          status: 'ACTIVE',
          use: null,
          kty: 'RSA',
          kid: 'one',
          e: 'AQAB',
          n: 'modulus',
        },
      ],
    },
  });
  Object.assign(app ?? {}, { profile: { mapped: ['00g1'] } });
  const runner = runnerIn({
    'access.yaml': `api: { name: orders, upstream: { url: https://orders.example.com } }
routes: [GET /orders, POST /orders]
${byHandMap.replace(/\$ORG/g, org.url).replace('$SERVER', server).replace('$CLIENT', client)}`,
  });
  const configuration = await exported(runner);
  expect(schemaFaults(configuration)).toEqual([]);
  const { resource = {}, import: imports = [] } = configuration;
  const types = ['claim', 'policy', 'policy_rule'].map(
    (kind) => resource[`okta_auth_server_${kind}`],
  );
  expect(types.map((named) => Object.keys(named ?? {}))).toEqual([
    ['orders_groups'],
    ['orders_all_clients'],
    ['orders_all_clients_default'],
  ]);
  expect(imports.map(({ id }) => id)).toContain(client);
  expect(resource['okta_auth_server_claim']?.['orders_groups']?.[0]).toMatchObject({
    group_filter_type: 'REGEX',
    value: '.*',
  });
  expect(resource['okta_app_oauth']?.['traefik']?.[0]).toMatchObject({
    consent_method: 'REQUIRED',
    jwks: [{ kid: 'one', kty: 'RSA', e: 'AQAB', n: 'modulus' }],
    profile: '{"mapped":["00g1"]}',
  });
  const before = decidingState(org);
  await new Provider(org).apply(configuration);
  expect(decidingState(org)).toEqual(before);
  // A policy that gives our client nothing is joined by one of ours, after it.
  const [policy] = org.store.policies.get(server)?.values() ?? [];
  Object.assign(policy ?? {}, { conditions: { clients: { include: ['0oaother'] } } });
  const joined = await exported(runner);
  expect(joined.resource?.['okta_auth_server_policy']).toMatchObject({
    orders_orders: [{ priority: 2, client_whitelist: [client] }],
    orders_all_clients: [{ priority: 1, client_whitelist: ['0oaother'] }],
  });
});

test('a group rule of ours is imported while the map says another expression', async () => {
  const org = await orgWith({ groups: [{ name: 'readers' }] });
  const textOf = (value: string): string =>
    mapText(org.url, { groups: `  readers: { allow: [GET /orders], rule: '${value}' }` });
  await runnerIn({ 'access.yaml': textOf('true') }).run('okta apply --yes');
  const [rule] = org.store.groupRules.values();
  const { resource = {}, import: imports = [] } = await exported(
    runnerIn({ 'access.yaml': textOf('user.isManager') }),
  );
  expect(resource['okta_group_rule']).toMatchObject({
    readers: [{ name: rule?.['name'], expression_value: 'user.isManager' }],
  });
  expect(imports.map(({ id }) => id)).toContain(rule?.id);
});

test('what the provider does not know of an app is reported', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes');
  const app = [...org.store.apps.values()].find(({ label }) => label === 'orders-web');
  const settings = app?.['settings'] as { readonly oauthClient: object } | undefined;
  Object.assign(settings?.oauthClient ?? {}, {
    network: { connection: 'ZONE', include: ['nzo1'] },
  });
  const { code, stdout, stderr } = await runner.run('okta export --json');
  const says = expect.stringContaining('`settings.oauthClient.network.connection`');
  expect([code, stderr]).toEqual([0, says]);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    maps: ['orders'],
    problems: [{ severity: 'warning', message: says }],
    terraform: expect.stringContaining('resource "okta_auth_server" "orders"'),
  });
});

test('a directory’s group is read, not owned; groups that only a person can tell apart are reported', async () => {
  const org = await orgWith({ groups: [{ name: 'readers', type: 'APP_GROUP', id: '00gad1' }] });
  const runner = runnerIn({
    'access.yaml': mapText(org.url, { groups: '  readers: { id: 00gad1, allow: [orders:read] }' }),
    'name.yaml': mapText(org.url, { groups: '  readers: { allow: [orders:read] }' }),
  });
  const { data = {}, resource = {} } = await exported(runner);
  expect([data['okta_group'], resource['okta_group']]).toEqual([
    { readers: [{ id: '00gad1' }] },
    undefined,
  ]);
  expect(await failureOf(runner, 'export name.yaml')).toEqual(
    failing(1, 'EXPORT_GROUPS_UNCLEAR', '`readers`'),
  );
});

test('the default server is one of its own resource, which Terraform cannot delete', async () => {
  const org = await orgWith({ groups: [{ name: 'readers' }], defaultServer: true });
  const runner = runnerIn({
    'access.yaml': mapText(org.url, { groups: '  readers: { allow: [orders:read] }' }).replace(
      'server: orders',
      'server: default',
    ),
  });
  const configuration = await exported(runner);
  expect(schemaFaults(configuration)).toEqual([]);
  expect(configuration.resource?.['okta_auth_server_default']).toHaveProperty('default');
  expect(configuration.import).toContainEqual({
    to: '${okta_auth_server_default.default}',
    id: 'default',
  });
});
