/**
 * What goes into the Authorization header: an API token, or an access token that a private key got.
 */
import { createHash, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { isObject } from '../../lambda/core/contract/json-object.ts';
import { HOUR_SECONDS } from '../../lambda/core/contract/periods.ts';
import type { Credentials } from './credentials.ts';
import { MAX_RATE_LIMIT_WAITS, secondsToReset } from './http-org.ts';
import { signedJwt } from './jws.ts';
import { OktaError } from './okta-error.ts';
import { type Json, textAt } from './org.ts';
import { oktaMessage, TIMEOUT_MS, unreachable } from './refusals.ts';
import { generateRsaKeyPair } from './rsa-key-pair.ts';

/** Headers for one request. @throws OktaError */
export type Authorizer = (method: string, url: URL) => Promise<Readonly<Record<string, string>>>;

export interface AccessOptions {
  readonly org: string;
  readonly credentials: Credentials;
  /** What the command needs, when the environment does not say. */
  readonly scopes: readonly string[];
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Told before each wait for the rate limit. */
  readonly onWait?: (seconds: number) => void;
  readonly fetch?: typeof fetch;
}

export function authorizerOf(options: AccessOptions): Authorizer {
  const { credentials } = options;
  if (credentials.kind === 'api token') {
    const headers = { authorization: `SSWS ${credentials.token}` };
    return async () => headers;
  }
  let access: Access | undefined;
  return async (method, url) => {
    // Two minutes before the end, a long apply gets a new one.
    if (access === undefined || access.expires - 120_000 < options.now())
      access = await fetchAccess(options, credentials);
    if (access.proofKey === undefined) return { authorization: `Bearer ${access.token}` };
    return {
      authorization: `DPoP ${access.token}`,
      dpop: proofOf(access.proofKey, method, url, options.now(), { token: access.token }),
    };
  };
}

interface Access {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /**
   * Set where the org binds tokens to a key (RFC 9449), which is Okta's default for new service
   * apps.
   */
  readonly proofKey: KeyObject | undefined;
}

type PrivateKey = Extract<Credentials, { readonly kind: 'private key' }>;

async function fetchAccess(options: AccessOptions, credentials: PrivateKey): Promise<Access> {
  let proofKey: KeyObject | undefined;
  let nonce: string | undefined;
  for (let attempt = 0; attempt < 3; attempt++) {
    const {
      status,
      json,
      nonce: offered,
    } = await requestToken(options, credentials, proofKey, nonce);
    const token = textAt(json, 'access_token');
    const error = textAt(json, 'error');
    if (status === 200 && token !== '') {
      const seconds =
        isObject<Json>(json) && typeof json['expires_in'] === 'number'
          ? json['expires_in']
          : HOUR_SECONDS;
      return {
        token,
        expires: options.now() + seconds * 1_000,
        proofKey: textAt(json, 'token_type') === 'DPoP' ? proofKey : undefined,
      };
    }
    if (error !== 'invalid_dpop_proof' && error !== 'use_dpop_nonce')
      throw refusedToken(options.org, status, error, json);
    proofKey ??= generateRsaKeyPair().privateKey;
    nonce = offered;
  }
  throw new OktaError(
    `\`${options.org}\` does not accept our proof of possession: switch DPoP off for the service app`,
  );
}

function refusedToken(
  org: string,
  status: number,
  error: string,
  json: Json | undefined,
): OktaError {
  const message = oktaMessage(json);
  if (error === 'invalid_scope') {
    return new OktaError(
      `\`${org}\` gives the service app no token with these scopes: a super administrator must grant them under Okta API Scopes`,
      { status },
    );
  }
  if (error === '')
    return new OktaError(`\`${org}\` failed to give a token (${status}): run the command again`, {
      status,
    });
  return new OktaError(
    `\`${org}\` does not accept the service app's key (${error})${message === '' ? '' : `: ${message}`}`,
    { status },
  );
}

async function requestToken(
  options: AccessOptions,
  credentials: PrivateKey,
  proofKey: KeyObject | undefined,
  nonce: string | undefined,
  waits = 0,
): Promise<{
  readonly status: number;
  readonly json: Json | undefined;
  readonly nonce: string | undefined;
}> {
  const { org, now } = options;
  const url = new URL('/oauth2/v1/token', org);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: (credentials.scopes ?? options.scopes).join(' '),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertionOf(credentials, url, now()),
  });
  const proof =
    proofKey === undefined
      ? {}
      : { dpop: proofOf(proofKey, 'POST', url, now(), nonce === undefined ? {} : { nonce }) };
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...proof,
  };
  const init = {
    method: 'POST',
    headers,
    body: form.toString(),
    redirect: 'manual' as const,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const response = await (options.fetch ?? fetch)(url, init).catch((cause: unknown) => {
    throw unreachable(org, cause);
  });
  if (response.status === 429 && waits < MAX_RATE_LIMIT_WAITS) {
    await response.body?.cancel();
    const seconds = secondsToReset(response.headers, now());
    options.onWait?.(seconds);
    await options.wait(seconds * 1_000);
    return requestToken(options, credentials, proofKey, nonce, waits + 1);
  }
  const json = (await response.json().catch(() => undefined)) as Json | undefined;
  return { status: response.status, json, nonce: response.headers.get('dpop-nonce') ?? undefined };
}

/** Source: RFC 7523, section 3; Okta takes at most an hour, five minutes are enough. */
function assertionOf({ clientId, key, keyId }: PrivateKey, url: URL, now: number): string {
  const iat = Math.floor(now / 1_000);
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: url.href,
    iat,
    exp: iat + 300,
    jti: randomUUID(),
  };
  return signedJwt(key, keyId === undefined ? {} : { kid: keyId }, claims);
}

interface Proof {
  readonly nonce?: string;
  /** The access token that the request carries. */
  readonly token?: string;
}

/** Source: RFC 9449, section 4.2. */
function proofOf(
  key: KeyObject,
  method: string,
  url: URL,
  now: number,
  { nonce, token }: Proof,
): string {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  return signedJwt(
    key,
    { typ: 'dpop+jwt', jwk: { kty: 'RSA', n, e } },
    {
      htm: method,
      htu: `${url.origin}${url.pathname}`,
      iat: Math.floor(now / 1_000),
      jti: randomUUID(),
      ...(nonce === undefined ? {} : { nonce }),
      ...(token === undefined
        ? {}
        : { ath: createHash('sha256').update(token).digest('base64url') }),
    },
  );
}
