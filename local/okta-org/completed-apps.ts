/** Apps and who is assigned to them, as Okta completes them. */

import { type Entity, loginOf } from './org-store.ts';
import { type Json, listAt, objectAt, TIMES } from './shapes.ts';

/** What a client of OpenID Connect has when its creation does not say. */
const CLIENT_SETTINGS = {
  client_uri: null,
  logo_uri: null,
  redirect_uris: [],
  response_types: ['code'],
  grant_types: ['authorization_code'],
  consent_method: 'TRUSTED',
  issuer_mode: 'ORG_URL',
  idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
  wildcard_redirect: 'DISABLED',
  dpop_bound_access_tokens: false,
  participate_slo: false,
};

/** A key of a client has an id, as long as nobody gave it one. */
const keysShape = (client: Json): Json =>
  client['jwks'] === undefined
    ? {}
    : {
        jwks: {
          keys: listAt(objectAt(client, 'jwks'), 'keys').map((key, index) => ({
            id: `pks1key${index}`,
            status: 'ACTIVE',
            use: null,
            ...(key as Json),
          })),
        },
      };

export function appShape(entity: Entity): Entity {
  const settings = objectAt(entity, 'settings');
  const credentials = objectAt(entity, 'credentials');
  return {
    status: 'ACTIVE',
    ...TIMES,
    accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
    visibility: { autoLaunch: false, autoSubmitToolbar: false, hide: { iOS: true, web: true } },
    features: [],
    ...entity,
    credentials: {
      userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
      signing: { kid: 'key-of-the-app' },
      ...credentials,
      oauthClient: {
        autoKeyRotation: true,
        pkce_required: false,
        ...objectAt(credentials, 'oauthClient'),
      },
    },
    settings: {
      app: {},
      notifications: {
        vpn: { network: { connection: 'DISABLED' }, message: null, helpUrl: null },
      },
      manualProvisioning: false,
      implicitAssignment: false,
      emOptInStatus: 'NONE',
      ...settings,
      notes: { admin: null, enduser: null, ...objectAt(settings, 'notes') },
      oauthClient: {
        ...CLIENT_SETTINGS,
        ...objectAt(settings, 'oauthClient'),
        ...keysShape(objectAt(settings, 'oauthClient')),
      },
    },
  };
}

export const appGroupShape = (id: string): Entity => ({
  id,
  lastUpdated: TIMES.lastUpdated,
  priority: 0,
  profile: {},
});

/** @param scope whether a user is assigned directly, or by a group */
export const appUserShape = (user: Entity, scope: 'USER' | 'GROUP'): Entity => ({
  id: user.id,
  externalId: null,
  ...TIMES,
  scope,
  status: 'ACTIVE',
  statusChanged: TIMES.created,
  passwordChanged: null,
  syncState: 'DISABLED',
  credentials: { userName: loginOf(user) },
  profile: {},
});
