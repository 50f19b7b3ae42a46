/** The issuer's endpoints: key set, tokens, discovery, and the controls of the local run. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SigningKeys } from './issuer-keys.ts';
import type { OAuthParameters } from './oauth-parameters.ts';
import { type Grants, grant } from './token-grants.ts';

export interface IssuerState {
  /** Answered fetches of the key set, failed ones included. */
  keys: number;
  tokens: number;
  /** Every endpoint of the authorization server answers 503. */
  down: boolean;
}

export const outageOf = (state: IssuerState) => ({
  outage: (): void => {
    state.down = true;
  },
  recover: (): void => {
    state.down = false;
  },
});

/** The endpoints of the authorization server. */
export function addServer(app: FastifyInstance, state: IssuerState, grants: Grants): void {
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
  // Tokens are verified by their signature and are good until they end, as at a real gateway.
  app.post(
    '/oauth2/default/v1/revoke',
    whileUp((_request, reply) => reply.code(200).send()),
  );
  for (const document of ['openid-configuration', 'oauth-authorization-server']) {
    for (const prefix of ['/oauth2/default', ''])
      app.get(
        `${prefix}/.well-known/${document}`,
        whileUp(() => discovery(grants.issuer())),
      );
  }
}

/** What tests and `npm start` do to the issuer: `POST /_local/NAME`. */
export function addControls(app: FastifyInstance, state: IssuerState, keys: SigningKeys): void {
  const controls: Readonly<Record<string, () => unknown>> = {
    rotate: keys.rotate,
    withdraw: keys.withdraw,
    ...outageOf(state),
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
function readForm(request: FastifyRequest): OAuthParameters {
  const form = typeof request.body === 'object' ? (request.body as OAuthParameters | null) : null;
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const clientId =
    basic === undefined ? undefined : Buffer.from(basic, 'base64').toString().split(':')[0];
  return {
    ...form,
    ...(clientId === undefined ? {} : { client_id: decodeURIComponent(clientId) }),
  };
}

function oktaError(errorCode: string, errorSummary: string): Readonly<Record<string, unknown>> {
  return { errorCode, errorSummary, errorLink: errorCode, errorCauses: [] };
}

function discovery(issuer: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    revocation_endpoint: `${issuer}/v1/revoke`,
    end_session_endpoint: `${issuer}/v1/logout`,
    jwks_uri: `${issuer}/v1/keys`,
    grant_types_supported: ['authorization_code', 'password', 'client_credentials'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
  };
}
