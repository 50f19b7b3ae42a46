/** Findings that no other test of the Okta side has to do with. */
import { afterEach, expect, jest, test } from '@jest/globals';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';
import type { Entity } from '../../../local/okta-org/org-store.ts';
import {
  type Found,
  foundBy,
  GROUPS,
  type MapText,
  mapText,
  orgWith,
  runnerIn,
  stopOrgs,
  told,
} from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

interface Scene {
  /** What the map has; a map `first.yaml` without it. */
  readonly map?: MapText;
  /** Of the map's text. */
  readonly edit?: (text: string) => string;
  /** What is in the org. */
  readonly before?: (org: LocalOrg) => void;
  /** Which map is applied. */
  readonly applied?: 'first' | 'access';
  /** What somebody does in the org then. */
  readonly change?: (org: LocalOrg) => void;
}

type Row = readonly [
  finding: Pick<Found, 'level' | 'code'>,
  names: readonly string[],
  scene: Scene,
];

const only = (table: ReadonlyMap<string, Entity> | undefined): Entity => {
  const [entity] = table?.values() ?? [];
  if (!entity) throw new Error('the org lacks it');
  return entity;
};

const addServer = ({ store }: LocalOrg, id: string): void => {
  store.servers.set(id, { id, name: 'orders', status: 'ACTIVE', audiences: ['api://orders'] });
  for (const table of [store.claims, store.scopes, store.policies]) table.set(id, new Map());
};

const addApp = ({ store }: LocalOrg, id: string, label: string): void => {
  const oauthClient = { application_type: 'browser', grant_types: ['authorization_code'] };
  store.apps.set(id, { id, label, status: 'ACTIVE', settings: { oauthClient } });
  store.assignments.set(id, new Set());
};

const addGroup = ({ store }: LocalOrg, id: string, name: string): void =>
  void store.groups.set(id, { id, type: 'OKTA_GROUP', profile: { name } });

const groupId = ({ store }: LocalOrg, name: string): string =>
  [...store.groups.values()].find(
    ({ type, profile }) =>
      type === 'OKTA_GROUP' && (profile as { readonly name: string }).name === name,
  )?.id ?? '';

const readers = (more: string): string => `  readers: { allow: [orders:read], ${more} }`;

const PLANNED: readonly Row[] = [
  [
    { level: 'blocks', code: 'SERVER_AMBIGUOUS' },
    ['2', '`orders`'],
    {
      change: (org) => {
        for (const id of ['ausone', 'austwo']) addServer(org, id);
      },
    },
  ],
  [
    { level: 'blocks', code: 'SERVER_AUDIENCE_SHARED' },
    ['`orders`', '`api://orders`', '`first`', '`api://other`'],
    {
      applied: 'first',
      edit: (text) => text.replace('audience: api://orders', 'audience: api://other'),
    },
  ],
  [
    { level: 'warns', code: 'SERVER_ISSUER_CHANGES' },
    ['`orders`', '/oauth2/aus'],
    {
      map: { manage: 'issuerMode: ORG_URL' },
      applied: 'access',
      change: ({ store }) => Object.assign(only(store.servers), { issuerMode: 'DYNAMIC' }),
    },
  ],
  [
    { level: 'warns', code: 'SERVER_WITHOUT_SCOPE' },
    ['`orders`'],
    {
      map: { more: 'machines: { 0oabatch: { groups: [readers] } }' },
      change: (org) => addApp(org, '0oabatch', 'batch'),
    },
  ],
  [
    { level: 'warns', code: 'CLAIM_WITHOUT_GROUPS' },
    ['`orders`'],
    { map: { groups: '  nobody: { allow: [orders:read] }' } },
  ],
  [
    { level: 'notes', code: 'CLAIM_OF_OTHER_MAPS' },
    ['2', '`first`'],
    { map: { groups: readers('') }, applied: 'first' },
  ],
  [
    { level: 'blocks', code: 'APP_LABEL_AMBIGUOUS' },
    ['2', '`orders-web`'],
    {
      change: (org) => {
        for (const id of ['0oaone', '0oatwo']) addApp(org, id, 'orders-web');
      },
    },
  ],
  [
    { level: 'faults', code: 'GROUP_ID_UNKNOWN' },
    ['`readers`'],
    { map: { groups: readers('id: 00gnone') } },
  ],
  [
    { level: 'faults', code: 'GROUP_AMBIGUOUS' },
    ['`readers`'],
    { change: (org) => addGroup(org, '00gsecond', 'readers') },
  ],
  [
    { level: 'faults', code: 'GROUP_RENAMED' },
    ['`readers`', '`lectors`'],
    {
      map: { groups: readers('id: 00glectors') },
      change: (org) => addGroup(org, '00glectors', 'lectors'),
    },
  ],
];

