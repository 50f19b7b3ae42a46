/**
 * Values of Okta's objects that name nobody, by the path of the field: those that Okta's API
 * description lists, and numbers that decide. Source: Okta Management API, the `enum` of each
 * schema; held against it by test/lib/okta/okta-enumerations.test.ts.
 */

import { OKTA_EVENT_TYPES } from '../../lambda/core/revocation/okta-events.ts';

export type RecordedKind =
  | 'server'
  | 'claim'
  | 'scope'
  | 'policy'
  | 'rule'
  | 'group'
  | 'groupRule'
  | 'app'
  | 'appGroup'
  | 'appUser'
  | 'user'
  | 'origin'
  | 'hook'
  | 'desired'
  | 'unknown';

/** A list of values, or any number. */
export type Kept = readonly string[] | 'number';

const SWITCHED = ['ACTIVE', 'INACTIVE'];
const ISSUER_MODES = ['ORG_URL', 'CUSTOM_URL', 'DYNAMIC'];
const GRANTS = [
  ...['authorization_code', 'client_credentials', 'implicit', 'interaction_code', 'password'],
  ...['refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:openid:params:grant-type:ciba',
  'urn:okta:params:oauth:grant-type:otp',
  'urn:okta:params:oauth:grant-type:oob',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob',
];
const METHODS = [
  ...['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'],
];

export const KEPT: Readonly<Record<RecordedKind, Readonly<Record<string, Kept>>>> = {
  server: {
    accessTokenEncryptedResponseAlgorithm: ['RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'],
    'credentials.signing.rotationMode': ['AUTO', 'MANUAL'],
    issuerMode: ISSUER_MODES,
    status: SWITCHED,
  },
  claim: {
    claimType: ['RESOURCE', 'IDENTITY'],
    group_filter_type: ['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX'],
    status: SWITCHED,
    valueType: ['EXPRESSION', 'GROUPS', 'SYSTEM'],
  },
  scope: {
    consent: ['REQUIRED', 'IMPLICIT', 'FLEXIBLE'],
    metadataPublish: ['ALL_CLIENTS', 'NO_CLIENTS'],
  },
  policy: { priority: 'number', status: SWITCHED, type: ['OAUTH_AUTHORIZATION_POLICY'] },
  rule: {
    'actions.token.accessTokenLifetimeMinutes': 'number',
    'actions.token.refreshTokenLifetimeMinutes': 'number',
    'actions.token.refreshTokenWindowMinutes': 'number',
    'conditions.grantTypes.include[]': GRANTS,
    priority: 'number',
    status: SWITCHED,
    type: ['RESOURCE_ACCESS'],
  },
  group: {
    'objectClass[]': ['okta:user_group', 'okta:windows_security_principal'],
    type: ['OKTA_GROUP', 'APP_GROUP', 'BUILT_IN'],
  },
  groupRule: {
    'conditions.expression.type': ['urn:okta:expression:1.0'],
    status: [...SWITCHED, 'INVALID'],
    type: ['group_rule'],
  },
  app: {
    'credentials.oauthClient.token_endpoint_auth_method': METHODS,
    name: ['oidc_client'],
    'settings.oauthClient.application_type': ['web', 'native', 'browser', 'service'],
    'settings.oauthClient.consent_method': ['TRUSTED', 'REQUIRED'],
    'settings.oauthClient.grant_types[]': GRANTS,
    'settings.oauthClient.issuer_mode': ISSUER_MODES,
    'settings.oauthClient.response_types[]': ['code', 'id_token', 'token'],
    'settings.oauthClient.wildcard_redirect': ['DISABLED', 'SUBDOMAIN'],
    signOnMode: ['OPENID_CONNECT'],
    status: [...SWITCHED, 'DELETED'],
  },
  appGroup: {},
  appUser: {},
  user: {
    status: [
      ...['ACTIVE', 'STAGED', 'PROVISIONED', 'RECOVERY', 'LOCKED_OUT', 'PASSWORD_EXPIRED'],
      ...['SUSPENDED', 'DEPROVISIONED'],
    ],
  },
  hook: {
    'channel.config.authScheme.key': ['Authorization'],
    'channel.config.authScheme.type': ['HEADER'],
    'channel.type': ['HTTP'],
    'events.items[]': OKTA_EVENT_TYPES,
    'events.type': ['EVENT_TYPE'],
    status: SWITCHED,
    verificationStatus: ['UNVERIFIED', 'VERIFIED'],
  },
  origin: { 'scopes[].type': ['CORS', 'REDIRECT', 'IFRAME_EMBED'], status: SWITCHED },
  // What the maps define, in our own terms.
  desired: {
    'apps[].authMethod': METHODS,
    'apps[].grants[]': GRANTS,
    'apps[].type': ['spa', 'native', 'web', 'service'],
    'servers[].issuerMode': ISSUER_MODES,
    'servers[].policies[].grantTypes[]': GRANTS,
    'servers[].policies[].lifetimeMinutes': 'number',
    'servers[].policies[].maxLifetimeSeconds': 'number',
    'servers[].policies[].refreshMinutes': 'number',
  },
  unknown: {},
};

/** The only fields of people that are kept. Each path includes the fields below it. */
export const KEPT_OF_PEOPLE: Readonly<Partial<Record<RecordedKind, readonly string[]>>> = {
  appGroup: ['id'],
  appUser: ['id'],
  group: [...['id', 'type', 'objectClass', 'source.id', 'profile.name', 'profile.description']],
  user: ['id', 'status', 'profile.login'],
};

const KINDS: readonly (readonly [pattern: RegExp, kind: RecordedKind])[] = [
  [/\/authorizationServers(?:\/[^/]+)?$/, 'server'],
  [/\/claims$/, 'claim'],
  [/\/scopes$/, 'scope'],
  [/\/policies$/, 'policy'],
  [/\/policies\/[^/]+\/rules$/, 'rule'],
  [/\/groups\/rules$/, 'groupRule'],
  [/\/apps\/[^/]+\/groups$/, 'appGroup'],
  [/\/apps\/[^/]+\/users(?:\/[^/]+)?$/, 'appUser'],
  [/\/apps(?:\/[^/]+)?$/, 'app'],
  [/\/groups\/[^/]+\/users$/, 'user'],
  [/\/groups$/, 'group'],
  [/\/users\/[^/]+$/, 'user'],
  [/\/trustedOrigins$/, 'origin'],
  [/\/eventHooks$/, 'hook'],
];

/** What a path of the Management API answers. */
export const kindOf = (path: string): RecordedKind =>
  KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'unknown';
