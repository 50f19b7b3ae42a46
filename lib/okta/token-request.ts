/** Asks an org for an access token of a service app. */
import { type KeyObject, randomUUID } from 'node:crypto';
import {
  assertionClaims,
  tokenForm,
  tokenUrl,
} from '../../lambda/core/contract/okta-service-app.ts';
import type { Credentials } from './credentials.ts';
import { proofOf } from './dpop-proof.ts';
import { MAX_RATE_LIMIT_WAITS, type WaitReason, waitOf } from './http-org.ts';
import { signedJwt } from './jws.ts';
import type { Json } from './org.ts';
import { ORG_REQUEST_TIMEOUT_MS, unreachable } from './refusals.ts';

export type PrivateKey = Extract<Credentials, { readonly kind: 'private key' }>;

export interface TokenRequestOptions {
  readonly org: string;
  /** What the command needs, when the environment does not say. */
  readonly scopes: readonly string[];
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Called before each wait. */
  readonly onWait?: (seconds: number, why: WaitReason) => void;
  readonly fetch?: typeof fetch;
}

/** What binds the token to a key, where the org requires that. */
export interface Binding {
  readonly proofKey: KeyObject | undefined;
  readonly nonce: string | undefined;
}

export interface TokenAnswer {
  readonly status: number;
  readonly json: Json | undefined;
  /** What the next proof must hold. */
  readonly nonce: string | undefined;
}

/** @throws OktaError where the org does not answer. */
export async function requestToken(
  options: TokenRequestOptions,
  credentials: PrivateKey,
  binding: Binding,
  waits = 0,
): Promise<TokenAnswer> {
  const { org, now } = options;
  const url = tokenUrl(org);
  const init = requestOf(url, options, credentials, binding);
  const response = await (options.fetch ?? fetch)(url, init).catch((cause: unknown) => {
    throw unreachable(org, cause);
  });
  if (response.status === 429 && waits < MAX_RATE_LIMIT_WAITS) {
    await response.body?.cancel();
    const seconds = waitOf(response.headers, now());
    options.onWait?.(seconds, 'rate limit');
    await options.wait(seconds * 1_000);
    return requestToken(options, credentials, binding, waits + 1);
  }
  const json = (await response.json().catch(() => undefined)) as Json | undefined;
  return { status: response.status, json, nonce: response.headers.get('dpop-nonce') ?? undefined };
}

export const askedScopes = (
  { scopes }: Pick<TokenRequestOptions, 'scopes'>,
  credentials: Pick<PrivateKey, 'scopes'>,
): readonly string[] => credentials.scopes ?? scopes;

function requestOf(
  url: URL,
  { now, scopes }: TokenRequestOptions,
  credentials: PrivateKey,
  { proofKey, nonce }: Binding,
): RequestInit {
  const asked = askedScopes({ scopes }, credentials);
  const form = new URLSearchParams(tokenForm(asked, assertionOf(credentials, url, now())));
  const proof =
    proofKey === undefined
      ? {}
      : { dpop: proofOf(proofKey, { method: 'POST', url, now: now(), nonce }) };
  return {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...proof,
    },
    body: form.toString(),
    redirect: 'manual',
    signal: AbortSignal.timeout(ORG_REQUEST_TIMEOUT_MS),
  };
}

const assertionOf = ({ clientId, key, keyId }: PrivateKey, url: URL, now: number): string =>
  signedJwt(
    key,
    keyId === undefined ? {} : { kid: keyId },
    assertionClaims(clientId, url, { now, id: randomUUID() }),
  );
