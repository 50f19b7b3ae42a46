/** `/api/v1/authorizationServers` of the local org. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, page } from './answers.ts';
import type { Entity, OrgStore } from './org-store.ts';
import { addPolicyRules } from './policy-rules.ts';
import { addLifecycle, bodyOf, params } from './request-parts.ts';
import { addChildren, type Kind, SERVERS_PATH, serverOf } from './server-children.ts';
import {
  claimShape,
  policyShape,
  scopeShape,
  serverShape,
  systemClaims,
  systemScopes,
} from './shapes.ts';

export interface ServerOptions {
  /** The issuer of a server, by its issuer mode. */
  readonly issuerOf: (id: string, mode: string) => string;
  readonly pageSize: number;
  readonly firstId?: string;
}

export function addAuthorizationServers(
  app: FastifyInstance,
  store: OrgStore,
  options: ServerOptions,
): void {
  const one = (request: FastifyRequest): Entity => serverOf(store, params(request)['server'] ?? '');
  app.get(SERVERS_PATH, (request, reply) =>
    page(request, reply, [...store.servers.values()], options.pageSize),
  );
  app.post(SERVERS_PATH, (request, reply) =>
    reply.code(201).send(createServer(store, bodyOf(request), options)),
  );
  app.get(`${SERVERS_PATH}/:server`, one);
  app.put(`${SERVERS_PATH}/:server`, (request) => changeServer(one(request), request, options));
  app.delete(`${SERVERS_PATH}/:server`, (request, reply) => {
    const { id, status, ...server } = one(request);
    if (server['default'] === true) throw invalid('id: the default server cannot be deleted');
    if (status === 'ACTIVE') throw invalid('status: deactivate the server first');
    for (const table of [store.servers, store.claims, store.scopes, store.policies])
      table.delete(id);
    return reply.code(204).send();
  });
  addLifecycle(app, `${SERVERS_PATH}/:server`, one);
  addContents(app, store, options);
}

/** The host of the issuer follows the issuer mode; the path of a server never changes. */
function changeServer(current: Entity, request: FastifyRequest, options: ServerOptions): Entity {
  const { name, description = '', audiences, issuerMode } = bodyOf(request);
  checkServer({ name, audiences });
  const mode = issuerMode ?? current['issuerMode'];
  const moved =
    mode === current['issuerMode'] ? {} : { issuer: options.issuerOf(current.id, String(mode)) };
  return Object.assign(current, { name, description, audiences, issuerMode: mode, ...moved });
}

/** Claims, scopes, policies and their rules. */
function addContents(app: FastifyInstance, store: OrgStore, options: ServerOptions): void {
  addChildren(app, store, options, {
    plural: 'claims',
    prefix: 'ocl',
    table: (server) => store.claims.get(server),
    shape: claimShape,
    check: checkClaim,
  });
  addChildren(app, store, options, {
    plural: 'scopes',
    prefix: 'scp',
    table: (server) => store.scopes.get(server),
    shape: scopeShape,
    check: checkScope,
    paged: true,
  });
  addChildren(app, store, options, {
    plural: 'policies',
    prefix: '00p',
    table: (server) => store.policies.get(server),
    shape: policyShape,
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
  const mode = String(body['issuerMode'] ?? 'ORG_URL');
  return addServer(store, serverShape(body, { id, issuer: issuerOf(id, mode) }));
}

/** Puts a server into the org, with what every new one has. */
function addServer(store: OrgStore, server: Entity): Entity {
  const { id } = server;
  store.servers.set(id, server);
  const table = (entities: readonly Entity[]): Map<string, Entity> =>
    new Map(entities.map((entity) => [entity.id, entity]));
  store.scopes.set(id, table(systemScopes(store.newId)));
  store.claims.set(id, table(systemClaims(store.newId)));
  store.policies.set(id, new Map());
  return server;
}

/** The server that an org has from its beginning: its id is not the last part of its issuer. */
export const addDefaultServer = (store: OrgStore, issuer: string): Entity =>
  addServer(
    store,
    serverShape(
      {
        name: 'default',
        description: 'Default Authorization Server for your Applications',
        audiences: ['api://default'],
        issuerMode: 'DYNAMIC',
      },
      { id: store.newId('aus'), issuer, default: true },
    ),
  );

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
