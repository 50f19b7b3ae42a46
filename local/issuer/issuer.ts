/**
 * An issuer shaped like an Okta custom authorization server: its endpoints, its tokens, its error
 * texts. Source: Okta developer documentation, "OpenID Connect & OAuth 2.0 API".
 */
import fastify, { type FastifyInstance } from 'fastify';
import { listen, type RunningServer } from '../listen.ts';
import type { PersistedFile } from '../persisted-state.ts';
import type { LocalUser } from '../users.ts';
import { createCodeFlow } from './authorization-code.ts';
import { machineClaims, userClaims } from './claims.ts';
import { addControls, addServer, outageOf } from './endpoints.ts';
import { createSigningKeys } from './issuer-keys.ts';
import type { Grants, TokenDecision } from './token-grants.ts';

export interface IssuerOptions {
  readonly audience: string;
  readonly users: readonly LocalUser[];
  /** Ids of the clients that get tokens, or any client. */
  readonly clients: readonly string[] | 'any';
  /** Where the authorization code flow may send its codes, compared exactly. Default: nowhere. */
  readonly redirectUris?: readonly string[];
  /** Origins whose every page may be sent codes: apps under development. Default: none. */
  readonly apps?: readonly string[];
  /** Path at which a program of this machine may wait for its code. Default: none may. */
  readonly nativePath?: string;
  /** Default `groups`. */
  readonly groupsClaim?: string;
  /** Put before every group name in tokens. Default none. */
  readonly groupPrefix?: string;
  /** Decides over tokens in place of the users' own groups, as an org was set up. */
  readonly decide?: TokenDecision;
  /** Milliseconds since 1970. Default: the real time. */
  readonly now?: () => number;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Keeps the signing keys for the next run. Default: each run has its own. */
  readonly persistedKeys?: PersistedFile;
  /** Keeps sign-ins that are under way for the next run. Default: they end with this one. */
  readonly persistedSignIns?: PersistedFile;
}

export interface IssuerStats {
  /** Answered fetches of the key set, failed ones included. */
  readonly keys: number;
  readonly tokens: number;
}

export interface LocalIssuer extends RunningServer {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /**
   * A token for a user, as the password grant gives it; `undefined` among the changes takes a claim
   * away.
   */
  readonly userToken: (login: string, changes?: Readonly<Record<string, unknown>>) => string;
  /** A token for a machine, as the client credentials grant gives it. */
  readonly machineToken: (clientId: string, changes?: Readonly<Record<string, unknown>>) => string;
  readonly rotate: () => Promise<void>;
  readonly withdraw: () => Promise<void>;
  /** Every endpoint of the authorization server answers 503 until `recover`. */
  readonly outage: () => void;
  readonly recover: () => void;
  readonly stats: () => IssuerStats;
}

export async function startIssuer(options: IssuerOptions): Promise<LocalIssuer> {
  const { redirectUris = [], apps = [], now = Date.now, port = 0 } = options;
  const keys = await createSigningKeys(options.persistedKeys);
  const state = { keys: 0, tokens: 0, down: false };
  const app = issuerApp();
  let issuer = '';
  const codes = createCodeFlow({ ...options, redirectUris, apps, now });
  const grants: Grants = { ...options, issuer: () => issuer, keys, codes };
  codes.addTo(app, '/oauth2/default/v1/authorize');
  addServer(app, state, grants);
  addControls(app, state, keys);
  const server = await listen(app, port);
  issuer = `${server.url}/oauth2/default`;
  const client = defaultClient(options);
  return {
    ...server,
    issuer,
    userToken: (login, changes = {}) =>
      keys.sign({ ...userClaims(grants, userOf(grants, login), client, ['openid']), ...changes }),
    machineToken: (clientId, changes = {}) =>
      keys.sign({ ...machineClaims(grants, clientId, []), ...changes }),
    rotate: keys.rotate,
    withdraw: keys.withdraw,
    ...outageOf(state),
    stats: () => ({ keys: state.keys, tokens: state.tokens }),
  };
}

function issuerApp(): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  // The local console and any page under development may ask for tokens, which only this local
  // stack accepts.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*').header('access-control-allow-headers', '*');
  });
  app.options('/*', (_request, reply) => reply.code(204).send());
  return app;
}

function userOf(grants: Grants, login: string): LocalUser {
  const user = grants.users.find((known) => known.login === login);
  if (user === undefined) throw new RangeError(`the issuer has no user \`${login}\``);
  return user;
}

function defaultClient(options: IssuerOptions): string {
  return options.clients === 'any' ? '0oa1web' : (options.clients[0] ?? '0oa1web');
}
