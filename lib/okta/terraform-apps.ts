/** Apps, their assignment and their trusted origins as resources. */

import { isObject } from '../../lambda/core/json/json-object.ts';
import type { HclBlock } from '../hcl/hcl-values.ts';
import { APP_SHAPES, responsesOf } from './app-shapes.ts';
import type { DesiredApp, DesiredOrg } from './desired-org.ts';
import { everyoneOf } from './matching-groups.ts';
import { type Json, textAt, valueAt } from './org.ts';
import { withoutMark } from './ownership.ts';
import { findGroup } from './plan-groups.ts';
import type { AppState, OrgState } from './state.ts';
import { groupId } from './terraform-groups.ts';
import { idOf, type Names, type Resources, resource } from './terraform-names.ts';

export const appBlocks = (
  desired: DesiredOrg,
  state: OrgState,
  names: Names,
): readonly Resources[] =>
  desired.apps.flatMap((app) => {
    const existing = state.apps.find(({ label }) => label === app.label);
    const local = names.apps.get(app.label) ?? app.label;
    const assigned = assignments(app, existing, { desired, state, names });
    return [appResource(app, existing, local), ...(assigned ? [assigned] : [])];
  });

/** What the map names; else what the app has, since somebody may have tightened it. */
function appResource(app: DesiredApp, existing: AppState | undefined, local: string): Resources {
  const { label, type, redirectUris, pkce } = app;
  const { applicationType, method, grants } = APP_SHAPES[type];
  const had = existing && existing.grantTypes.length > 0 ? existing : undefined;
  const attributes = {
    label,
    type: applicationType,
    ...(redirectUris.length > 0 ? { redirect_uris: redirectUris } : {}),
    grant_types: app.grants ?? had?.grantTypes ?? grants,
    response_types: app.grants ? responsesOf(app) : (had?.responseTypes ?? responsesOf(app)),
    token_endpoint_auth_method: app.authMethod ?? (existing?.authMethod || method),
    ...(type === 'service' ? {} : { pkce_required: pkce ?? existing?.pkce ?? true }),
    ...(existing ? settingsOf(existing) : {}),
  };
  const made = resource('okta_app_oauth', local, attributes, existing?.id);
  const keys = existing ? keysOf(existing) : [];
  return keys.length === 0 ? made : { ...made, block: { ...made.block, blocks: keys } };
}

/** Attributes of the provider by the field of Okta that they stand for. */
const TEXTS: Readonly<Record<string, string>> = {
  client_uri: 'settings.oauthClient.client_uri',
  consent_method: 'settings.oauthClient.consent_method',
  enduser_note: 'settings.notes.enduser',
  issuer_mode: 'settings.oauthClient.issuer_mode',
  jwks_uri: 'settings.oauthClient.jwks_uri',
  login_mode: 'settings.oauthClient.idp_initiated_login.mode',
  login_uri: 'settings.oauthClient.initiate_login_uri',
  logo_uri: 'settings.oauthClient.logo_uri',
  policy_uri: 'settings.oauthClient.policy_uri',
  refresh_token_rotation: 'settings.oauthClient.refresh_token.rotation_type',
  status: 'status',
  tos_uri: 'settings.oauthClient.tos_uri',
  user_name_template: 'credentials.userNameTemplate.template',
  user_name_template_push_status: 'credentials.userNameTemplate.pushStatus',
  user_name_template_suffix: 'credentials.userNameTemplate.suffix',
  user_name_template_type: 'credentials.userNameTemplate.type',
  wildcard_redirect: 'settings.oauthClient.wildcard_redirect',
};
const SWITCHES: Readonly<Record<string, string>> = {
  accessibility_self_service: 'accessibility.selfService',
  auto_key_rotation: 'credentials.oauthClient.autoKeyRotation',
  auto_submit_toolbar: 'visibility.autoSubmitToolbar',
  hide_ios: 'visibility.hide.iOS',
  hide_web: 'visibility.hide.web',
  implicit_assignment: 'settings.implicitAssignment',
};
const LISTS: Readonly<Record<string, string>> = {
  login_scopes: 'settings.oauthClient.idp_initiated_login.default_scope',
  post_logout_redirect_uris: 'settings.oauthClient.post_logout_redirect_uris',
};

