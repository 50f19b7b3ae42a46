/** Groups of the local org. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, page } from './answers.ts';
import type { DirectoryOptions } from './directory.ts';
import { addGroup, nameOf, type OrgStore } from './org-store.ts';
import { bodyOf, entityIn } from './request-parts.ts';

export function addGroups(
  app: FastifyInstance,
  store: OrgStore,
  { pageSize }: DirectoryOptions,
): void {
  const one = entityIn(store.groups, 'UserGroup');
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
