/** Groups, group rules, apps, trusted origins and users of the local org. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, known, page } from './answers.ts';
import { addLifecycle } from './authorization-servers.ts';
import { addGroup, type Entity, groupsOfUser, nameOf, type OrgStore, userOf } from './store.ts';

const params = (request: FastifyRequest): Readonly<Record<string, string>> =>
  request.params as Readonly<Record<string, string>>;
const bodyOf = (request: FastifyRequest): Record<string, unknown> => ({
  ...(request.body as Record<string, unknown> | null),
});

export interface DirectoryOptions {
  readonly pageSize: number;
  /** Reads of a rule that still show the state before its activation or removal. */
  readonly lag: () => number;
  /** Ids of apps by their labels. */
  readonly appIds: Readonly<Record<string, string>>;
}

export function addGroups(
  app: FastifyInstance,
  store: OrgStore,
  { pageSize }: DirectoryOptions,
): void {
  const one = (request: FastifyRequest): Entity =>
    known(store.groups, params(request)['id'] ?? '', 'UserGroup');
  app.get('/api/v1/groups', (request, reply) =>
    page(request, reply, [...store.groups.values()], pageSize),
  );
  app.get('/api/v1/groups/:id', one);
  app.post('/api/v1/groups', (request, reply) => {
    const { name, description = '' } = profileOf(request);
    const taken = [...store.groups.values()].some(
      (group) => nameOf(group) === name && group['type'] !== 'APP_GROUP',
    );
    if (taken)
      throw invalid('name: An object with this field already exists in the current organization');
    return reply.code(200).send(addGroup(store, { name, description }));
  });
  app.put('/api/v1/groups/:id', (request) => {
    const { name, description = '' } = profileOf(request);
    return Object.assign(one(request), { profile: { name, description } });
  });
  app.get('/api/v1/groups/:id/users', (request, reply) => {
    const { id } = one(request);
    const users = [...store.users.values()].filter((user) => store.members.get(user.id)?.has(id));
    return page(request, reply, users, pageSize);
  });
}

function profileOf(request: FastifyRequest): {
  readonly name: string;
  readonly description?: string;
} {
  const profile = bodyOf(request)['profile'] as
    | { readonly name?: string; readonly description?: string }
    | undefined;
  if (!profile?.name) throw invalid('name: The field cannot be left blank');
  return { ...profile, name: profile.name };
}

export function addGroupRules(
  app: FastifyInstance,
  store: OrgStore,
  { pageSize, lag }: DirectoryOptions,
): void {
  /** Reads left until a change shows. */
  const pending = new Map<string, { reads: number; readonly settle: () => void }>();
  const later = (id: string, settle: () => void): void => {
    if (lag() === 0) settle();
    else pending.set(id, { reads: lag(), settle });
  };
  const read = (rule: Entity): void => {
    const waiting = pending.get(rule.id);
    if (waiting === undefined || --waiting.reads > 0) return;
    pending.delete(rule.id);
    waiting.settle();
  };
  const path = '/api/v1/groups/rules';
  const one = (request: FastifyRequest): Entity =>
    known(store.groupRules, params(request)['id'] ?? '', 'GroupRule');
  app.get(path, (request, reply) => page(request, reply, [...store.groupRules.values()], pageSize));
  app.get(`${path}/:id`, (request) => {
    const shown = { ...one(request) };
    read(one(request));
    return shown;
  });
  app.post(path, (request, reply) => {
    const body = bodyOf(request);
    checkRule(store, body, undefined);
    const rule: Entity = { ...body, id: store.newId('0pr'), status: 'INACTIVE' };
    store.groupRules.set(rule.id, rule);
    return reply.code(200).send(rule);
  });
  app.put(`${path}/:id`, (request) => {
    const current = one(request);
    const body = bodyOf(request);
    if (current['status'] !== 'INACTIVE')
      throw invalid('status: only inactive rules can be updated');
    if (JSON.stringify(body['actions']) !== JSON.stringify(current['actions']))
      throw invalid('actions: cannot be updated');
    checkRule(store, body, current.id);
    return Object.assign(current, body, { id: current.id, status: 'INACTIVE' });
  });
  app.delete(`${path}/:id`, (request, reply) => {
    const rule = one(request);
    if (rule['status'] === 'ACTIVE') throw invalid('status: deactivate the rule first');
    later(rule.id, () => store.groupRules.delete(rule.id));
    return reply.code(202).send();
  });
  app.post(`${path}/:id/lifecycle/activate`, (request, reply) => {
    const rule = one(request);
    later(rule.id, () => {
      rule['status'] = 'ACTIVE';
    });
    return reply.code(204).send();
  });
  app.post(`${path}/:id/lifecycle/deactivate`, (request, reply) => {
    one(request)['status'] = 'INACTIVE';
    return reply.code(204).send();
  });
}

function checkRule(
  store: OrgStore,
  body: Readonly<Record<string, unknown>>,
  own: string | undefined,
): void {
  const name = String(body['name'] ?? '');
  if (name === '' || name.length > 50) throw invalid('name: 1 to 50 characters');
  if ([...store.groupRules.values()].some((rule) => rule['name'] === name && rule.id !== own))
    throw invalid('name: already in use');
  const actions = body['actions'] as
    | { readonly assignUserToGroups?: { readonly groupIds?: readonly string[] } }
    | undefined;
  for (const id of actions?.assignUserToGroups?.groupIds ?? [])
    known(store.groups, id, 'UserGroup');
}

