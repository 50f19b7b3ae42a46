/** Plans apps and their assignment to groups. */
import type { AppType } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { type DesiredApp, type DesiredOrg, givenNames } from './desired.ts';
import { ownedBy, ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { carriedIds } from './plan-claims.ts';
import { addStep, type Draft, differences, isKnown } from './plan-draft.ts';
import { groupRef } from './plan-groups.ts';
import type { AppState, OrgState } from './state.ts';
import { type Change, ref, type Step, type Template } from './step.ts';

export const appRef = (label: string): string => `app:${label}`;

interface Shape {
  readonly applicationType: string;
  readonly method: string;
  readonly grants: readonly string[];
  readonly responses: readonly string[];
}

const SHAPES: Readonly<Record<AppType, Shape>> = {
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

export function planApps(desired: DesiredOrg, state: OrgState, draft: Draft): void {
  for (const app of desired.apps) planApp(app, desired, state, draft);
  const labels = new Set(desired.apps.map(({ label }) => label));
  for (const app of state.apps) {
    const owners = ownersIn(app.notes) ?? [];
    if (labels.has(app.label) || !owners.some((map) => givenNames(desired).includes(map))) continue;
    const rest = ownersAfter(owners, givenNames(desired), []);
    draft.dropped.push(...(rest.length === 0 ? removalOf(app) : [releaseOf(app, owners, rest)]));
  }
}

function planApp(app: DesiredApp, desired: DesiredOrg, state: OrgState, draft: Draft): void {
  const { label } = app;
  const named = state.apps.filter((candidate) => candidate.label === label);
  const [existing, second] = named;
  if (second) {
    draft.findings.push({
      level: 'blocks',
      text: `${named.length} apps have the label ${code(label)}: rename one in Okta, or choose another label`,
    });
    return;
  }
  if (!existing) createApp(app, draft);
  else {
    draft.ids.set(appRef(label), existing.clientId);
    draft.ids.set(`${appRef(label)}#id`, existing.id);
    if (ownersIn(existing.notes)) planOwn(app, existing, desired, draft);
    else planForeign(app, existing, desired, draft);
  }
  planAssignments(app, existing, desired, state, draft);
}

function createApp({ label, type, redirectUris, maps }: DesiredApp, draft: Draft): void {
  const { applicationType, method, grants, responses } = SHAPES[type];
  const pkce: Readonly<Record<string, Template>> =
    type === 'service' ? {} : { pkce_required: true };
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
        credentials: {
          oauthClient: { autoKeyRotation: true, token_endpoint_auth_method: method, ...pkce },
        },
        settings: {
          oauthClient: {
            application_type: applicationType,
            grant_types: grants,
            response_types: responses,
            ...(redirectUris.length > 0 ? { redirect_uris: redirectUris } : {}),
          },
          notes: { admin: ownedBy(...maps) },
        },
      },
    },
    gives: appRef(label),
  });
}

/** What differs between an app and the map, in words of the plan. */
function differencesOf({ type, redirectUris }: DesiredApp, existing: AppState): readonly Change[] {
  const { grants, responses, method } = SHAPES[type];
  return differences({
    redirectUris: [existing.redirectUris, redirectUris],
    grantTypes: [existing.grantTypes, grants],
    responseTypes: [existing.responseTypes, responses],
    authMethod: [existing.authMethod, method],
    ...(type === 'service' ? {} : { pkceRequired: [existing.pkce, true] as const }),
  });
}

function isOfType(
  { label, type }: DesiredApp,
  { applicationType: found }: AppState,
  draft: Draft,
): boolean {
  const { applicationType } = SHAPES[type];
  if (found === applicationType) return true;
  const text = `app ${code(label)} has the type ${code(found)}, expected \`${applicationType}\`: Okta cannot change it, choose another label`;
  draft.findings.push({ level: 'blocks', text });
  return false;
}

/**
 * An app of that label may be anybody's: only its client id, which the map's author has written,
 * makes it the client that is meant.
 */
function planForeign(app: DesiredApp, existing: AppState, desired: DesiredOrg, draft: Draft): void {
  const { label, maps } = app;
  draft.foreign.add(appRef(label));
  const policies = desired.servers
    .flatMap((server) => server.policies)
    .filter(({ map }) => maps.includes(map));
  if (!policies.some(({ clients }) => clients !== 'any' && clients.includes(existing.clientId))) {
    const text = `app ${code(label)} (${existing.clientId}) is not of our making: to use it, give its client id under \`okta.clients\`, else choose another label`;
    draft.findings.push({ level: 'blocks', text });
    return;
  }
  if (!isOfType(app, existing, draft)) return;
  const differs = differencesOf(app, existing).map(({ what }) => what);
  if (differs.length > 0) {
    const text = `app ${code(label)} is not of our making and stays: its ${differs.join(' and ')} differ`;
    draft.findings.push({ level: 'warns', text });
  }
  draft.left.push({ kind: 'app', name: label, why: 'is not of our making' });
}

