/**
 * An Okta org on this machine: the part of the Management API that sets up an authorization server,
 * with its state and its rules.
 */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TokenGrant } from '../issuer/token-grants.ts';
import { listen, type RunningServer } from '../listen.ts';
import type { LocalUser } from '../users.ts';
import { type Admission, admitAnyToken } from './admission.ts';
import { errorBody, OrgError } from './answers.ts';
import { addApps } from './apps.ts';
import { addAuthorizationServers, addDefaultServer } from './authorization-servers.ts';
import { addOrigins, addUsers } from './directory.ts';
import { addEventHooks } from './event-hooks.ts';
import { addGroupRules } from './group-rules.ts';
import { addGroups } from './groups.ts';
import { addOrgEvents, type OrgEvents } from './org-events.ts';
import { createStore, type OrgStore, type SeedGroup } from './org-store.ts';
import { grantToken, type TokenClaims, type TokenRequest, tokenClaims } from './tokens.ts';

export interface OktaOrgOptions {
  readonly users?: readonly LocalUser[];
  readonly groups?: readonly SeedGroup[];
  /** Issuer of a server. Default: below the org's own address. */
  readonly issuerOf?: (id: string) => string;
  /** Origin of the org's custom domain: the host of issuers in the mode `CUSTOM_URL`. */
  readonly customUrl?: string;
  /** Whether the org has the server `default`, as every real org does. Default: no. */
  readonly defaultServer?: boolean;
  /** Id of the first authorization server, where it must be known before it is made. */
  readonly firstServerId?: string;
  /** What the org says that it is. Default: one id for all, as for the hosts of one org. */
  readonly orgId?: string;
  /** Ids of apps by their labels, where they must be known before. */
  readonly appIds?: Readonly<Record<string, string>>;
  /** Host that event hooks name as their source. Default: that of the org. */
  readonly hookSource?: () => string | undefined;
  /** Items a page at most. Default 200. */
  readonly pageSize?: number;
  readonly port?: number;
  /** Who may do what. Default: any credential may do everything. */
  readonly admission?: Admission;
}

const ORG_ID = '00o1local';

export interface OrgRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly status: number;
}

/** What an answer is replaced by. */
export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The call takes effect before its answer is lost. */
  readonly after?: boolean;
}

export interface LocalOrg extends RunningServer, OrgEvents {
  readonly store: OrgStore;
  /** Every request to the Management API, in order, with the answer's status. */
  readonly requests: OrgRequest[];
  /** Decides for each request whether it goes wrong. */
  fault: (request: Pick<OrgRequest, 'method' | 'path'>) => Fault | undefined;
  /** Reads that a group rule takes to show its activation or removal. */
  lag: number;
  /**
   * The groups claims that a server puts into an access token of a user; a failure where Okta
   * refuses the token. Group rules are kept, not run: membership is as seeded.
   */
  claimsOf(
    serverId: string,
    login: string,
    scopes?: readonly string[],
    clientId?: string,
  ): TokenClaims;
  /**
   * What a server's policies say to a client; every grant counts as allowed. A login is absent for
   * a machine.
   */
  tokenFor(serverId: string, request: TokenRequest): TokenGrant;
}

