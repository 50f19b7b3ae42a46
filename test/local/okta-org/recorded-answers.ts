/**
 * How Okta answers, as facts: statuses, fields and the values that a creation leaves to Okta. Read
 * off answers of real orgs (Identity Engine and Classic Engine, March to July 2025) that the tests
 * of okta/terraform-provider-okta replay (test/fixtures/vcr/idaas, commit e59c130b), and typed
 * again; ids and times are left out.
 */

export interface RecordedAnswer {
  /** What was recorded, by the name of the test that recorded it. */
  readonly source: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:name` stands for the id of what an earlier call of the same story has made. */
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  /** Fields of the answer with their values; `ID`, `TIME` and `TEXT` stand for any such value. */
  readonly answer?: unknown;
  /** The name of what the call made, for later paths. */
  readonly makes?: string;
}

export const ID = '<id>';
export const TIME = '<time>';
export const TEXT = '<text>';

const times = { created: TIME, lastUpdated: TIME };
const server = {
  id: ID,
  name: 'orders',
  description: 'test',
  audiences: ['api://orders'],
  issuer: TEXT,
  issuerMode: 'ORG_URL',
  status: 'ACTIVE',
  ...times,
  credentials: {
    signing: { kid: TEXT, rotationMode: 'AUTO', lastRotated: TIME, nextRotation: TIME },
  },
  default: false,
};

const AUTH_SERVER = 'TestAccDataSourceOktaAuthServerClaim_read';
const creation: RecordedAnswer = {
  source: AUTH_SERVER,
  method: 'POST',
  path: '/api/v1/authorizationServers',
  body: {
    audiences: ['api://orders'],
    credentials: { signing: { rotationMode: 'AUTO' } },
    description: 'test',
    issuerMode: 'ORG_URL',
    name: 'orders',
  },
  status: 201,
  answer: server,
  makes: 'server',
};

const policy = {
  id: ID,
  status: 'ACTIVE',
  name: 'test',
  description: 'test',
  priority: 1,
  system: false,
  conditions: { clients: { include: ['ALL_CLIENTS'] } },
  ...times,
  type: 'OAUTH_AUTHORIZATION_POLICY',
};
const policyRule = {
  id: ID,
  status: 'ACTIVE',
  name: 'test',
  priority: 1,
  system: false,
  conditions: {
    people: { users: { exclude: [] }, groups: { include: ['EVERYONE'] } },
    grantTypes: { include: ['implicit'] },
    scopes: { include: [] },
  },
  ...times,
  actions: {
    token: {
      accessTokenLifetimeMinutes: 60,
      refreshTokenLifetimeMinutes: 0,
      refreshTokenWindowMinutes: 10_080,
    },
  },
  type: 'RESOURCE_ACCESS',
};
const ruleBody = {
  actions: { token: { accessTokenLifetimeMinutes: 60 } },
  conditions: {
    grantTypes: { include: ['implicit'] },
    people: { groups: { include: ['EVERYONE'] }, users: {} },
    scopes: {},
  },
  name: 'test',
  priority: 1,
  status: 'ACTIVE',
  type: 'RESOURCE_ACCESS',
};
const POLICY_RULE = 'TestAccResourceOktaAuthServerPolicyRule_create';

const policies: readonly RecordedAnswer[] = [
  {
    source: POLICY_RULE,
    method: 'POST',
    path: '/api/v1/authorizationServers/:server/policies',
    body: {
      conditions: { clients: { include: ['ALL_CLIENTS'] } },
      description: 'test',
      name: 'test',
      priority: 1,
      status: 'ACTIVE',
      type: 'OAUTH_AUTHORIZATION_POLICY',
    },
    status: 201,
    answer: policy,
    makes: 'policy',
  },
  {
    source: POLICY_RULE,
    method: 'POST',
    path: '/api/v1/authorizationServers/:server/policies/:policy/rules',
    body: ruleBody,
    status: 201,
    answer: policyRule,
    makes: 'rule',
  },
  {
    source: POLICY_RULE,
    method: 'PUT',
    path: '/api/v1/authorizationServers/:server/policies/:policy/rules/:rule',
    body: { ...ruleBody, name: 'test_updated' },
    status: 200,
    answer: { ...policyRule, name: 'test_updated' },
  },
  {
    source: POLICY_RULE,
    method: 'DELETE',
    path: '/api/v1/authorizationServers/:server/policies/:policy/rules/:rule',
    status: 204,
  },
  {
    source: POLICY_RULE,
    method: 'DELETE',
    path: '/api/v1/authorizationServers/:server/policies/:policy',
    status: 204,
  },
];

const groupsClaim = {
  id: ID,
  name: 'test',
  status: 'ACTIVE',
  claimType: 'RESOURCE',
  valueType: 'GROUPS',
  value: 'Everyone',
  conditions: { scopes: [] },
  system: false,
  alwaysIncludeInToken: true,
  apiResourceId: null,
  group_filter_type: 'EQUALS',
};
const scope = {
  id: ID,
  name: 'test:something',
  displayName: 'test display name',
  description: 'test',
  system: false,
  metadataPublish: 'ALL_CLIENTS',
  consent: 'REQUIRED',
  optional: false,
  apiResourceId: null,
  default: false,
};

const claimsAndScopes: readonly RecordedAnswer[] = [
  {
    source: 'TestAccResourceOktaAuthServerClaim_groupType',
    method: 'POST',
    path: '/api/v1/authorizationServers/:server/claims',
    body: {
      alwaysIncludeInToken: true,
      claimType: 'RESOURCE',
      conditions: {},
      group_filter_type: 'EQUALS',
      name: 'test',
      status: 'ACTIVE',
      value: 'Everyone',
      valueType: 'GROUPS',
    },
    status: 201,
    answer: groupsClaim,
    makes: 'claim',
  },
  {
    source: 'TestAccResourceOktaAuthServerClaim_groupType',
    method: 'DELETE',
    path: '/api/v1/authorizationServers/:server/claims/:claim',
    status: 204,
  },
  {
    source: 'TestAccResourceOktaAuthServerScope_crud',
    method: 'POST',
    path: '/api/v1/authorizationServers/:server/scopes',
    body: {
      consent: 'REQUIRED',
      default: false,
      description: 'test',
      displayName: 'test display name',
      metadataPublish: 'ALL_CLIENTS',
      name: 'test:something',
      optional: false,
    },
    status: 201,
    answer: scope,
    makes: 'scope',
  },
];

const ends: readonly RecordedAnswer[] = [
  {
    source: AUTH_SERVER,
    method: 'POST',
    path: '/api/v1/authorizationServers/:server/lifecycle/deactivate',
    status: 204,
  },
  {
    source: AUTH_SERVER,
    method: 'DELETE',
    path: '/api/v1/authorizationServers/:server',
    status: 204,
  },
];

const group = {
  id: ID,
  ...times,
  lastMembershipUpdated: TIME,
  objectClass: ['okta:user_group'],
  type: 'OKTA_GROUP',
  profile: { name: 'rule target', description: '' },
};
const GROUP_RULE = 'TestAccResourceOktaGroupRule_crud';
const groupRule = (status: string) => ({
  type: 'group_rule',
  id: ID,
  status,
  name: 'test',
  ...times,
  conditions: {
    people: { users: { exclude: [] }, groups: { exclude: [] } },
    expression: { value: 'user.isContractor', type: 'urn:okta:expression:1.0' },
  },
  actions: { assignUserToGroups: { groupIds: [ID] } },
  allGroupsValid: true,
});

const groups: readonly RecordedAnswer[] = [
  {
    source: GROUP_RULE,
    method: 'POST',
    path: '/api/v1/groups',
    body: { profile: { name: 'rule target', description: '' } },
    status: 200,
    answer: group,
    makes: 'group',
  },
  {
    source: GROUP_RULE,
    method: 'POST',
    path: '/api/v1/groups/rules',
    body: {
      actions: { assignUserToGroups: { groupIds: [':group'] } },
      conditions: {
        expression: { type: 'urn:okta:expression:1.0', value: 'user.isContractor' },
        people: { users: {} },
      },
      name: 'test',
      type: 'group_rule',
    },
    status: 200,
    answer: groupRule('INACTIVE'),
    makes: 'groupRule',
  },
  {
    source: GROUP_RULE,
    method: 'POST',
    path: '/api/v1/groups/rules/:groupRule/lifecycle/activate',
    status: 204,
  },
  {
    source: GROUP_RULE,
    method: 'GET',
    path: '/api/v1/groups/rules/:groupRule',
    status: 200,
    answer: groupRule('ACTIVE'),
  },
  {
    source: GROUP_RULE,
    method: 'POST',
    path: '/api/v1/groups/rules/:groupRule/lifecycle/deactivate',
    status: 204,
  },
  {
    source: GROUP_RULE,
    method: 'DELETE',
    path: '/api/v1/groups/rules/:groupRule?removeUsers=false',
    status: 202,
    answer: {},
  },
];

const ORIGIN = 'TestAccResourceOktaTrustedOrigin_crud';
const trustedOrigin = {
  id: ID,
  name: 'test',
  origin: 'https://app.example.com',
  scopes: [{ type: 'CORS' }],
  status: 'ACTIVE',
  ...times,
  createdBy: ID,
  lastUpdatedBy: ID,
};

const origins: readonly RecordedAnswer[] = [
  {
    source: ORIGIN,
    method: 'POST',
    path: '/api/v1/trustedOrigins',
    body: {
      name: 'test',
      origin: 'https://app.example.com',
      scopes: [{ type: 'CORS' }],
      status: 'ACTIVE',
    },
    status: 200,
    answer: trustedOrigin,
    makes: 'origin',
  },
  { source: ORIGIN, method: 'DELETE', path: '/api/v1/trustedOrigins/:origin', status: 204 },
];

const APP = 'TestAccResourceOktaAppOauth_serviceWithJWKS';
const app = {
  id: ID,
  name: 'oidc_client',
  label: 'test',
  status: 'ACTIVE',
  ...times,
  accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
  visibility: { autoLaunch: false, autoSubmitToolbar: false, hide: { iOS: true, web: true } },
  features: [],
  signOnMode: 'OPENID_CONNECT',
  credentials: {
    userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
    signing: { kid: TEXT },
    oauthClient: {
      autoKeyRotation: true,
      client_id: ID,
      token_endpoint_auth_method: 'private_key_jwt',
      pkce_required: false,
    },
  },
  settings: {
    app: {},
    notifications: { vpn: { network: { connection: 'DISABLED' }, message: null, helpUrl: null } },
    manualProvisioning: false,
    implicitAssignment: false,
    emOptInStatus: 'NONE',
    notes: { admin: null, enduser: null },
    oauthClient: {
      client_uri: null,
      logo_uri: null,
      redirect_uris: [],
      response_types: ['token'],
      grant_types: ['client_credentials'],
      jwks: {
        keys: [
          { kty: 'RSA', id: ID, status: 'ACTIVE', kid: 'one', use: null, e: 'AQAB', n: 'modulus' },
        ],
      },
      application_type: 'service',
      consent_method: 'TRUSTED',
      issuer_mode: 'ORG_URL',
      idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
      wildcard_redirect: 'DISABLED',
      dpop_bound_access_tokens: false,
      participate_slo: false,
    },
  },
};

const apps: readonly RecordedAnswer[] = [
  {
    source: APP,
    method: 'POST',
    path: '/api/v1/apps?activate=true',
    body: {
      name: 'oidc_client',
      label: 'test',
      signOnMode: 'OPENID_CONNECT',
      credentials: {
        oauthClient: {
          autoKeyRotation: true,
          pkce_required: false,
          token_endpoint_auth_method: 'private_key_jwt',
        },
      },
      settings: {
        notes: {},
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
          // No creation by `private_key_jwt` without a key is recorded.
          jwks: { keys: [{ kty: 'RSA', kid: 'one', e: 'AQAB', n: 'modulus', status: 'ACTIVE' }] },
        },
      },
    },
    status: 200,
    answer: app,
    makes: 'app',
  },
  {
    source: APP,
    method: 'POST',
    path: '/api/v1/apps/:app/lifecycle/deactivate',
    status: 200,
    answer: {},
  },
  { source: APP, method: 'DELETE', path: '/api/v1/apps/:app', status: 204 },
];

const ASSIGNED = 'TestAccDataSourceOktaAppUserAssignments_read';
const assigned = {
  id: ID,
  externalId: null,
  ...times,
  scope: 'USER',
  status: 'ACTIVE',
  statusChanged: TIME,
  passwordChanged: null,
  syncState: 'DISABLED',
  credentials: { userName: TEXT },
};
const groupOfApp = { id: ID, lastUpdated: TIME, profile: {} };
const GROUP_OF_APP = 'TestAccResourceOktaAppGroupAssignment_crud';

/** Profiles of app users are left out: they are those of the org's users. */
const assignments: readonly RecordedAnswer[] = [
  ...apps.slice(0, 1),
  {
    source: GROUP_OF_APP,
    method: 'POST',
    path: '/api/v1/groups',
    body: { profile: { name: 'of an app', description: '' } },
    status: 200,
    answer: { ...group, profile: { name: 'of an app', description: '' } },
    makes: 'group',
  },
  {
    source: GROUP_OF_APP,
    method: 'PUT',
    path: '/api/v1/apps/:app/groups/:group',
    body: {},
    status: 200,
    answer: { ...groupOfApp, priority: 0 },
  },
  {
    source: GROUP_OF_APP,
    method: 'GET',
    path: '/api/v1/apps/:app/groups',
    status: 200,
    answer: [{ ...groupOfApp, priority: 0 }],
  },
  { source: GROUP_OF_APP, method: 'DELETE', path: '/api/v1/apps/:app/groups/:group', status: 204 },
  {
    source: ASSIGNED,
    method: 'POST',
    path: '/api/v1/apps/:app/users',
    body: { id: '00uann', credentials: { userName: 'ann@example.com' } },
    status: 200,
    answer: { ...assigned, profile: {} },
  },
  {
    source: ASSIGNED,
    method: 'GET',
    path: '/api/v1/apps/:app/users/00uann',
    status: 200,
    answer: { ...assigned, profile: {} },
  },
  {
    source: ASSIGNED,
    method: 'GET',
    path: '/api/v1/apps/:app/users',
    status: 200,
    answer: [{ ...assigned, profile: {} }],
  },
  { source: ASSIGNED, method: 'DELETE', path: '/api/v1/apps/:app/users/00uann', status: 204 },
];

const HOOKS = 'TestAccResourceOktaEventHook_crud';
const VERIFIED_HOOK = 'TestAccResourceOktaEventHookVerification_crud';
const hookChannel = (uri: string, value: string | undefined) => ({
  type: 'HTTP',
  version: '1.0.0',
  config: {
    uri,
    authScheme: {
      type: 'HEADER',
      key: 'Authorization',
      ...(value !== undefined && { value }),
    },
  },
});
const hookEvents = ['user.lifecycle.create', 'user.lifecycle.delete.initiated'];
const hookBody = (uri: string, status: string) => ({
  name: 'hook',
  status,
  events: { type: 'EVENT_TYPE', items: hookEvents },
  channel: hookChannel(uri, '123'),
});
const hookAnswer = (uri: string, status: string) => {
  const channel = hookChannel(uri, undefined);
  return {
    id: ID,
    status,
    verificationStatus: 'UNVERIFIED',
    name: 'hook',
    description: null,
    created: TIME,
    createdBy: ID,
    lastUpdated: TIME,
    events: { type: 'EVENT_TYPE', items: hookEvents, filter: null },
    channel: { ...channel, config: { ...channel.config, headers: [], method: 'POST' } },
    _links: hookLinks[status],
  };
};
const linkTo = (verb: string) => ({
  [verb]: { href: TEXT, hints: { allow: [verb === 'delete' ? 'DELETE' : 'POST'] } },
});
const hookLinks: Readonly<Record<string, unknown>> = {
  ACTIVE: { self: { href: TEXT }, ...linkTo('verify'), ...linkTo('deactivate') },
  INACTIVE: { ...linkTo('activate'), self: { href: TEXT }, ...linkTo('delete') },
};
/** The secret is taken and never given back; another channel takes the verification away. */
const eventHooks: readonly RecordedAnswer[] = [
  {
    source: HOOKS,
    method: 'POST',
    path: '/api/v1/eventHooks',
    body: hookBody('https://example.com/test', 'ACTIVE'),
    status: 200,
    answer: hookAnswer('https://example.com/test', 'ACTIVE'),
    makes: 'hook',
  },
  {
    source: VERIFIED_HOOK,
    method: 'PUT',
    path: '/api/v1/eventHooks/:hook',
    body: hookBody('https://example.com/testUpdated', 'INACTIVE'),
    status: 200,
    answer: hookAnswer('https://example.com/testUpdated', 'INACTIVE'),
  },
  {
    source: HOOKS,
    method: 'GET',
    path: '/api/v1/eventHooks/:hook',
    status: 200,
    answer: hookAnswer('https://example.com/testUpdated', 'INACTIVE'),
  },
  { source: HOOKS, method: 'DELETE', path: '/api/v1/eventHooks/:hook', status: 204 },
];

/** Stories: the calls of one stand in their order. */
export const RECORDED: readonly (readonly [story: string, calls: readonly RecordedAnswer[]])[] = [
  ['an authorization server', [creation, ...claimsAndScopes, ...policies, ...ends]],
  ['groups and their rules', groups],
  ['an app', apps],
  ['who is assigned to an app', assignments],
  ['a trusted origin', origins],
  ['an event hook', eventHooks],
];

/** The server that every org has. Source: TestAccResourceOktaAuthServerDefault_crud. */
export const DEFAULT_SERVER = {
  id: ID,
  name: 'default',
  description: 'Default Authorization Server for your Applications',
  audiences: ['api://default'],
  issuer: TEXT,
  issuerMode: 'DYNAMIC',
  status: 'ACTIVE',
  ...times,
  credentials: { signing: { kid: TEXT } },
  default: true,
};

/** Claims of every new server: name, kind of token, kind of value, scope, in every token. */
export const SYSTEM_CLAIMS: readonly (readonly [
  string,
  string,
  string,
  readonly string[],
  boolean,
])[] = [
  ['middle_name', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['zoneinfo', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['website', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['updated_at', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['profile', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['preferred_username', 'IDENTITY', 'SYSTEM', ['profile'], true],
  ['picture', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['phone_number', 'IDENTITY', 'SYSTEM', ['phone'], false],
  ['nickname', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['name', 'IDENTITY', 'SYSTEM', ['profile'], true],
  ['sub', 'RESOURCE', 'EXPRESSION', [], true],
  ['locale', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['given_name', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['gender', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['family_name', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['email_verified', 'IDENTITY', 'SYSTEM', ['email'], false],
  ['email', 'IDENTITY', 'SYSTEM', ['email'], true],
  ['birthdate', 'IDENTITY', 'SYSTEM', ['profile'], false],
  ['address', 'IDENTITY', 'SYSTEM', ['address'], false],
];

export const SYSTEM_SCOPES = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'device_sso',
];

/** Refusals: status, code, the beginning of the summary. */
export const REFUSALS = {
  /** Two rules made at one time. Source: TestAccResourceOktaGroupRule_423ResponseCapture. */
  reconciling: { status: 423, errorCode: 'E0000239' },
  /** An org without API Access Management (Classic Engine): 401, not 403. */
  noFeature: { status: 401, errorCode: 'E0000015' },
  notFound: { status: 404, errorCode: 'E0000007', errorSummary: 'Not found: Resource not found: ' },
} as const;
