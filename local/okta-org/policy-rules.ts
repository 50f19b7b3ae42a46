/** Rules of the access policies of an authorization server. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, known } from './answers.ts';
import type { Entity, OrgStore } from './org-store.ts';
import { addLifecycle, bodyOf, params } from './request-parts.ts';
import { inOrder, makeRoom, remove, replaced, SERVERS_PATH, serverOf } from './server-children.ts';
import { ruleShape } from './shapes.ts';

export function addPolicyRules(app: FastifyInstance, store: OrgStore): void {
  const path = `${SERVERS_PATH}/:server/policies/:policy/rules`;
  const tableOf = (request: FastifyRequest): Map<string, Entity> => {
    const { server = '', policy = '' } = params(request);
    known(store.policies.get(serverOf(store, server).id), policy, 'Policy');
    return store.rules.get(policy) ?? new Map();
  };
  const one = (request: FastifyRequest): Entity =>
    known(tableOf(request), params(request)['id'] ?? '', 'PolicyRule');
  app.get(path, (request) => inOrder(tableOf(request), { ordered: true }));
  app.get(`${path}/:id`, one);
  app.post(path, (request, reply) => {
    const body = bodyOf(request);
    checkRule(body);
    const entity = ruleShape({ ...body, id: store.newId('0pr') });
    makeRoom(tableOf(request), entity);
    tableOf(request).set(entity.id, entity);
    return reply.code(201).send(entity);
  });
  app.put(`${path}/:id`, (request) => {
    checkRule(bodyOf(request));
    return replaced(one(request), bodyOf(request), ruleShape);
  });
  app.delete(`${path}/:id`, (request, reply) => remove(tableOf(request), one(request), reply));
  addLifecycle(app, `${path}/:id`, one);
}

function checkRule(body: Readonly<Record<string, unknown>>): void {
  if (body['type'] !== 'RESOURCE_ACCESS' || typeof body['name'] !== 'string' || !body['conditions'])
    throw invalid('name, type and conditions');
  checkLifetimes(body['actions'] as Actions | undefined);
}

interface Actions {
  readonly token?: {
    readonly accessTokenLifetimeMinutes?: number;
    readonly refreshTokenLifetimeMinutes?: number;
    readonly refreshTokenWindowMinutes?: number;
  };
}

/** A refresh token without end (0) may have any window. */
function checkLifetimes({ token = {} }: Actions = {}): void {
  const { accessTokenLifetimeMinutes: access = 60, refreshTokenLifetimeMinutes: refresh = 0 } =
    token;
  const { refreshTokenWindowMinutes: window = 10_080 } = token;
  if (access < 5 || access > 1_440)
    throw invalid('actions.token.accessTokenLifetimeMinutes: 5 to 1440');
  if (refresh !== 0 && refresh < access)
    throw invalid('actions.token.refreshTokenLifetimeMinutes: below the access token lifetime');
  if (window < access || (refresh !== 0 && window > refresh))
    throw invalid('actions.token.refreshTokenWindowMinutes: between both lifetimes');
}