export async function startOktaOrg(options: OktaOrgOptions = {}): Promise<LocalOrg> {
  const store = createStore(options.groups ?? [], options.users ?? []);
  const app = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  const control: Pick<LocalOrg, 'fault' | 'lag' | 'requests'> = {
    fault: () => undefined,
    lag: 0,
    requests: [],
  };
  let url = '';
  addParsers(app);
  addHooks(app, control, options.admission ?? admitAnyToken(), () => url);
  const directory = {
    pageSize: options.pageSize ?? 200,
    lag: () => control.lag,
    appIds: options.appIds ?? {},
  };
  const below = options.issuerOf ?? ((id: string) => `${url}/oauth2/${id}`);
  const issuerOf = (id: string, mode: string): string =>
    mode === 'CUSTOM_URL' && options.customUrl !== undefined
      ? `${options.customUrl}/oauth2/${id}`
      : below(id);
  const firstId = options.firstServerId === undefined ? {} : { firstId: options.firstServerId };
  addAuthorizationServers(app, store, { issuerOf, pageSize: directory.pageSize, ...firstId });
  addGroupRules(app, store, directory);
  addGroups(app, store, directory);
  addApps(app, store, directory);
  addOrigins(app, store, directory);
  addUsers(app, store);
  const deliveries = addEventHooks(app, store, {
    url: () => url,
    sourceHost: options.hookSource ?? (() => undefined),
    pageSize: directory.pageSize,
  });
  const { log } = addOrgEvents(app, store, deliveries);
  // Asked without credentials, to tell whose a host is.
  app.get('/.well-known/okta-organization', () => ({
    id: options.orgId ?? ORG_ID,
    pipeline: 'idx',
  }));
  const server = await listen(app, options.port ?? 0);
  url = server.url;
  if (options.defaultServer) addDefaultServer(store, `${url}/oauth2/default`);
  const claimsOf: LocalOrg['claimsOf'] = (serverId, login, scopes = ['openid'], clientId = '') =>
    tokenClaims(store, serverId, { login, scopes, clientId });
  const tokenFor: LocalOrg['tokenFor'] = (serverId, request) =>
    grantToken(store, serverId, request);
  return Object.assign(control, server, { store, log, claimsOf, tokenFor });
}

function addParsers(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  // Okta takes an empty body with the type of JSON.
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? null : JSON.parse(String(body)));
    } catch {
      done(new OrgError(400, 'E0000003', 'The request body was not well-formed.'));
    }
  });
}

function addHooks(
  app: FastifyInstance,
  control: Pick<LocalOrg, 'fault' | 'requests'>,
  admission: Admission,
  url: () => string,
): void {
  const failing = new WeakMap<FastifyRequest, Fault>();
  admission.addTokenEndpoint?.(app, url);
  app.addHook('preHandler', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return;
    const fault = control.fault({ method: request.method, path: pathOf(request) });
    if (fault && !fault.after) return sendFault(reply, fault);
    if (fault) failing.set(request, fault);
    await admission.admit(request, url());
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const fault = failing.get(request);
    if (!fault) return payload;
    reply.code(fault.status).removeHeader('content-length');
    return (
      fault.body ??
      JSON.stringify(errorBody(new OrgError(fault.status, 'E0000009', 'Internal Server Error')))
    );
  });
  app.addHook('onResponse', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return;
    const { method, query, body } = request;
    control.requests.push({
      method,
      path: pathOf(request),
      query: query as OrgRequest['query'],
      body,
      status: reply.statusCode,
    });
  });
  app.setErrorHandler((error, _request, reply) => {
    const known =
      error instanceof OrgError
        ? error
        : new OrgError(500, 'E0000009', `Internal Server Error: ${String(error)}`);
    return reply.code(known.status).send(errorBody(known));
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody(new OrgError(404, 'E0000022', 'The endpoint does not exist'))),
  );
}

const pathOf = (request: FastifyRequest): string => request.url.replace(/\?.*$/, '');

/** Okta's error codes by status; any other status is an internal error. */
const FAULT_CODES: ReadonlyMap<number, string> = new Map([
  [401, 'E0000011'],
  [403, 'E0000006'],
  [423, 'E0000239'],
  [429, 'E0000047'],
]);

function sendFault(reply: FastifyReply, { status, headers = {}, body }: Fault): FastifyReply {
  const code = FAULT_CODES.get(status) ?? 'E0000009';
  const summary = 'The call went wrong on purpose.';
  return reply
    .code(status)
    .headers(headers)
    .type('application/json')
    .send(body ?? JSON.stringify(errorBody(new OrgError(status, code, summary))));
}