const WEB = 'apps: [{ label: orders-web, type: web, redirectUris: [https://app.example.com/cb] }]';

const VERIFIED: readonly Row[] = [
  [{ level: 'error', code: 'SERVER_ABSENT' }, ['`orders`'], {}],
  [{ level: 'warning', code: 'MAP_WITHOUT_ISSUER' }, ['/oauth2/aus'], { applied: 'access' }],
  [
    { level: 'warning', code: 'CLAIM_UNJUDGED_FOR_GROUPS' },
    ['`groups`', '`readers`'],
    {
      applied: 'access',
      change: ({ store }) => {
        for (const claim of [...store.claims.values()].flatMap((table) => [...table.values()]))
          if (claim['name'] === 'groups') claim['value'] = 'Groups.startsWith("OKTA", "READ", 9)';
      },
    },
  ],
  [
    { level: 'error', code: 'RULE_LIFETIME_OVER_MAP' },
    ['`access orders`', '15', '10'],
    {
      map: { manage: 'tokenLifetime: 10m' },
      applied: 'access',
      change: ({ store }) => {
        const rule = only(store.rules.get(only([...store.policies.values()][0]).id));
        rule['actions'] = { token: { accessTokenLifetimeMinutes: 15 } };
      },
    },
  ],
  [
    { level: 'error', code: 'APP_INLINE_HOOK' },
    ['`orders-web`', '`cal2`'],
    {
      applied: 'access',
      change: ({ store }) =>
        Object.assign(only(store.apps)['settings'] as object, { inlineHookId: 'cal2' }),
    },
  ],
  [
    { level: 'error', code: 'APP_AUTH_METHOD' },
    ['`orders-web`', '`none`'],
    {
      edit: (text) => text.replace(/apps: .*/, WEB),
      applied: 'access',
      change: ({ store }) => {
        const { oauthClient } = only(store.apps)['credentials'] as { readonly oauthClient: object };
        Object.assign(oauthClient, { token_endpoint_auth_method: 'none' });
      },
    },
  ],
  [
    { level: 'warning', code: 'GROUP_OF_OTHER_APP' },
    ['`readers`', '`portal`', '(1)'],
    {
      edit: (text) => text.replace('[app:orders-web]', '[app:orders-web, 0oaportal]'),
      before: (org) => {
        addApp(org, '0oaportal', 'portal');
        org.store.assignments.set('0oaportal', new Set([groupId(org, 'writers')]));
      },
      applied: 'access',
    },
  ],
  [
    { level: 'error', code: 'GROUP_RENAMED' },
    ['`readers`', '`lectors`'],
    {
      map: { groups: readers('id: 00glectors') },
      change: (org) => addGroup(org, '00glectors', 'lectors'),
    },
  ],
];

const rowsOf = (command: 'plan' | 'verify', rows: readonly Row[]) =>
  rows.map(([finding, ...rest]) => [command, finding.code, finding, ...rest] as const);

test.each([...rowsOf('plan', PLANNED), ...rowsOf('verify', VERIFIED)])(
  '%s finds %s',
  async (...row) => {
    const [command, , finding, names, scene] = row;
    const text = (url: string): string => mapText(url, scene.map);
    const users = [
      { login: 'ann@example.com', uid: '00uann', groups: ['readers'] },
      { login: 'bob@example.com', uid: '00ubob', groups: ['writers'] },
    ];
    const org = await orgWith({ groups: GROUPS, users });
    const runner = runnerIn({
      'first.yaml': mapText(org.url, { name: 'first' }),
      'access.yaml': scene.edit?.(text(org.url)) ?? text(org.url),
    });
    scene.before?.(org);
    if (scene.applied !== undefined) await runner.run(`okta apply -m ${scene.applied}.yaml --yes`);
    scene.change?.(org);
    expect((await foundBy(runner, command)).findings).toContainEqual(told(finding, ...names));
  },
);
