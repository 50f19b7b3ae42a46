/**
 * An issuer shaped like an Okta custom authorization server: its endpoints, its tokens, its error
 * texts. Source: Okta developer documentation, "OpenID Connect & OAuth 2.0 API".
 */
import { randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type CodeFlow, createCodeFlow } from './authorization-code.ts';
import { listen, type RunningServer } from './listen.ts';
import { createSigningKeys, type SigningKeys } from './signing-keys.ts';
import type { LocalUser } from './users.ts';

export interface IssuerOptions {
  readonly audience: string;
  readonly users: readonly LocalUser[];
  /** Ids of the clients that get tokens, or any client. */
  readonly clients: readonly string[] | 'any';
  /** Where the authorization code flow may send its codes, compared exactly. Default: nowhere. */
  readonly redirectUris?: readonly string[];
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
}

export type TokenDecision = (request: {
  readonly clientId: string;
  readonly login?: string;
  readonly scopes: readonly string[];
}) =>
  | {
      readonly kind: 'granted';
      readonly claims: Readonly<Record<string, readonly string[]>>;
      readonly lifetimeSeconds: number;
    }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 404;
      readonly error: string;
      readonly why: string;
    };

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

const lifetimeSeconds = 3600;

export async function startIssuer(options: IssuerOptions): Promise<LocalIssuer> {
  const keys = await createSigningKeys();
  const state = { keys: 0, tokens: 0, down: false };
  const app = fastify({
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  // The local console and any page under development may ask for tokens; they open nothing but this
  // local stack.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*').header('access-control-allow-headers', '*');
  });
  app.options('/*', (_request, reply) => reply.code(204).send());
  let issuer = '';
  const codes = createCodeFlow({
    ...options,
    redirectUris: options.redirectUris ?? [],
    now: options.now ?? Date.now,
  });
  const grants: Grants = { ...options, issuer: () => issuer, keys, codes };
  codes.addTo(app, '/oauth2/default/v1/authorize');
  addServer(app, state, grants);
  addControls(app, state, keys);
  const server = await listen(app, options.port ?? 0);
  issuer = `${server.url}/oauth2/default`;
  return {
    ...server,
    issuer,
    userToken: (login, changes = {}) =>
      keys.sign({
        ...userClaims(grants, userOf(grants, login), defaultClient(options), ['openid']),
        ...changes,
      }),
    machineToken: (clientId, changes = {}) =>
      keys.sign({ ...machineClaims(grants, clientId, []), ...changes }),
    rotate: keys.rotate,
    withdraw: keys.withdraw,
    outage: () => {
      state.down = true;
    },
    recover: () => {
      state.down = false;
    },
    stats: () => ({ keys: state.keys, tokens: state.tokens }),
  };
}

interface State {
  keys: number;
  tokens: number;
  down: boolean;
}

interface Grants extends Omit<IssuerOptions, 'port'> {
  readonly issuer: () => string;
  readonly keys: SigningKeys;
  readonly codes: CodeFlow;
}

function addServer(app: FastifyInstance, state: State, grants: Grants): void {
  const whileUp =
    (answer: (request: FastifyRequest, reply: FastifyReply) => unknown) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
      state.down
        ? reply.code(503).send(oktaError('E0000028', 'The service is temporarily unavailable.'))
        : answer(request, reply);
  app.get('/oauth2/default/v1/keys', async (request, reply) => {
    state.keys += 1;
    return whileUp(() => grants.keys.published())(request, reply);
  });
  app.post(
    '/oauth2/default/v1/token',
    whileUp((request, reply) => {
      const answer = grant(grants, readForm(request));
      if ('access_token' in answer.body) state.tokens += 1;
      return reply.code(answer.status).header('cache-control', 'no-store').send(answer.body);
    }),
  );
  for (const document of ['openid-configuration', 'oauth-authorization-server']) {
    for (const prefix of ['/oauth2/default', ''])
      app.get(
        `${prefix}/.well-known/${document}`,
        whileUp(() => discovery(grants.issuer())),
      );
  }
}

function addControls(app: FastifyInstance, state: State, keys: SigningKeys): void {
  const controls: Readonly<Record<string, () => unknown>> = {
    rotate: keys.rotate,
    withdraw: keys.withdraw,
    outage: () => {
      state.down = true;
    },
    recover: () => {
      state.down = false;
    },
  };
  for (const [name, control] of Object.entries(controls)) {
    app.post(`/_local/${name}`, async () => {
      await control();
      return { done: name, kids: keys.published().keys.map((key) => key['kid']) };
    });
  }
  app.get('/_local/stats', () => ({ keys: state.keys, tokens: state.tokens }));
}

/** The form, and the client's id from it or from HTTP Basic authentication. */
function readForm(request: FastifyRequest): Readonly<Record<string, string>> {
  const form =
    typeof request.body === 'object'
      ? (request.body as Readonly<Record<string, string>> | null)
      : null;
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const clientId =
    basic === undefined ? undefined : Buffer.from(basic, 'base64').toString().split(':')[0];
  return {
    ...form,
    ...(clientId === undefined ? {} : { client_id: decodeURIComponent(clientId) }),
  };
}

interface GrantAnswer {
  readonly status: 200 | 400 | 401 | 404;
  readonly body: Readonly<Record<string, unknown>>;
}

