/** `/api/v1/authorizationServers` of the local org. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { invalid, known, page } from './answers.ts';
import type { Entity, OrgStore } from './store.ts';

type Params = Readonly<Record<string, string>>;
const params = (request: FastifyRequest): Params => request.params as Params;
const bodyOf = (request: FastifyRequest): Record<string, unknown> => ({
  ...(request.body as Record<string, unknown> | null),
});

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
const root = '/api/v1/authorizationServers';

export function addAuthorizationServers(
  app: FastifyInstance,
  store: OrgStore,
  options: ServerOptions,
): void {
  app.get(root, (request, reply) =>
    page(request, reply, [...store.servers.values()], options.pageSize),
  );
  app.post(root, (request, reply) =>
    reply.code(201).send(createServer(store, bodyOf(request), options)),
  );
  app.get(`${root}/:server`, (request) =>
    known(store.servers, params(request)['server'] ?? '', 'AuthorizationServer'),
  );
  app.put(`${root}/:server`, (request) => {
    const current = known(store.servers, params(request)['server'] ?? '', 'AuthorizationServer');
    const { name, description, audiences, issuerMode } = bodyOf(request);
    checkServer({ name, audiences });
    return Object.assign(current, {
      name,
      description,
      audiences,
      issuerMode: issuerMode ?? current['issuerMode'],
    });
  });
  app.delete(`${root}/:server`, (request, reply) => {
    const { id, status } = known(
      store.servers,
      params(request)['server'] ?? '',
      'AuthorizationServer',
    );
    if (status === 'ACTIVE') throw invalid('status: deactivate the server first');
    for (const table of [store.servers, store.claims, store.scopes, store.policies])
      table.delete(id);
    return reply.code(204).send();
  });
  addLifecycle(app, `${root}/:server`, (request) =>
    known(store.servers, params(request)['server'] ?? '', 'AuthorizationServer'),
  );
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
  addRules(app, store);
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

interface Kind {
  readonly plural: string;
  readonly prefix: string;
  readonly table: (server: string) => Map<string, Entity> | undefined;
  readonly check: (body: Readonly<Record<string, unknown>>, others: readonly Entity[]) => void;
  readonly created?: (entity: Entity) => void;
  /** New ones go to the place that `priority` asks for, and push the others down. */
  readonly ordered?: boolean;
  /** Okta answers claims and policies in one page. */
  readonly paged?: boolean;
}

function addChildren(
  app: FastifyInstance,
  store: OrgStore,
  options: ServerOptions,
  kind: Kind,
): void {
  const path = `${root}/:server/${kind.plural}`;
  const tableOf = (request: FastifyRequest): Map<string, Entity> => {
    const { server = '' } = params(request);
    known(store.servers, server, 'AuthorizationServer');
    return kind.table(server) ?? new Map();
  };
  const one = (request: FastifyRequest): Entity =>
    known(tableOf(request), params(request)['id'] ?? '', kind.plural);
  app.get(path, (request, reply) =>
    kind.paged
      ? page(request, reply, inOrder(tableOf(request), kind), options.pageSize)
      : inOrder(tableOf(request), kind),
  );
  app.get(`${path}/:id`, one);
  app.post(path, (request, reply) => {
    const table = tableOf(request);
    const body = bodyOf(request);
    kind.check(body, [...table.values()]);
    const status = kind.plural === 'scopes' ? {} : { status: 'ACTIVE' };
    const entity: Entity = { ...status, ...body, id: store.newId(kind.prefix) };
    if (kind.ordered) makeRoom(table, entity);
    table.set(entity.id, entity);
    kind.created?.(entity);
    return reply.code(201).send(entity);
  });
  app.put(`${path}/:id`, (request) => {
    const current = one(request);
    const body = bodyOf(request);
    kind.check(
      body,
      [...tableOf(request).values()].filter(({ id }) => id !== current.id),
    );
    return replaced(current, body);
  });
  app.delete(`${path}/:id`, (request, reply) => remove(tableOf(request), one(request), reply));
  addLifecycle(app, `${path}/:id`, one);
}

/** PUT replaces: what the body leaves out is gone, except what Okta alone sets. */
function replaced(current: Entity, body: Readonly<Record<string, unknown>>): Entity {
  const { id, status, priority } = current;
  for (const key of Object.keys(current)) delete current[key];
  return Object.assign(current, {
    status,
    ...(priority === undefined ? {} : { priority }),
    ...body,
    id,
  });
}

function remove(table: Map<string, Entity>, { id }: Entity, reply: FastifyReply): FastifyReply {
  table.delete(id);
  return reply.code(204).send();
}

const inOrder = (
  table: Map<string, Entity>,
  { ordered = false }: Pick<Kind, 'ordered'>,
): readonly Entity[] =>
  ordered
    ? [...table.values()].toSorted((a, b) => Number(a['priority']) - Number(b['priority']))
    : [...table.values()];

function makeRoom(table: Map<string, Entity>, entity: Entity): void {
  const last = table.size + 1;
  const wanted = Math.min(Math.max(Number(entity['priority'] ?? last), 1), last);
  for (const other of table.values())
    if (Number(other['priority']) >= wanted) other['priority'] = Number(other['priority']) + 1;
  entity['priority'] = wanted;
}

export function addLifecycle(
  app: FastifyInstance,
  path: string,
  one: (request: FastifyRequest) => Entity,
): void {
  for (const [verb, status] of [
    ['activate', 'ACTIVE'],
    ['deactivate', 'INACTIVE'],
  ] as const) {
    app.post(`${path}/lifecycle/${verb}`, (request, reply) => {
      one(request)['status'] = status;
      return reply.code(204).send();
    });
  }
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

function addRules(app: FastifyInstance, store: OrgStore): void {
  const path = `${root}/:server/policies/:policy/rules`;
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
