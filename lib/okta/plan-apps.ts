/** Plans apps, their assignment to groups, and the trusted origins of single-page apps. */
import type { AppType } from '../access-map/index.ts';
import { code } from '../access-map/problems.ts';
import type { DesiredApp, DesiredOrg } from './desired.ts';
import { isOwnedName, ownedBy, ownedName, ownersIn } from './ownership.ts';
import { addStep, type Draft, differences, isKnown } from './plan-draft.ts';
import { groupRef } from './plan-groups.ts';
import type { AppState, OrgState } from './state.ts';
import { ref, type Step, type Template } from './step.ts';

export const appRef = (label: string): string => `app:${label}`;

interface Shape {
  readonly applicationType: string;
  readonly method: string;
  readonly grants: readonly string[];
  readonly responses: readonly string[];
}

const SHAPES: Readonly<Record<AppType, Shape>> = {
  spa: { applicationType: 'browser', method: 'none', grants: ['authorization_code', 'refresh_token'], responses: ['code'] },
  native: {
    applicationType: 'native',
    method: 'none',
    grants: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    responses: ['code'],
  },
  web: { applicationType: 'web', method: 'client_secret_basic', grants: ['authorization_code', 'refresh_token'], responses: ['code'] },
  service: { applicationType: 'service', method: 'client_secret_basic', grants: ['client_credentials'], responses: ['token'] },
};

export function planApps(desired: DesiredOrg, state: OrgState, draft: Draft): void {
  for (const app of desired.apps) planApp(app, state, draft);
  for (const { origin, map } of desired.origins) planOrigin(origin, map, state, draft);
  const labels = new Set(desired.apps.map(({ label }) => label));
  for (const app of state.apps) {
    const mine = ownersIn(app.notes)?.some((map) => desired.maps.includes(map)) ?? false;
    if (mine && !labels.has(app.label)) draft.dropped.push(...removalOf(app));
  }
  const origins = new Set(desired.origins.map(({ origin }) => origin));
  for (const { id, name, origin } of state.origins) {
    if (!desired.maps.some((map) => isOwnedName(name, map)) || origins.has(origin)) continue;
    const request = { method: 'DELETE', path: [`/api/v1/trustedOrigins/${id}`] } as const;
    draft.dropped.push({ action: 'delete', kind: 'trusted origin', name: origin, changes: [], request });
  }
}

function planApp(app: DesiredApp, { apps }: OrgState, draft: Draft): void {
  const { label } = app;
  const named = apps.filter((candidate) => candidate.label === label);
  const [existing, second] = named;
  if (second) {
    draft.findings.push({
      level: 'blocks',
      text: `${named.length} apps have the label ${code(label)}: rename one in Okta, or choose another label`,
    });
    return;
  }
  if (existing && !ownersIn(existing.notes)) draft.foreign.add(appRef(label));
  if (existing) planExisting(app, existing, draft);
  else createApp(app, draft);
  planAssignments(app, existing, draft);
}

function createApp({ label, type, redirectUris, map }: DesiredApp, draft: Draft): void {
  const { applicationType, method, grants, responses } = SHAPES[type];
  const pkce: Readonly<Record<string, Template>> = type === 'service' ? {} : { pkce_required: true };
  addStep(draft, {
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
        credentials: { oauthClient: { autoKeyRotation: true, token_endpoint_auth_method: method, ...pkce } },
        settings: {
          oauthClient: {
            application_type: applicationType,
            grant_types: grants,
            response_types: responses,
            ...(redirectUris.length > 0 ? { redirect_uris: redirectUris } : {}),
          },
          notes: { admin: ownedBy(map) },
        },
      },
    },
    gives: appRef(label),
  });
}

function planExisting({ label, type, redirectUris, map }: DesiredApp, existing: AppState, draft: Draft): void {
  draft.ids.set(appRef(label), existing.clientId);
  draft.ids.set(`${appRef(label)}#id`, existing.id);
  const { applicationType, grants } = SHAPES[type];
  const changes = differences({
    redirectUris: [existing.redirectUris, redirectUris],
    grantTypes: [existing.grantTypes, grants],
  });
  if (existing.applicationType !== applicationType) {
    const text = `app ${code(label)} has the type \`${existing.applicationType}\`, expected \`${applicationType}\`: Okta cannot change it, choose another label`;
    draft.findings.push({ level: 'blocks', text });
    return;
  }
  if (!ownersIn(existing.notes)?.includes(map)) {
    const differs = changes.map(({ what }) => what).join(' and ');
    if (differs !== '')
      draft.findings.push({ level: 'warns', text: `app ${code(label)} is not of this map's making and stays: its ${differs} differ` });
    draft.left.push({ kind: 'app', name: label, why: 'is not of our making' });
    return;
  }
  const path = ['/api/v1/apps/', ref(`${appRef(label)}#id`)];
  if (changes.length > 0) {
    const oauthClient = { redirect_uris: redirectUris, grant_types: grants };
    const body = { settings: { oauthClient } };
    addStep(draft, { action: 'update', kind: 'app', name: label, changes, request: { method: 'PUT', path, body, merge: 'all' } });
  }
  if (existing.status === 'INACTIVE') {
    const request = { method: 'POST', path: [...path, '/lifecycle/activate'] } as const;
    addStep(draft, { action: 'activate', kind: 'app', name: label, changes: [], request });
  } else if (changes.length === 0) draft.left.push({ kind: 'app', name: label, why: 'is as wanted' });
}

/** Assignments that others made stay: who may sign in is not what the map decides. */
function planAssignments({ label, groups, map }: DesiredApp, existing: AppState | undefined, draft: Draft): void {
  if (existing && !ownersIn(existing.notes)?.includes(map)) return;
  for (const group of groups) {
    const reference = groupRef(group);
    const id = draft.ids.get(reference);
    if (!isKnown(draft, reference) || (id !== undefined && existing?.groupIds.includes(id))) continue;
    addStep(draft, {
      action: 'assign',
      kind: 'app',
      name: label,
      changes: [{ what: 'group', to: group }],
      request: { method: 'PUT', path: ['/api/v1/apps/', ref(`${appRef(label)}#id`), '/groups/', ref(reference)], body: {} },
    });
  }
}

function planOrigin(origin: string, map: string, { origins }: OrgState, draft: Draft): void {
  const existing = origins.find((candidate) => candidate.origin === origin);
  if (!existing) {
    addStep(draft, {
      action: 'create',
      kind: 'trusted origin',
      name: origin,
      changes: [{ what: 'scopes', to: ['CORS', 'REDIRECT'] }],
      request: {
        method: 'POST',
        path: ['/api/v1/trustedOrigins'],
        body: { name: ownedName(map, origin), origin, scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }] },
      },
    });
    return;
  }
  if (existing.status === 'ACTIVE' && existing.scopes.includes('CORS')) {
    draft.left.push({ kind: 'trusted origin', name: origin, why: 'exists' });
    return;
  }
  const text = `trusted origin ${code(origin)} is ${existing.status === 'ACTIVE' ? 'without CORS' : 'not active'}: browsers of it get no token`;
  draft.findings.push({ level: 'warns', text });
}

function removalOf({ id, label, status }: AppState): readonly Step[] {
  const path = [`/api/v1/apps/${id}`];
  const common = { kind: 'app', name: label, changes: [] } as const;
  const stop = { ...common, action: 'deactivate', request: { method: 'POST', path: [...path, '/lifecycle/deactivate'] } } as const;
  const remove = { ...common, action: 'delete', request: { method: 'DELETE', path } } as const;
  return status === 'ACTIVE' ? [stop, remove] : [remove];
}
