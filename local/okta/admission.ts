/**
 * Whom the local org lets in: an API token, or an access token that a private key got with the
 * scopes of the call.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OrgError } from './answers.ts';

export interface Admission {
  /** @throws OrgError 401 or 403 */
  admit(request: FastifyRequest, url: string): Promise<void>;
  addTokenEndpoint?(app: FastifyInstance, url: () => string): void;
}

const badToken = (): OrgError => new OrgError(401, 'E0000011', 'Invalid token provided');

/** Any `SSWS` token. */
export function admitAnyToken(): Admission {
  return {
    admit: async (request) => {
      if (!/^SSWS \S+$/.test(request.headers.authorization ?? '')) throw badToken();
    },
  };
}

export interface ServiceApp {
  readonly clientId: string;
  readonly publicKey: KeyObject;
  /** Scopes that a super administrator has granted. */
  readonly granted: readonly string[];
  readonly requireDpop?: boolean;
}

interface Issued {
  readonly scopes: readonly string[];
  readonly thumbprint: string | undefined;
}

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * OAuth 2.0 for Okta: private_key_jwt, scopes by resource, DPoP with nonces where the app requires
 * it.
 */
export function admitServiceApp(service: ServiceApp): Admission {
  const issued = new Map<string, Issued>();
  const nonce = randomBytes(16).toString('base64url');
  return {
    admit: async (request, url) => {
      const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
      const found = issued.get(token);
      if (!found || scheme !== (found.thumbprint === undefined ? 'Bearer' : 'DPoP'))
        throw badToken();
      if (found.thumbprint !== undefined) {
        const ath = createHash('sha256').update(token).digest('base64url');
        if (readProof(request, url, { ath }) !== found.thumbprint) throw badToken();
      }
      const needed = scopeOf(request);
      const manage = needed.replace(/\.read$/, '.manage');
      if (!found.scopes.includes(needed) && !found.scopes.includes(manage)) {
        throw new OrgError(
          403,
          'E0000006',
          'You do not have permission to perform the requested action',
        );
      }
    },
    addTokenEndpoint: (app, url) => {
      app.post('/oauth2/v1/token', async (request, reply) => {
        const form = request.body as Readonly<Record<string, string>>;
        const refuse = (error: string): unknown =>
          reply.code(400).send({ error, error_description: `refused: ${error}` });
        if (
          form['client_assertion_type'] !== ASSERTION ||
          !isAssertion(form['client_assertion'] ?? '', service, url())
        ) {
          return reply.code(401).send({
            error: 'invalid_client',
            error_description: 'The client_assertion signature is invalid.',
          });
        }
        const scopes = (form['scope'] ?? '').split(' ');
        if (scopes.some((scope) => !service.granted.includes(scope)))
          return refuse('invalid_scope');
        let thumbprint: string | undefined;
        if (service.requireDpop) {
          if (request.headers['dpop'] === undefined) return refuse('invalid_dpop_proof');
          thumbprint = readProof(request, url(), { nonce });
          if (thumbprint === undefined) {
            reply.header('dpop-nonce', nonce);
            return refuse('use_dpop_nonce');
          }
        }
        const token = randomBytes(24).toString('base64url');
        issued.set(token, { scopes, thumbprint });
        return {
          token_type: thumbprint === undefined ? 'Bearer' : 'DPoP',
          expires_in: 3_600,
          access_token: token,
          scope: scopes.join(' '),
        };
      });
    },
  };
}

type Claims = Readonly<Record<string, unknown>>;

/** Header and claims of a JWT whose signature this key made. */
function verified(
  jwt: string,
  keyOf: (header: Claims) => KeyObject,
): { readonly header: Claims; readonly claims: Claims } | undefined {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const parse = (part: string): Claims =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;
  try {
    const header = parse(head);
    if (header['alg'] !== 'RS256') return undefined;
    const sound = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      keyOf(header),
      Buffer.from(signature, 'base64url'),
    );
    return sound ? { header, claims: parse(body) } : undefined;
  } catch {
    return undefined;
  }
}

function isAssertion(jwt: string, { clientId, publicKey }: ServiceApp, url: string): boolean {
  const { iss, sub, aud, exp, jti } = verified(jwt, () => publicKey)?.claims ?? {};
  return (
    iss === clientId &&
    sub === clientId &&
    aud === `${url}/oauth2/v1/token` &&
    typeof exp === 'number' &&
    typeof jti === 'string'
  );
}

/**
 * The thumbprint (RFC 7638) of the key that made the proof; nothing for a proof of another request.
 */
function readProof(
  request: FastifyRequest,
  url: string,
  wanted: Readonly<Record<string, string>>,
): string | undefined {
  const jwkOf = (header: Claims): Claims => header['jwk'] as Claims;
  const proof = verified(String(request.headers['dpop']), (header) =>
    createPublicKey({ key: jwkOf(header) as never, format: 'jwk' }),
  );
  const expected = {
    htm: request.method,
    htu: `${url}${request.url.replace(/\?.*$/, '')}`,
    ...wanted,
  };
  if (!proof || Object.entries(expected).some(([claim, value]) => proof.claims[claim] !== value))
    return undefined;
  const { e, kty, n } = jwkOf(proof.header);
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

function scopeOf(request: FastifyRequest): string {
  const resource = request.url.split(/[/?]/)[3] ?? '';
  return `okta.${resource}.${request.method === 'GET' ? 'read' : 'manage'}`;
}