/**
 * Further settings of the app: the provider would reset what is not named to its own default.
 * Source: okta/terraform-provider-okta 4.20.0, resource `okta_app_oauth`.
 */
function settingsOf({ json, notes }: AppState): HclBlock['attributes'] {
  const at = (path: string): Json | undefined => valueAt(json, ...path.split('.'));
  const leeway = at('settings.oauthClient.refresh_token.leeway');
  const profile = at('profile');
  const note = withoutMark(notes);
  const kept = (table: Readonly<Record<string, string>>): readonly (readonly [string, Json])[] =>
    Object.entries(table).flatMap(([name, path]) => {
      const value = at(path);
      return value === undefined || value === null || value === '' ? [] : [[name, value] as const];
    });
  return {
    ...(Object.fromEntries([...kept(TEXTS), ...kept(SWITCHES)]) as Record<
      string,
      string | boolean
    >),
    ...(Object.fromEntries(
      kept(LISTS).filter(([, value]) => Array.isArray(value) && value.length > 0),
    ) as Record<string, readonly string[]>),
    ...(typeof leeway === 'number' ? { refresh_token_leeway: leeway } : {}),
    ...(note === '' ? {} : { admin_note: note }),
    ...(isObject<Json>(profile) && Object.keys(profile).length > 0
      ? { profile: JSON.stringify(profile) }
      : {}),
  };
}

/** Public keys of the client: without them the provider takes no `private_key_jwt`. */
function keysOf({ json }: AppState): readonly HclBlock[] {
  const keys = valueAt(json, 'settings', 'oauthClient', 'jwks', 'keys');
  return (Array.isArray(keys) ? keys : []).map((key: Json) => ({
    type: 'jwks',
    attributes: Object.fromEntries(
      ['kid', 'kty', 'e', 'n', 'x', 'y'].flatMap((name) => {
        const value = textAt(key, name);
        return value === '' ? [] : [[name, value] as const];
      }),
    ),
  }));
}

function assignments(
  { label, groups }: DesiredApp,
  existing: AppState | undefined,
  {
    desired,
    state,
    names,
  }: { readonly desired: DesiredOrg; readonly state: OrgState; readonly names: Names },
): Resources | undefined {
  // Okta assigns no groups to an app that is for everybody.
  if (existing?.implicitAssignment) return undefined;
  const local = names.apps.get(label) ?? label;
  const wanted = groups.map((group) => groupId(group, names, state, desired));
  // The resource stands for all assignments: those of others stay.
  const meant = groups.flatMap((group) => assignedIds(group, desired, state));
  const others = (existing?.assigned.groupIds ?? []).filter((id) => !meant.includes(id));
  const blocks = [...wanted, ...others].map(
    (id): HclBlock => ({ type: 'group', attributes: { id } }),
  );
  if (blocks.length === 0) return undefined;
  const block: HclBlock = {
    type: 'resource',
    labels: ['okta_app_group_assignments', local],
    attributes: { app_id: idOf('okta_app_oauth', local) },
    blocks,
  };
  return { block, ...(existing ? { importId: existing.id } : {}) };
}

function assignedIds(name: string, desired: DesiredOrg, state: OrgState): readonly string[] {
  if (name === 'Everyone') return [everyoneOf(state.allGroups)?.id ?? ''];
  const wanted = desired.groups.find((group) => group.name === name);
  const found = wanted && findGroup(wanted, state.allGroups);
  return typeof found === 'object' ? [found.id] : [];
}

export const originBlocks = (
  { origins }: DesiredOrg,
  state: OrgState,
  names: Names,
): readonly Resources[] =>
  origins.map(({ origin }) => {
    const existing = state.origins.find((candidate) => candidate.origin === origin);
    const local = names.origins.get(origin) ?? origin;
    return resource(
      'okta_trusted_origin',
      local,
      {
        name: existing?.name ?? origin,
        origin,
        scopes: existing?.scopes ?? ['CORS'],
        active: true,
      },
      existing?.id,
    );
  });
