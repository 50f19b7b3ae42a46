/** What an authorization server has: tables of entities below it, with the checks of each kind. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { known, page } from './answers.ts';
import type { Entity, OrgStore } from './org-store.ts';
import { addLifecycle, bodyOf, params } from './request-parts.ts';

export const SERVERS_PATH = '/api/v1/authorizationServers';

export interface Kind {
  readonly plural: string;
  readonly prefix: string;
  readonly table: (server: string) => Map<string, Entity> | undefined;
  /** The entity as Okta completes it. */
  readonly shape: (entity: Entity) => Entity;
  readonly check: (body: Readonly<Record<string, unknown>>, others: readonly Entity[]) => void;
  readonly created?: (entity: Entity) => void;
  /** New ones go to the place that `priority` asks for, and push the others down. */
  readonly ordered?: boolean;
  /** Okta answers claims and policies in one page. */
  readonly paged?: boolean;
}

/** The endpoints of what a server has: claims, scopes, policies. */
export function addChildren(
  app: FastifyInstance,
  store: OrgStore,
  { pageSize }: { readonly pageSize: number },
  kind: Kind,
): void {
  const path = `${SERVERS_PATH}/:server/${kind.plural}`;
  const tableOf = (request: FastifyRequest): Map<string, Entity> => {
    const { server = '' } = params(request);
    const { id } = serverOf(store, server);
    return kind.table(id) ?? new Map();
  };
  const one = (request: FastifyRequest): Entity =>
    known(tableOf(request), params(request)['id'] ?? '', kind.plural);
  app.get(path, (request, reply) =>
    kind.paged
      ? page(request, reply, inOrder(tableOf(request), kind), pageSize)
      : inOrder(tableOf(request), kind),
  );
  app.get(`${path}/:id`, one);
  app.post(path, (request, reply) => {
    const table = tableOf(request);
    const body = bodyOf(request);
    kind.check(body, [...table.values()]);
    const entity = kind.shape({ ...body, id: store.newId(kind.prefix) });
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
    return replaced(current, body, kind.shape);
  });
  app.delete(`${path}/:id`, (request, reply) => remove(tableOf(request), one(request), reply));
  addLifecycle(app, `${path}/:id`, one);
}

/**
 * The server of that id; `default` names the one that every org has.
 * @throws OrgError 404
 */
export function serverOf({ servers }: OrgStore, id: string): Entity {
  const main = [...servers.values()].find((server) => server['default'] === true);
  return id === 'default' && main ? main : known(servers, id, 'AuthorizationServer');
}

/** PUT replaces: what the body leaves out is gone, except what Okta alone sets. */
export function replaced(
  current: Entity,
  body: Readonly<Record<string, unknown>>,
  shape: Kind['shape'],
): Entity {
  const { id, status, priority } = current;
  for (const key of Object.keys(current)) delete current[key];
  const kept = {
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
  };
  return Object.assign(current, shape({ ...kept, ...body, id }));
}

export function remove(
  table: Map<string, Entity>,
  { id }: Entity,
  reply: FastifyReply,
): FastifyReply {
  table.delete(id);
  return reply.code(204).send();
}

export const inOrder = (
  table: Map<string, Entity>,
  { ordered = false }: Pick<Kind, 'ordered'>,
): readonly Entity[] =>
  ordered
    ? [...table.values()].toSorted((a, b) => Number(a['priority']) - Number(b['priority']))
    : [...table.values()];

/** Gives a new entity the place that it asks for, and pushes the others down. */
export function makeRoom(table: Map<string, Entity>, entity: Entity): void {
  const last = table.size + 1;
  const wanted = Math.min(Math.max(Number(entity['priority'] ?? last), 1), last);
  for (const other of table.values())
    if (Number(other['priority']) >= wanted) other['priority'] = Number(other['priority']) + 1;
  entity['priority'] = wanted;
}
