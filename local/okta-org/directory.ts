/** Trusted origins and users of the local org, and what its directory is given. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, known, page } from './answers.ts';
import { type Entity, groupsOfUser, type OrgStore, userOf } from './org-store.ts';
import { bodyOf, entityIn, params } from './request-parts.ts';
import { originShape } from './shapes.ts';

export interface DirectoryOptions {
  readonly pageSize: number;
  /** Reads of a rule that still show the state before its activation or removal. */
  readonly lag: () => number;
  /** Ids of apps by their labels. */
  readonly appIds: Readonly<Record<string, string>>;
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
    const origin = originShape({ ...body, id: store.newId('tos'), status: 'ACTIVE' });
    store.origins.set(origin.id, origin);
    return reply.code(200).send(origin);
  });
  const one = entityIn(store.origins, 'TrustedOrigin');
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