interface AppBody {
  readonly label?: string;
  readonly credentials?: { readonly oauthClient?: Readonly<Record<string, unknown>> };
  readonly settings?: { readonly oauthClient?: Readonly<Record<string, unknown>> };
}

export function addApps(
  app: FastifyInstance,
  store: OrgStore,
  { pageSize, appIds }: DirectoryOptions,
): void {
  const path = '/api/v1/apps';
  const one = (request: FastifyRequest): Entity =>
    known(store.apps, params(request)['id'] ?? '', 'AppInstance');
  app.get(path, (request, reply) => {
    const { filter = '' } = request.query as { readonly filter?: string };
    const name = /^name eq "([^"]+)"$/.exec(filter)?.[1];
    // A seeded app may have no name: it is one of OpenID Connect.
    const found = [...store.apps.values()].filter(
      (one) => name === undefined || (one['name'] ?? 'oidc_client') === name,
    );
    return page(request, reply, found, pageSize);
  });
  app.get(`${path}/:id`, one);
  app.post(path, (request, reply) => {
    const body = bodyOf(request);
    checkApp(body);
    const id = appIds[String(body['label'])] ?? store.newId('0oa');
    const { oauthClient = {} } = (body as AppBody).credentials ?? {};
    // The real org shows a new client's secret in this answer: whoever handles it must not pass it
    // on.
    const secret =
      oauthClient['token_endpoint_auth_method'] === 'none'
        ? {}
        : { client_secret: `secret-of-${id}` };
    const entity: Entity = {
      ...body,
      id,
      status: 'ACTIVE',
      credentials: { oauthClient: { ...oauthClient, client_id: id, ...secret } },
    };
    store.apps.set(id, entity);
    store.assignments.set(id, new Set());
    return reply.code(200).send(entity);
  });
  app.put(`${path}/:id`, (request) => {
    const current = one(request);
    const body = bodyOf(request);
    checkApp(body);
    const type = (of: AppBody): unknown => of.settings?.oauthClient?.['application_type'];
    if (type(body) !== type(current as AppBody))
      throw invalid('settings.oauthClient.application_type: cannot be changed');
    return Object.assign(current, body, { id: current.id, status: current['status'] });
  });
  app.delete(`${path}/:id`, (request, reply) => {
    const { id, status } = one(request);
    if (status === 'ACTIVE') throw invalid('status: deactivate the app first');
    store.apps.delete(id);
    store.assignments.delete(id);
    return reply.code(204).send();
  });
  addLifecycle(app, `${path}/:id`, one);
  addAssignments(app, store, pageSize, one);
}

function addAssignments(
  app: FastifyInstance,
  store: OrgStore,
  pageSize: number,
  one: (request: FastifyRequest) => Entity,
): void {
  app.get('/api/v1/apps/:id/groups', (request, reply) =>
    page(
      request,
      reply,
      [...(store.assignments.get(one(request).id) ?? [])].map((id) => ({ id })),
      Math.max(pageSize, 1),
    ),
  );
  app.put('/api/v1/apps/:id/groups/:group', (request) => {
    const group = known(store.groups, params(request)['group'] ?? '', 'UserGroup');
    store.assignments.get(one(request).id)?.add(group.id);
    return { id: group.id, priority: 0 };
  });
  app.delete('/api/v1/apps/:id/groups/:group', (request, reply) => {
    store.assignments.get(one(request).id)?.delete(params(request)['group'] ?? '');
    return reply.code(204).send();
  });
}

function checkApp(body: AppBody): void {
  if (!body.label) throw invalid('label: The field cannot be left blank');
  const { application_type: type, redirect_uris: uris } = body.settings?.oauthClient ?? {};
  if (type !== 'service' && (!Array.isArray(uris) || uris.length === 0))
    throw invalid('settings.oauthClient.redirect_uris: required');
}

export function addOrigins(
  app: FastifyInstance,
  store: OrgStore,
  { pageSize }: DirectoryOptions,
): void {
  const path = '/api/v1/trustedOrigins';
  app.get(path, (request, reply) => page(request, reply, [...store.origins.values()], pageSize));
  app.post(path, (request, reply) => {
    const body = bodyOf(request);
    if (
      [...store.origins.values()].some(
        ({ origin, name }) => origin === body['origin'] || name === body['name'],
      )
    )
      throw invalid('origin: already in use');
    const origin: Entity = { ...body, id: store.newId('tos'), status: 'ACTIVE' };
    store.origins.set(origin.id, origin);
    return reply.code(200).send(origin);
  });
  const one = (request: FastifyRequest): Entity =>
    known(store.origins, params(request)['id'] ?? '', 'TrustedOrigin');
  app.get(`${path}/:id`, one);
  app.put(`${path}/:id`, (request) =>
    Object.assign(one(request), bodyOf(request), { id: one(request).id }),
  );
  app.delete(`${path}/:id`, (request, reply) => {
    store.origins.delete(one(request).id);
    return reply.code(204).send();
  });
}

export function addUsers(app: FastifyInstance, store: OrgStore): void {
  const one = (request: FastifyRequest): Entity => {
    const id = params(request)['id'] ?? '';
    const user = userOf(store, id);
    return user ?? known(undefined, id, 'User');
  };
  app.get('/api/v1/users/:id', one);
  app.get('/api/v1/users/:id/groups', (request) =>
    groupsOfUser(store, one(request).id).map(({ id }) => known(store.groups, id, 'UserGroup')),
  );
}