function grant(grants: Grants, form: Readonly<Record<string, string>>): GrantAnswer {
  const clientId = form['client_id'] ?? '';
  if (clientId === '' || (grants.clients !== 'any' && !grants.clients.includes(clientId))) {
    return refusal(401, 'invalid_client', "Invalid value for 'client_id' parameter.");
  }
  const scopes = (form['scope'] ?? '').split(' ').filter((scope) => scope !== '');
  if (form['grant_type'] === 'client_credentials')
    return decided(grants, machineClaims(grants, clientId, scopes), { clientId, scopes });
  if (form['grant_type'] === 'authorization_code') return codeGrant(grants, form, clientId);
  if (form['grant_type'] !== 'password') {
    return refusal(
      400,
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server.',
    );
  }
  const user = grants.users.find((known) => known.login === form['username']);
  if (user === undefined || !form['password'])
    return refusal(400, 'invalid_grant', 'The credentials provided were invalid.');
  if (scopes.length === 0) {
    return refusal(
      400,
      'invalid_scope',
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  }
  return decided(grants, userClaims(grants, user, clientId, scopes), {
    clientId,
    login: user.login,
    scopes,
  });
}

function codeGrant(
  grants: Grants,
  form: Readonly<Record<string, string>>,
  clientId: string,
): GrantAnswer {
  const signIn = grants.codes.redeem({ ...form, client_id: clientId });
  if (signIn === undefined)
    return refusal(400, 'invalid_grant', 'The authorization code is invalid or has expired.');
  const { user, scopes, nonce } = signIn;
  const answer = decided(grants, userClaims(grants, user, clientId, scopes), {
    clientId,
    login: user.login,
    scopes,
  });
  if (answer.status !== 200 || !scopes.includes('openid')) return answer;
  const { iat, exp, iss } = sharedClaims(grants, clientId, scopes);
  const idClaims = {
    ver: 1,
    iss,
    aud: clientId,
    sub: user.uid,
    iat,
    exp,
    preferred_username: user.login,
    ...(nonce === undefined ? {} : { nonce }),
  };
  return { ...answer, body: { ...answer.body, id_token: grants.keys.sign(idClaims) } };
}

type Claims = Readonly<Record<string, unknown>> & { readonly iat: number };

/** The token as the users' groups make it, or as an org decides. */
function decided(
  grants: Grants,
  claims: Claims,
  request: Parameters<TokenDecision>[0],
): GrantAnswer {
  const decision = grants.decide?.(request);
  if (decision === undefined) return issued(grants, claims, request.scopes);
  if (decision.kind === 'refused') return refusal(decision.status, decision.error, decision.why);
  const { [grants.groupsClaim ?? 'groups']: _, ...others } = claims;
  return issued(
    grants,
    { ...others, ...decision.claims, exp: claims.iat + decision.lifetimeSeconds },
    request.scopes,
    decision.lifetimeSeconds,
  );
}

function refusal(status: 400 | 401 | 404, error: string, description: string): GrantAnswer {
  return { status, body: { error, error_description: description } };
}

function issued(
  grants: Grants,
  claims: Readonly<Record<string, unknown>>,
  scopes: readonly string[],
  seconds = lifetimeSeconds,
): GrantAnswer {
  const token = grants.keys.sign(claims);
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      expires_in: seconds,
      access_token: token,
      scope: scopes.join(' '),
    },
  };
}

function sharedClaims(grants: Grants, clientId: string, scopes: readonly string[]): Claims {
  const iat = Math.floor((grants.now ?? Date.now)() / 1000);
  return {
    ver: 1,
    jti: `AT.${randomBytes(32).toString('base64url')}`,
    iss: grants.issuer(),
    aud: grants.audience,
    iat,
    exp: iat + lifetimeSeconds,
    cid: clientId,
    scp: scopes,
  };
}

/** Without groups there is no groups claim: Okta leaves an empty one out. */
function userClaims(
  grants: Grants,
  user: LocalUser,
  clientId: string,
  scopes: readonly string[],
): Claims {
  const shared = sharedClaims(grants, clientId, scopes);
  const groups = user.groups.map((group) => `${grants.groupPrefix ?? ''}${group}`);
  return {
    ...shared,
    uid: user.uid,
    auth_time: shared.iat,
    sub: user.login,
    ...(groups.length === 0 ? {} : { [grants.groupsClaim ?? 'groups']: groups }),
  };
}

function machineClaims(grants: Grants, clientId: string, scopes: readonly string[]): Claims {
  return { ...sharedClaims(grants, clientId, scopes), sub: clientId };
}

function userOf(grants: Grants, login: string): LocalUser {
  const user = grants.users.find((known) => known.login === login);
  if (user === undefined) throw new RangeError(`the issuer has no user \`${login}\``);
  return user;
}

function defaultClient(options: IssuerOptions): string {
  return options.clients === 'any' ? '0oa1web' : (options.clients[0] ?? '0oa1web');
}

function oktaError(errorCode: string, errorSummary: string): Readonly<Record<string, unknown>> {
  return { errorCode, errorSummary, errorLink: errorCode, errorCauses: [] };
}

function discovery(issuer: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    jwks_uri: `${issuer}/v1/keys`,
    grant_types_supported: ['authorization_code', 'password', 'client_credentials'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
  };
}
