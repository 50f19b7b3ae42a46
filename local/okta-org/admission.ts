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
      if (!found || !presents(request, url, { scheme, token, found })) throw badToken();
      checkScope(request, found.scopes);
    },
    addTokenEndpoint: (app, url) => {
      app.post('/oauth2/v1/token', async (request, reply) => {
        const given = checkTokenRequest(request, service, { url: url(), nonce });
        if ('error' in given) {
          if (given.error === 'use_dpop_nonce') reply.header('dpop-nonce', nonce);
          return reply
            .code(given.status)
            .send({ error: given.error, error_description: given.why });
        }
        const token = randomBytes(24).toString('base64url');
        issued.set(token, given);
        return tokenResponse(token, given);
      });
    },
  };
}

interface Presented {
  readonly scheme: string;
  readonly token: string;
  readonly found: Issued;
}

/**
 * Whether the call presents the token as it was issued: with a proof, where it is bound to a key.
 */
function presents(request: FastifyRequest, url: string, presented: Presented): boolean {
  const { scheme, token, found } = presented;
  if (found.thumbprint === undefined) return scheme === 'Bearer';
  const ath = createHash('sha256').update(token).digest('base64url');
  return scheme === 'DPoP' && readProof(request, url, { ath }) === found.thumbprint;
}

/** @throws OrgError 403 */
function checkScope(request: FastifyRequest, scopes: readonly string[]): void {
  const needed = scopeOf(request);
  const manage = needed.replace(/\.read$/, '.manage');
  if (!scopes.includes(needed) && !scopes.includes(manage))
    throw new OrgError(
      403,
      'E0000006',
      'You do not have permission to perform the requested action',
    );
}

interface TokenRefusal {
  readonly status: 400 | 401;
  readonly error: string;
  readonly why: string;
}

const refused = (error: string): TokenRefusal => ({ status: 400, error, why: `refused: ${error}` });

function checkTokenRequest(
  request: FastifyRequest,
  service: ServiceApp,
  { url, nonce }: { readonly url: string; readonly nonce: string },
): Issued | TokenRefusal {
  const form = request.body as Readonly<Record<string, string>>;
  if (
    form['client_assertion_type'] !== ASSERTION ||
    !isAssertion(form['client_assertion'] ?? '', service, url)
  )
    return {
      status: 401,
      error: 'invalid_client',
      why: 'The client_assertion signature is invalid.',
    };
  const scopes = (form['scope'] ?? '').split(' ');
  if (scopes.some((scope) => !service.granted.includes(scope))) return refused('invalid_scope');
  if (!service.requireDpop) return { scopes, thumbprint: undefined };
  if (request.headers['dpop'] === undefined) return refused('invalid_dpop_proof');
  const thumbprint = readProof(request, url, { nonce });
  return thumbprint === undefined ? refused('use_dpop_nonce') : { scopes, thumbprint };
}

const tokenResponse = (token: string, { scopes, thumbprint }: Issued) => ({
  token_type: thumbprint === undefined ? 'Bearer' : 'DPoP',
  expires_in: 3_600,
  access_token: token,
  scope: scopes.join(' '),
});

/** Algorithms that Okta takes of a client's key. */
const HASHES: Readonly<Record<string, string>> = {
  RS256: 'sha256',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
};

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
    const hash = HASHES[String(header['alg'])];
    if (hash === undefined) return undefined;
    const sound = verify(
      hash,
      Buffer.from(`${head}.${body}`),
      { key: keyOf(header), dsaEncoding: 'ieee-p1363' },
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
