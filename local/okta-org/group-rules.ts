/** Group rules of the local org. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, known, page } from './answers.ts';
import type { DirectoryOptions } from './directory.ts';
import type { Entity, OrgStore } from './org-store.ts';
import { bodyOf, entityIn } from './request-parts.ts';
import { groupRuleShape } from './shapes.ts';

export function addGroupRules(
  app: FastifyInstance,
  store: OrgStore,
  { pageSize, lag }: DirectoryOptions,
): void {
  const { later, read } = delayedChanges(lag);
  const path = '/api/v1/groups/rules';
  const one = entityIn(store.groupRules, 'GroupRule');
  app.get(path, (request, reply) => page(request, reply, [...store.groupRules.values()], pageSize));
  app.get(`${path}/:id`, (request) => {
    const shown = { ...one(request) };
    read(one(request));
    return shown;
  });
  app.post(path, (request, reply) => {
    const body = bodyOf(request);
    checkRule(store, body, undefined);
    const rule = groupRuleShape({ ...body, id: store.newId('0pr'), status: 'INACTIVE' });
    store.groupRules.set(rule.id, rule);
    return reply.code(200).send(rule);
  });
  app.put(`${path}/:id`, (request) => {
    const current = one(request);
    const body = bodyOf(request);
    if (current['status'] !== 'INACTIVE')
      throw invalid('status: only inactive rules can be updated');
    checkExclusions(store, body);
    if (JSON.stringify(body['actions']) !== JSON.stringify(current['actions']))
      throw invalid('actions: cannot be updated');
    checkRule(store, body, current.id);
    return Object.assign(current, groupRuleShape({ ...body, id: current.id, status: 'INACTIVE' }));
  });
  app.delete(`${path}/:id`, (request, reply) => {
    const rule = one(request);
    if (rule['status'] === 'ACTIVE') throw invalid('status: deactivate the rule first');
    later(rule.id, () => store.groupRules.delete(rule.id));
    return reply.code(202).send({});
  });
  addRuleLifecycle(app, `${path}/:id`, one, later);
}

/** A rule runs some time after its activation. */
function addRuleLifecycle(
  app: FastifyInstance,
  path: string,
  one: (request: FastifyRequest) => Entity,
  later: DelayedChanges['later'],
): void {
  app.post(`${path}/lifecycle/activate`, (request, reply) => {
    const rule = one(request);
    if (rule['status'] === 'INVALID') throw invalid('status: an invalid rule cannot be activated');
    later(rule.id, () => {
      rule['status'] = 'ACTIVE';
    });
    return reply.code(204).send();
  });
  app.post(`${path}/lifecycle/deactivate`, (request, reply) => {
    one(request)['status'] = 'INACTIVE';
    return reply.code(204).send();
  });
}

interface DelayedChanges {
  /** Applies a change after the given number of reads. */
  later(id: string, settle: () => void): void;
  /** Counts one read of the rule. */
  read(rule: Entity): void;
}

/** @param lag reads that still show the state before a change. */
function delayedChanges(lag: () => number): DelayedChanges {
  const pending = new Map<string, { reads: number; readonly settle: () => void }>();
  return {
    later(id, settle) {
      if (lag() === 0) settle();
      else pending.set(id, { reads: lag(), settle });
    },
    read(rule) {
      const waiting = pending.get(rule.id);
      if (waiting === undefined || --waiting.reads > 0) return;
      pending.delete(rule.id);
      waiting.settle();
    },
  };
}

/** A user who is gone cannot be excluded. */
function checkExclusions({ users }: OrgStore, body: Readonly<Record<string, unknown>>): void {
  const { people } = (body['conditions'] ?? {}) as {
    readonly people?: { readonly users?: { readonly exclude?: readonly string[] } };
  };
  const gone = people?.users?.exclude?.find((id) => !users.has(id));
  if (gone !== undefined) throw invalid(`conditions.people.users.exclude: no user ${gone}`);
}

function checkRule(
  store: OrgStore,
  body: Readonly<Record<string, unknown>>,
  own: string | undefined,
): void {
  const name = String(body['name'] ?? '');
  if (name === '' || name.length > 50) throw invalid('name: 1 to 50 characters');
  if ([...store.groupRules.values()].some((rule) => rule['name'] === name && rule.id !== own))
    throw invalid('name: already in use');
  const actions = body['actions'] as
    | { readonly assignUserToGroups?: { readonly groupIds?: readonly string[] } }
    | undefined;
  for (const id of actions?.assignUserToGroups?.groupIds ?? [])
    known(store.groups, id, 'UserGroup');
}
