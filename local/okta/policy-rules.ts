/** Rules of the access policies of an authorization server. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, known } from './answers.ts';
import { addLifecycle, bodyOf, params } from './requests.ts';
import { inOrder, makeRoom, remove, replaced, SERVERS_PATH } from './server-children.ts';
import type { Entity, OrgStore } from './store.ts';

export function addPolicyRules(app: FastifyInstance, store: OrgStore): void {
  const path = `${SERVERS_PATH}/:server/policies/:policy/rules`;
  const tableOf = (request: FastifyRequest): Map<string, Entity> => {
    const { server = '', policy = '' } = params(request);
    known(store.policies.get(server), policy, 'Policy');
    return store.rules.get(policy) ?? new Map();
  };
  const one = (request: FastifyRequest): Entity =>
    known(tableOf(request), params(request)['id'] ?? '', 'PolicyRule');
  app.get(path, (request) => inOrder(tableOf(request), { ordered: true }));
  app.get(`${path}/:id`, one);
  app.post(path, (request, reply) => {
    const body = bodyOf(request);
    checkRule(body);
    const entity: Entity = { status: 'ACTIVE', ...body, id: store.newId('0pr') };
    makeRoom(tableOf(request), entity);
    tableOf(request).set(entity.id, entity);
    return reply.code(201).send(entity);
  });
  app.put(`${path}/:id`, (request) => {
    checkRule(bodyOf(request));
    return replaced(one(request), bodyOf(request));
  });
  app.delete(`${path}/:id`, (request, reply) => remove(tableOf(request), one(request), reply));
  addLifecycle(app, `${path}/:id`, one);
}

function checkRule(body: Readonly<Record<string, unknown>>): void {
  if (body['type'] !== 'RESOURCE_ACCESS' || typeof body['name'] !== 'string' || !body['conditions'])
    throw invalid('name, type and conditions');
  const token = (
    body['actions'] as
      | { readonly token?: { readonly accessTokenLifetimeMinutes?: number } }
      | undefined
  )?.token;
  const minutes = token?.accessTokenLifetimeMinutes ?? 60;
  if (minutes < 5 || minutes > 1_440)
    throw invalid('actions.token.accessTokenLifetimeMinutes: 5 to 1440');
}
