/** Apps, their assignment and their trusted origins as resources. */

import type { HclBlock } from '../hcl/hcl-values.ts';
import { APP_SHAPES, responsesOf } from './app-shapes.ts';
import type { DesiredApp, DesiredOrg } from './desired-org.ts';
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
  };
  return resource('okta_app_oauth', local, attributes, existing?.id);
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
  if (groups.length === 0) return undefined;
  const local = names.apps.get(label) ?? label;
  const blocks = groups.map(
    (group): HclBlock => ({
      type: 'group',
      attributes: { id: groupId(group, names, state, desired) },
    }),
  );
  const block: HclBlock = {
    type: 'resource',
    labels: ['okta_app_group_assignments', local],
    attributes: { app_id: idOf('okta_app_oauth', local) },
    blocks,
  };
  return { block, ...(existing ? { importId: existing.id } : {}) };
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
