/** What an app of each type looks like in Okta. */
import type { AppType } from '../access-map/index.ts';
import type { DesiredApp } from './desired-org.ts';
import { ownedBy, withOwners } from './ownership.ts';
import { differences } from './plan-part.ts';
import { appRef } from './references.ts';
import type { AppState } from './state.ts';
import type { Change, Step, Template } from './step.ts';

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

/** A machine has no authorization code to protect. */
const pkceOf = (type: AppType): Readonly<Record<string, Template>> =>
  type === 'service' ? {} : { pkce_required: true };

/** What differs between an app and the map, in words of the plan. */
export function appDifferences(
  { type, redirectUris }: DesiredApp,
  existing: AppState,
): readonly Change[] {
  const { grants, responses, method } = APP_SHAPES[type];
  return differences({
    redirectUris: [existing.redirectUris, redirectUris],
    grantTypes: [existing.grantTypes, grants],
    responseTypes: [existing.responseTypes, responses],
    authMethod: [existing.authMethod, method],
    ...(type === 'service' ? {} : { pkceRequired: [existing.pkce, true] as const }),
  });
}

export function appCreation({ label, type, redirectUris, maps }: DesiredApp): Step {
  const { applicationType, method, grants, responses } = APP_SHAPES[type];
  const redirects = redirectUris.length > 0 ? { redirect_uris: redirectUris } : {};
  const client = { autoKeyRotation: true, token_endpoint_auth_method: method, ...pkceOf(type) };
  const oauthClient = {
    application_type: applicationType,
    grant_types: grants,
    response_types: responses,
    ...redirects,
  };
  return {
    action: 'create',
    kind: 'app',
    name: label,
    changes: [
      { what: 'type', to: type },
      ...(redirectUris.length > 0 ? [{ what: 'redirectUris', to: redirectUris }] : []),
      { what: 'grantTypes', to: grants },
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

export function appUpdateBody(
  { type, redirectUris }: DesiredApp,
  { notes }: AppState,
  owners: readonly string[],
): { readonly [key: string]: Template } {
  const { grants, responses, method } = APP_SHAPES[type];
  const oauthClient = {
    redirect_uris: redirectUris,
    grant_types: grants,
    response_types: responses,
  };
  return {
    credentials: { oauthClient: { token_endpoint_auth_method: method, ...pkceOf(type) } },
    settings: { oauthClient, notes: { admin: withOwners(notes, owners) } },
  };
}