function planOwn(app: DesiredApp, existing: AppState, desired: DesiredOrg, draft: Draft): void {
  if (!isOfType(app, existing, draft)) return;
  const { label, type, redirectUris, maps } = app;
  const { grants, responses, method } = SHAPES[type];
  const owners = ownersIn(existing.notes) ?? [];
  const changes = differencesOf(app, existing);
  const others = owners.filter((owner) => !givenNames(desired).includes(owner));
  if (changes.length > 0 && others.length > 0) {
    const what = changes.map((change) => change.what).join(' and ');
    const text = `app ${code(label)} has another ${what} for ${others.map(code).join(', ')}: give all its maps together, or choose another label`;
    draft.findings.push({ level: 'blocks', text });
    return;
  }
  const after = ownersAfter(owners, givenNames(desired), maps);
  const all = [...differences({ maps: [owners, after] }), ...changes];
  const path = ['/api/v1/apps/', ref(`${appRef(label)}#id`)];
  if (all.length > 0) {
    const oauthClient = {
      redirect_uris: redirectUris,
      grant_types: grants,
      response_types: responses,
    };
    const pkce: Readonly<Record<string, Template>> =
      type === 'service' ? {} : { pkce_required: true };
    const body = {
      credentials: { oauthClient: { token_endpoint_auth_method: method, ...pkce } },
      settings: { oauthClient, notes: { admin: withOwners(existing.notes, after) } },
    };
    addStep(draft, {
      action: 'update',
      kind: 'app',
      name: label,
      changes: all,
      request: { method: 'PUT', path, body, merge: 'all' },
    });
  }
  if (existing.status === 'INACTIVE') {
    const request = { method: 'POST', path: [...path, '/lifecycle/activate'] } as const;
    addStep(draft, { action: 'activate', kind: 'app', name: label, changes: [], request });
  } else if (all.length === 0) draft.left.push({ kind: 'app', name: label, why: 'is as wanted' });
}

/** Assignments that may be somebody else's are told and stay. */
function planAssignments(
  { label, groups }: DesiredApp,
  existing: AppState | undefined,
  desired: DesiredOrg,
  state: OrgState,
  draft: Draft,
): void {
  const owners = ownersIn(existing?.notes);
  if (existing && !owners) return;
  const path = ['/api/v1/apps/', ref(`${appRef(label)}#id`), '/groups/'] as const;
  for (const group of groups) {
    const reference = groupRef(group);
    const id = draft.ids.get(reference);
    if (!isKnown(draft, reference) || (id !== undefined && existing?.groupIds.includes(id)))
      continue;
    const request = { method: 'PUT', path: [...path, ref(reference)], body: {} } as const;
    addStep(draft, {
      action: 'assign',
      kind: 'app',
      name: label,
      changes: [{ what: 'group', to: group }],
      request,
    });
  }
  if (!existing || owners?.some((owner) => !givenNames(desired).includes(owner))) return;
  const wanted = new Set(groups.map((group) => draft.ids.get(groupRef(group))));
  const ours = ownGroupIds(desired, state);
  for (const id of existing.groupIds) {
    if (wanted.has(id)) continue;
    const name = desired.groups.find((group) => draft.ids.get(groupRef(group.name)) === id)?.name;
    const shown = name ?? shownGroup(id, state);
    if (name === undefined && !ours.has(id)) {
      const text = `app ${code(label)} is assigned to ${shown}, which no map gives it: it stays, unassign it in Okta if nobody needs it`;
      draft.findings.push({ level: 'notes', text });
      continue;
    }
    const request = { method: 'DELETE', path: [...path, id] } as const;
    draft.dropped.push({
      action: 'unassign',
      kind: 'app',
      name: label,
      changes: [{ what: 'group', to: shown }],
      request,
    });
  }
}

/**
 * Groups that left the maps: Okta does not say who has assigned an app to a group, so only those
 * count as ours that we have made, or that our claim still carries for the given maps alone.
 */
function ownGroupIds(desired: DesiredOrg, { groups, servers }: OrgState): ReadonlySet<string> {
  const given = givenNames(desired);
  const areGiven = (owners: readonly string[] | undefined): boolean =>
    owners?.every((owner) => given.includes(owner)) === true;
  const made = groups
    .filter(({ description }) => areGiven(ownersIn(description)))
    .map(({ id }) => id);
  const carried = desired.servers.flatMap((wanted) => {
    const own = servers.filter(
      ({ name, id, description }) =>
        (wanted.ids.includes(id) || name === wanted.name) && areGiven(ownersIn(description)),
    );
    return own.flatMap((server) => [...carriedIds(server, wanted)]);
  });
  return new Set([...made, ...carried]);
}

function shownGroup(id: string, { groups }: OrgState): string {
  const name = groups.find((group) => group.id === id)?.name;
  return name === undefined ? id : `${name} (${id})`;
}

/** Other maps still want it. */
function releaseOf(
  { id, label, notes }: AppState,
  owners: readonly string[],
  rest: readonly string[],
): Step {
  const body = { settings: { notes: { admin: withOwners(notes, rest) } } };
  const request = { method: 'PUT', path: [`/api/v1/apps/${id}`], body, merge: 'all' } as const;
  return {
    action: 'update',
    kind: 'app',
    name: label,
    changes: [{ what: 'maps', from: owners, to: rest }],
    request,
  };
}

function removalOf({ id, label, status }: AppState): readonly Step[] {
  const path = [`/api/v1/apps/${id}`];
  const common = { kind: 'app', name: label, changes: [] } as const;
  const stop = {
    ...common,
    action: 'deactivate',
    request: { method: 'POST', path: [...path, '/lifecycle/deactivate'] },
  } as const;
  const remove = { ...common, action: 'delete', request: { method: 'DELETE', path } } as const;
  return status === 'ACTIVE' ? [stop, remove] : [remove];
}
