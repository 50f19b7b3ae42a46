/**
 * What happens to people in the local org, as its System Log tells it and its hooks bring it.
 * Shapes of events: Okta, "System Log API", and recorded events.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { known, OrgError } from './answers.ts';
import type { Deliveries, LogEvent } from './event-hooks.ts';
import { type Entity, loginOf, nameOf, type OrgStore, userOf } from './org-store.ts';
import { params } from './request-parts.ts';

const ADMIN = {
  id: '00u1admin',
  type: 'User',
  alternateId: 'admin@example.com',
  displayName: 'Local Admin',
  detailEntry: null,
};

const MESSAGES = {
  'user.lifecycle.deactivate': 'Deactivate Okta user',
  'user.lifecycle.suspend': 'Suspend Okta user',
  'user.lifecycle.reactivate': 'Reactivate Okta user',
  'user.session.clear': 'Clear user session',
  'group.user_membership.add': 'Add user to group membership',
  'group.user_membership.remove': 'Remove user from group membership',
} as const;

const ATTEMPT = { type: 'WEB', id: 'local', detail: {} };

export interface OrgEvents {
  /** All events of the org, the oldest first. */
  readonly log: LogEvent[];
}

/** A user by id or login, a group by id or name. */
export function addOrgEvents(
  app: FastifyInstance,
  store: OrgStore,
  { deliver }: Deliveries,
): OrgEvents {
  const log: LogEvent[] = [];
  const happened = async (
    type: keyof typeof MESSAGES,
    target: readonly object[],
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const event = eventOf(type, target);
    log.push(event);
    await deliver([event]);
    return reply.code(200).send(event);
  };
  const userIn = (request: Parameters<typeof params>[0]): Entity => {
    const id = params(request)['user'] ?? '';
    return userOf(store, id) ?? known(undefined, id, 'User');
  };
  const changes = [
    ['deactivate', 'user.lifecycle.deactivate', 'DEPROVISIONED'],
    ['suspend', 'user.lifecycle.suspend', 'SUSPENDED'],
    ['reactivate', 'user.lifecycle.reactivate', 'ACTIVE'],
  ] as const;
  for (const [verb, type, status] of changes)
    app.post(`/_local/users/:user/${verb}`, (request, reply) => {
      const user = Object.assign(userIn(request), { status });
      return happened(type, [userTarget(user)], reply);
    });
  app.post('/_local/users/:user/clear-sessions', (request, reply) =>
    happened('user.session.clear', [userTarget(userIn(request))], reply),
  );
  for (const verb of ['add', 'remove'] as const)
    app.post(`/_local/users/:user/groups/:group/${verb}`, (request, reply) => {
      const user = userIn(request);
      const group = groupIn(store, params(request)['group'] ?? '');
      const groups = store.members.get(user.id) ?? new Set();
      if (verb === 'remove') groups.delete(group.id);
      else groups.add(group.id);
      store.members.set(user.id, groups);
      const targets = [userTarget(user), groupTarget(group)];
      return happened(`group.user_membership.${verb}`, targets, reply);
    });
  addLog(app, log);
  return { log };
}

function groupIn(store: OrgStore, idOrName: string): Entity {
  const found = [...store.groups.values()].find(
    (group) => group.id === idOrName || nameOf(group) === idOrName,
  );
  return found ?? known(undefined, idOrName, 'UserGroup');
}

const eventOf = (eventType: keyof typeof MESSAGES, target: readonly object[]): LogEvent =>
  ({
    uuid: randomUUID(),
    published: new Date().toISOString(),
    eventType,
    version: '0',
    displayMessage: MESSAGES[eventType],
    severity: 'INFO',
    actor: ADMIN,
    outcome: { result: 'SUCCESS', reason: null },
    target,
    transaction: ATTEMPT,
  }) as LogEvent;

const userTarget = (user: Entity) => ({
  id: user.id,
  type: 'User',
  alternateId: loginOf(user),
  displayName: loginOf(user),
  detailEntry: null,
});

const groupTarget = (group: Entity) => ({
  id: group.id,
  type: 'UserGroup',
  alternateId: 'unknown',
  displayName: nameOf(group),
  detailEntry: null,
});

const MOST_EVENTS = 1_000;

/**
 * Polling requests alone: ascending, without `until`, with a next page always. The cursor is the
 * place in the log.
 */
function addLog(app: FastifyInstance, log: readonly LogEvent[]): void {
  app.get('/api/v1/logs', (request, reply) => {
    const query = request.query as Readonly<Record<string, string>>;
    if (query['until'] !== undefined || query['sortOrder'] !== 'ASCENDING')
      throw new OrgError(400, 'E0000031', 'The local org answers polling requests alone');
    const start =
      query['after'] === undefined
        ? log.findIndex(({ published }) => published >= (query['since'] ?? ''))
        : Number(query['after']);
    const from = start < 0 ? log.length : start;
    const read = log.slice(from, from + Math.min(Number(query['limit'] ?? 100), MOST_EVENTS));
    const next = new URL(request.url, `http://${request.headers.host}`);
    next.searchParams.set('after', String(from + read.length));
    reply.header('link', [`<${next.href}>; rel="next"`]);
    const types = [...(query['filter'] ?? '').matchAll(/eventType eq "([^"]+)"/g)].map(
      ([, t]) => t,
    );
    return read.filter(({ eventType }) => types.length === 0 || types.includes(eventType));
  });
}
