/** `/api/v1/authorizationServers` of the local org. */
import type { FastifyInstance } from 'fastify';
import { invalid, page } from './answers.ts';
import { addPolicyRules } from './policy-rules.ts';
import { addLifecycle, bodyOf, entityIn } from './requests.ts';
import { addChildren, type Kind, SERVERS_PATH } from './server-children.ts';
import type { Entity, OrgStore } from './store.ts';

export interface ServerOptions {
  /** The issuer of a server. */
  readonly issuerOf: (id: string) => string;
  readonly pageSize: number;
  readonly firstId?: string;
}

const STANDARD_SCOPES = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'device_sso',
];

export function addAuthorizationServers(
  app: FastifyInstance,
  store: OrgStore,
  options: ServerOptions,
): void {
  const one = entityIn(store.servers, 'AuthorizationServer', 'server');
  app.get(SERVERS_PATH, (request, reply) =>
    page(request, reply, [...store.servers.values()], options.pageSize),
  );
  app.post(SERVERS_PATH, (request, reply) =>
    reply.code(201).send(createServer(store, bodyOf(request), options)),
  );
  app.get(`${SERVERS_PATH}/:server`, one);
  app.put(`${SERVERS_PATH}/:server`, (request) => {
    const current = one(request);
    const { name, description, audiences, issuerMode } = bodyOf(request);
    checkServer({ name, audiences });
    return Object.assign(current, {
      name,
      description,
      audiences,
      issuerMode: issuerMode ?? current['issuerMode'],
    });
  });
  app.delete(`${SERVERS_PATH}/:server`, (request, reply) => {
    const { id, status } = one(request);
    if (status === 'ACTIVE') throw invalid('status: deactivate the server first');
    for (const table of [store.servers, store.claims, store.scopes, store.policies])
      table.delete(id);
    return reply.code(204).send();
  });
  addLifecycle(app, `${SERVERS_PATH}/:server`, one);
  addContents(app, store, options);
}

/** Claims, scopes, policies and their rules. */
function addContents(app: FastifyInstance, store: OrgStore, options: ServerOptions): void {
  addChildren(app, store, options, {
    plural: 'claims',
    prefix: 'ocl',
    table: (server) => store.claims.get(server),
    check: checkClaim,
  });
  addChildren(app, store, options, {
    plural: 'scopes',
    prefix: 'scp',
    table: (server) => store.scopes.get(server),
    check: checkScope,
    paged: true,
  });
  addChildren(app, store, options, {
    plural: 'policies',
    prefix: '00p',
    table: (server) => store.policies.get(server),
    check: checkPolicy(store),
    created: ({ id }) => store.rules.set(id, new Map()),
    ordered: true,
  });
  addPolicyRules(app, store);
}

function createServer(
  store: OrgStore,
  body: Record<string, unknown>,
  { issuerOf, firstId }: ServerOptions,
): Entity {
  checkServer(body);
  const id = firstId !== undefined && !store.servers.has(firstId) ? firstId : store.newId('aus');
  const server = {
    ...body,
    id,
    issuer: issuerOf(id),
    issuerMode: body['issuerMode'] ?? 'ORG_URL',
    status: 'ACTIVE',
  };
  store.servers.set(id, server);
  const scopes = STANDARD_SCOPES.map((name) => ({ id: store.newId('scp'), name, system: true }));
  store.scopes.set(id, new Map(scopes.map((scope) => [scope.id, scope])));
  const sub = {
    id: store.newId('ocl'),
    name: 'sub',
    claimType: 'RESOURCE',
    valueType: 'EXPRESSION',
    value: 'appuser.userName',
    system: true,
    status: 'ACTIVE',
  };
  store.claims.set(id, new Map([[sub.id, sub]]));
  store.policies.set(id, new Map());
  return server;
}

function checkServer({ name, audiences }: Readonly<Record<string, unknown>>): void {
  if (typeof name !== 'string' || name === '')
    throw invalid('name: The field cannot be left blank');
  if (!Array.isArray(audiences) || audiences.length !== 1)
    throw invalid('audiences: exactly one audience');
}

function checkClaim(body: Readonly<Record<string, unknown>>, others: readonly Entity[]): void {
  if (typeof body['name'] !== 'string') throw invalid('name: The field cannot be left blank');
  if (
    others.some(({ name, claimType }) => name === body['name'] && claimType === body['claimType'])
  )
    throw invalid('name: already in use');
  if (body['valueType'] === 'GROUPS' && body['group_filter_type'] === undefined)
    throw invalid('group_filter_type: required');
}

function checkScope(body: Readonly<Record<string, unknown>>, others: readonly Entity[]): void {
  if (typeof body['name'] !== 'string') throw invalid('name: The field cannot be left blank');
  if (others.some(({ name }) => name === body['name'])) throw invalid('name: already in use');
}

function checkPolicy(store: OrgStore): Kind['check'] {
  return (body, others) => {
    if (body['type'] !== 'OAUTH_AUTHORIZATION_POLICY')
      throw invalid('type: OAUTH_AUTHORIZATION_POLICY');
    if (others.some(({ name }) => name === body['name'])) throw invalid('name: already in use');
    const conditions = body['conditions'] as
      | { readonly clients?: { readonly include?: readonly string[] } }
      | undefined;
    const clients = new Set([...store.apps.values()].map(({ id }) => id));
    for (const client of conditions?.clients?.include ?? []) {
      if (client !== 'ALL_CLIENTS' && !clients.has(client))
        throw invalid(`conditions.clients: unknown client ${client}`);
    }
  };
}
