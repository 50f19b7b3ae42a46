/** What an app of each type looks like in Okta. */
import type { AppType } from '../access-map/index.ts';
import type { DesiredApp } from './desired-org.ts';
import { ownedBy, withOwners } from './ownership.ts';
import { appRef } from './references.ts';
import type { AppState } from './state.ts';
import type { PlanStep, Template } from './step.ts';

interface Shape {
  readonly applicationType: string;
  readonly method: string;
  readonly grants: readonly string[];
  readonly responses: readonly string[];
}

export const APP_SHAPES: Readonly<Record<AppType, Shape>> = {
  spa: {
    applicationType: 'browser',
    method: 'none',
    grants: ['authorization_code', 'refresh_token'],
    responses: ['code'],
  },
  native: {
    applicationType: 'native',
    method: 'none',
    grants: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    responses: ['code'],
  },
  web: {
    applicationType: 'web',
    method: 'client_secret_basic',
    grants: ['authorization_code', 'refresh_token'],
    responses: ['code'],
  },
  service: {
    applicationType: 'service',
    method: 'client_secret_basic',
    grants: ['client_credentials'],
    responses: ['token'],
  },
};

/** What an app of the type looks like that Okta says of it; nothing where it says none. */
export const shapeOf = (app: Pick<AppState, 'applicationType'> | undefined): Shape | undefined =>
  Object.values(APP_SHAPES).find(({ applicationType }) => applicationType === app?.applicationType);

/** A machine has no authorization code to protect. */
const pkceOf = ({ type, pkce = true }: DesiredApp): Readonly<Record<string, Template>> =>
  type === 'service' ? {} : { pkce_required: pkce };

/** What Okta answers a client with, by its grants. */
const RESPONSES: Readonly<Record<string, readonly string[]>> = {
  authorization_code: ['code'],
  implicit: ['id_token', 'token'],
  client_credentials: ['token'],
  password: ['token'],
};

export function responsesOf({ type, grants }: DesiredApp): readonly string[] {
  if (grants === undefined) return APP_SHAPES[type].responses;
  const responses = new Set(grants.flatMap((grant) => RESPONSES[grant] ?? []));
  return responses.size === 0 ? ['token'] : [...responses].toSorted();
}

export function appCreation(app: DesiredApp): PlanStep {
  const { label, type, redirectUris, maps } = app;
  const { applicationType, method, grants } = APP_SHAPES[type];
  const redirects = redirectUris.length > 0 ? { redirect_uris: redirectUris } : {};
  const client = {
    autoKeyRotation: true,
    token_endpoint_auth_method: app.authMethod ?? method,
    ...pkceOf(app),
  };
  const oauthClient = {
    application_type: applicationType,
    grant_types: app.grants ?? grants,
    response_types: responsesOf(app),
    // The authorizer does not accept tokens that are bound to a key.
    dpop_bound_access_tokens: false,
    ...redirects,
  };
  return {
    action: 'create',
    kind: 'app',
    name: label,
    changes: [
      { what: 'type', to: type },
      ...(redirectUris.length > 0 ? [{ what: 'redirectUris', to: redirectUris }] : []),
      { what: 'grantTypes', to: app.grants ?? grants },
    ],
    request: {
      method: 'POST',
      path: ['/api/v1/apps'],
      body: {
        name: 'oidc_client',
        label,
        signOnMode: 'OPENID_CONNECT',
        credentials: { oauthClient: client },
        settings: { oauthClient, notes: { admin: ownedBy(...maps) } },
      },
    },
    gives: appRef(label),
  };
}

/** What the map names; what it does not name stays as somebody has set it. */
export function appUpdateBody(
  app: DesiredApp,
  { notes }: AppState,
  owners: readonly string[],
): { readonly [key: string]: Template } {
  const { redirectUris, authMethod, grants, pkce } = app;
  const client = {
    ...(authMethod === undefined ? {} : { token_endpoint_auth_method: authMethod }),
    ...(pkce === undefined ? {} : pkceOf(app)),
  };
  const oauthClient = {
    redirect_uris: redirectUris,
    ...(grants === undefined ? {} : { grant_types: grants, response_types: responsesOf(app) }),
  };
  return {
    ...(Object.keys(client).length === 0 ? {} : { credentials: { oauthClient: client } }),
    settings: { oauthClient, notes: { admin: withOwners(notes, owners) } },
  };
}
