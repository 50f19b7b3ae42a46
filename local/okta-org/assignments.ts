/**
 * Who is assigned to an app of the local org: groups and single users. Held against answers of real
 * orgs by test/local/okta-org/contract.test.ts.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, known, page } from './answers.ts';
import { appGroupShape, appUserShape } from './completed-apps.ts';
import { assignmentOf, type Entity, type OrgStore } from './org-store.ts';
import { bodyOf, params } from './request-parts.ts';

type EntityOf = (request: FastifyRequest) => Entity;

export function addAssignments(
  app: FastifyInstance,
  store: OrgStore,
  pageSize: number,
  one: EntityOf,
): void {
  addGroups(app, store, pageSize, one);
  addUsers(app, store, pageSize, one);
}

/** In Federation Broker Mode an app is for everybody, and Okta takes no assignment. */
const isForEverybody = (app: Entity): boolean =>
  (app['settings'] as { readonly implicitAssignment?: boolean } | undefined)?.implicitAssignment ===
  true;

function addGroups(app: FastifyInstance, store: OrgStore, pageSize: number, one: EntityOf): void {
  app.get('/api/v1/apps/:id/groups', (request, reply) =>
    page(
      request,
      reply,
      [...(store.assignments.get(one(request).id) ?? [])].map((id) => appGroupShape(id)),
      Math.max(pageSize, 1),
    ),
  );
  app.put('/api/v1/apps/:id/groups/:group', (request) => {
    const group = known(store.groups, params(request)['group'] ?? '', 'UserGroup');
    if (isForEverybody(one(request)))
      throw invalid(
        'GroupAppAssignment: It is not possible to assign groups to an AppInstance that has Federation Broker Mode enabled',
      );
    store.assignments.get(one(request).id)?.add(group.id);
    return appGroupShape(group.id);
  });
  app.delete('/api/v1/apps/:id/groups/:group', (request, reply) => {
    store.assignments.get(one(request).id)?.delete(params(request)['group'] ?? '');
    return reply.code(204).send();
  });
}

function addUsers(app: FastifyInstance, store: OrgStore, pageSize: number, one: EntityOf): void {
  const path = '/api/v1/apps/:id/users';
  const assigned = (appId: string): readonly Entity[] =>
    [...store.users.values()].flatMap((user) => {
      const scope = assignmentOf(store, appId, user.id);
      return scope === undefined ? [] : [appUserShape(user, scope)];
    });
  app.get(path, (request, reply) => page(request, reply, assigned(one(request).id), pageSize));
  app.get(`${path}/:user`, (request) => {
    const id = params(request)['user'] ?? '';
    const all = new Map(assigned(one(request).id).map((user) => [user.id, user]));
    return known(all, id, 'AppUser');
  });
  app.post(path, (request) => {
    const user = known(store.users, String(bodyOf(request)['id'] ?? ''), 'User');
    const { id } = one(request);
    store.assignedUsers.set(id, (store.assignedUsers.get(id) ?? new Set()).add(user.id));
    return appUserShape(user, 'USER');
  });
  app.delete(`${path}/:user`, (request, reply) => {
    store.assignedUsers.get(one(request).id)?.delete(params(request)['user'] ?? '');
    return reply.code(204).send();
  });
}
