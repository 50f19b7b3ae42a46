/**
 * Every field of the objects that decide who gets a token and what is in it: those that verify
 * evaluates, and those that do no harm, each with the reason. A field that is in neither list is
 * reported as not evaluated, never taken for equal. Held against Okta's API description by
 * test/lib/okta/evaluated-fields.test.ts.
 */
import { isObject } from '../../lambda/core/json/json-object.ts';
import type { Json, JsonObject } from './org.ts';

export type FieldKind = 'server' | 'policy' | 'rule' | 'claim' | 'scope' | 'app';

interface FieldLists {
  /** Paths; what lies below one belongs to it. `[]` is any item of a list. */
  readonly evaluated: readonly string[];
  /** Paths, by the reason why their values do not matter here. */
  readonly harmless: Readonly<Record<string, readonly string[]>>;
}

/** Links and what Okta keeps about every object. */
const RECORDS = ['id', 'created', 'lastUpdated', '_links', '_embedded', 'orn', 'apiResourceId'];

const IDENTIFIES = 'identifies the object, or says when and by whom it was made';
const SHOWN = 'is shown to people alone';

export const FIELDS: Readonly<Record<FieldKind, FieldLists>> = {
  server: {
    evaluated: [
      'accessTokenEncryptedResponseAlgorithm',
      'audiences[]',
      'default',
      'description',
      'issuer',
      'issuerMode',
      'name',
      'status',
    ],
    harmless: {
      [IDENTIFIES]: RECORDS,
      'the authorizer takes the keys that the server publishes': ['credentials.signing'],
      'keys that encrypt tokens do nothing without accessTokenEncryptedResponseAlgorithm': [
        'jwks',
        'jwks_uri',
      ],
    },
  },
  policy: {
    evaluated: ['conditions.clients.include[]', 'description', 'name', 'priority', 'status'],
    harmless: {
      [IDENTIFIES]: RECORDS,
      'all policies of a server are of one type': ['type'],
      'Okta’s own policies decide as any other': ['system'],
    },
  },
  rule: {
    evaluated: [
      'actions.token.accessTokenLifetimeMinutes',
      'actions.token.inlineHook.id',
      'actions.token.refreshTokenLifetimeMinutes',
      'conditions.grantTypes.include[]',
      'conditions.people.groups.exclude[]',
      'conditions.people.groups.include[]',
      'conditions.people.users.exclude[]',
      'conditions.people.users.include[]',
      'conditions.scopes.include[]',
      'name',
      'priority',
      'status',
    ],
    harmless: {
      [IDENTIFIES]: RECORDS,
      'all rules of a policy are of one type': ['type'],
      'Okta’s own rules decide as any other': ['system'],
      'ends an unused refresh token before its lifetime, never after': [
        'actions.token.refreshTokenWindowMinutes',
      ],
    },
  },
  claim: {
    evaluated: [
      'alwaysIncludeInToken',
      'claimType',
      'conditions.scopes[]',
      'group_filter_type',
      'name',
      'status',
      'system',
      'value',
      'valueType',
    ],
    harmless: { [IDENTIFIES]: RECORDS },
  },
  scope: {
    evaluated: ['description', 'name', 'system'],
    harmless: {
      [IDENTIFIES]: RECORDS,
      [SHOWN]: ['displayName', 'metadataPublish'],
      'asks the user, and gives nobody more': ['consent', 'optional'],
      'is what a client gets that asks for no scope, and scopes without groups allow nothing': [
        'default',
      ],
    },
  },
  app: {
    evaluated: [
      'credentials.oauthClient.client_id',
      'credentials.oauthClient.pkce_required',
      'credentials.oauthClient.token_endpoint_auth_method',
      'label',
      'profile',
      'settings.implicitAssignment',
      'settings.inlineHookId',
      'settings.notes.admin',
      'settings.oauthClient.application_type',
      'settings.oauthClient.dpop_bound_access_tokens',
      'settings.oauthClient.grant_types[]',
      'settings.oauthClient.jwks',
      'settings.oauthClient.jwks_uri',
      'settings.oauthClient.redirect_uris[]',
      'settings.oauthClient.response_types[]',
      'settings.oauthClient.wildcard_redirect',
      'status',
    ],
    harmless: {
      [IDENTIFIES]: RECORDS,
      [SHOWN]: [
        'accessibility',
        'settings.notes.enduser',
        'settings.notifications',
        'settings.oauthClient.client_uri',
        'settings.oauthClient.logo_uri',
        'settings.oauthClient.policy_uri',
        'settings.oauthClient.tos_uri',
        'visibility',
      ],
      'says which kind of app it is: only OpenID Connect apps are read': ['name', 'signOnMode'],
      'belongs to provisioning and features of other kinds of apps': [
        'expressConfiguration',
        'features[]',
        'licensing',
        'settings.app',
        'settings.emOptInStatus',
        'settings.identityStoreId',
        'settings.manualProvisioning',
      ],
      'ends sessions, and gives no token': [
        'settings.oauthClient.frontchannel_logout_session_required',
        'settings.oauthClient.frontchannel_logout_uri',
        'settings.oauthClient.participate_slo',
        'settings.oauthClient.post_logout_redirect_uris[]',
        'universalLogout',
      ],
      'is of ID tokens, which the authorizer does not read': [
        'credentials.signing',
        'settings.oauthClient.id_token_encrypted_response_alg',
        'settings.oauthClient.issuer_mode',
      ],
      'names the user in `sub`; the authorizer knows users by `uid`': [
        'credentials.userNameTemplate',
        'settings.oauthClient.sector_identifier_uri',
        'settings.oauthClient.subject_type',
      ],
      'is of the client’s secret, which Okta makes': [
        'credentials.oauthClient.autoKeyRotation',
        'credentials.oauthClient.client_secret',
      ],
      'takes requests or users away, and gives nobody more': [
        'settings.oauthClient.consent_method',
        'settings.oauthClient.network',
        'settings.oauthClient.request_object_signing_alg',
      ],
      'begins a sign-in that ends at a redirect URI as any other': [
        'settings.oauthClient.idp_initiated_login',
        'settings.oauthClient.initiate_login_uri',
      ],
      'says how a grant of `grant_types` asks the user': [
        'settings.oauthClient.backchannel_authentication_request_signing_alg',
        'settings.oauthClient.backchannel_custom_authenticator_id',
        'settings.oauthClient.backchannel_token_delivery_mode',
      ],
      'says when a refresh token is exchanged; its end is the rule’s': [
        'settings.oauthClient.refresh_token',
      ],
    },
  },
};

/** Whether a path, or one above it, is in a list. */
export const covers = (listed: readonly string[], path: string): boolean =>
  listed.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`));

export const isKnownField = (kind: FieldKind, path: string): boolean => {
  const { evaluated, harmless } = FIELDS[kind];
  return covers(evaluated, path) || Object.values(harmless).some((listed) => covers(listed, path));
};

/**
 * Fields that have a value and that nothing here knows, as `rule.actions.token.somethingNew`. A
 * number is a value, 0 too: it is how Okta writes "without end". So is `false`: it may be what
 * takes a check away.
 */
export function unevaluatedFields(kind: FieldKind, json: JsonObject): readonly string[] {
  const paths = [...new Set(setPaths(json, ''))];
  return paths.filter((path) => !isKnownField(kind, path)).map((path) => `${kind}.${path}`);
}

function setPaths(value: Json, at: string): readonly string[] {
  if (value === null || value === '') return [];
  if (Array.isArray(value)) return value.flatMap((item: Json) => setPaths(item, `${at}[]`));
  if (!isObject<Json>(value)) return [at];
  return Object.entries(value).flatMap(([key, inner]) =>
    setPaths(inner, at === '' ? key : `${at}.${key}`),
  );
}
