/** Apps of the local org. */
import type { FastifyInstance } from 'fastify';
import { invalid, page } from './answers.ts';
import { addAssignments } from './assignments.ts';
import { appShape } from './completed-apps.ts';
import type { DirectoryOptions } from './directory.ts';
import type { Entity, OrgStore } from './org-store.ts';
import { addLifecycle, bodyOf, entityIn } from './request-parts.ts';

interface AppBody {
  readonly label?: string;
  readonly credentials?: { readonly oauthClient?: Readonly<Record<string, unknown>> };
  readonly settings?: { readonly oauthClient?: Readonly<Record<string, unknown>> };
}

export function addApps(
  app: FastifyInstance,
  store: OrgStore,
  { pageSize, appIds }: DirectoryOptions,
): void {
  const path = '/api/v1/apps';
  const one = entityIn(store.apps, 'AppInstance');
  app.get(path, (request, reply) => {
    const { filter = '' } = request.query as { readonly filter?: string };
    const name = /^name eq "([^"]+)"$/.exec(filter)?.[1];
    // A seeded app may have no name: it is one of OpenID Connect.
    const found = [...store.apps.values()].filter(
      (one) => name === undefined || (one['name'] ?? 'oidc_client') === name,
    );
    return page(request, reply, found, pageSize).map(withoutSecret);
  });
  app.get(`${path}/:id`, (request) => withoutSecret(one(request)));
  app.post(path, (request, reply) => {
    const body = bodyOf(request);
    checkApp(body);
    const id = appIds[String(body['label'])] ?? store.newId('0oa');
    const entity = newApp(id, body);
    store.apps.set(id, entity);
    store.assignments.set(id, new Set());
    return reply.code(200).send(entity);
  });
  app.put(`${path}/:id`, (request) => {
    const current = one(request);
    const body = bodyOf(request);
    checkApp(body);
    const type = (of: AppBody): unknown => of.settings?.oauthClient?.['application_type'];
    if (type(body) !== type(current as AppBody))
      throw invalid('settings.oauthClient.application_type: cannot be changed');
    return withoutSecret(changeApp(current, body));
  });
  app.delete(`${path}/:id`, (request, reply) => {
    const { id, status } = one(request);
    if (status === 'ACTIVE') throw invalid('status: deactivate the app first');
    store.apps.delete(id);
    store.assignments.delete(id);
    store.assignedUsers.delete(id);
    return reply.code(204).send();
  });
  addLifecycle(app, `${path}/:id`, one, (_, reply) => reply.code(200).send({}));
  addAssignments(app, store, pageSize, one);
}

const clientOf = (app: AppBody): Readonly<Record<string, unknown>> =>
  app.credentials?.oauthClient ?? {};

/** The secret is in the answer to the creation alone. */
function withoutSecret(app: Entity): Entity {
  const { client_secret: _, ...oauthClient } = clientOf(app as AppBody);
  return { ...app, credentials: { ...(app['credentials'] as object), oauthClient } };
}

/** Ids, status and secret are not the body's to change. */
function changeApp(current: Entity, body: Record<string, unknown>): Entity {
  const { client_id, client_secret } = clientOf(current as AppBody);
  const secret = client_secret === undefined ? {} : { client_secret };
  const oauthClient = { ...clientOf(body as AppBody), client_id, ...secret };
  const credentials = { ...(body['credentials'] as object), oauthClient };
  const changed = appShape({ ...body, credentials, id: current.id, status: current['status'] });
  for (const key of Object.keys(current)) delete current[key];
  return Object.assign(current, changed);
}

function newApp(id: string, body: Record<string, unknown>): Entity {
  const { oauthClient = {} } = (body as AppBody).credentials ?? {};
  // The real org shows a new client's secret in this answer: who handles it must not pass it on.
  const secret = ['none', 'private_key_jwt'].includes(
    String(oauthClient['token_endpoint_auth_method']),
  )
    ? {}
    : { client_secret: `secret-of-${id}` };
  return appShape({
    ...body,
    id,
    status: 'ACTIVE',
    credentials: { oauthClient: { ...oauthClient, client_id: id, ...secret } },
  });
}

function checkApp(body: AppBody): void {
  if (!body.label) throw invalid('label: The field cannot be left blank');
  const { application_type: type, redirect_uris: uris } = body.settings?.oauthClient ?? {};
  if (type !== 'service' && (!Array.isArray(uris) || uris.length === 0))
    throw invalid('settings.oauthClient.redirect_uris: required');
}
