/** Which of an issuer's published keys count. */
import { createPublicKey } from 'node:crypto';
import { SignatureCheck } from './signature-check.ts';

/** A JSON Web Key as far as it is used. Source: RFC 7517, 4; RFC 7518, 6.3.1. */
export interface RsaJwk {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly use?: 'sig';
  readonly alg?: 'RS256';
}

export interface PublishedKey {
  readonly jwk: RsaJwk;
  /** Made once per key: parsing one costs more than a verification with it. */
  readonly verifier: SignatureCheck;
}

export type PublishedKeys = ReadonlyMap<string, PublishedKey>;

/**
 * RSA signing keys of 2048 bits or more, for RS256; of two keys with one id neither is used, since
 * either could be meant. Everything else in the list is passed over, so that one odd key does not
 * shut out the others.
 *
 * @param known keys found before: one that has not changed is the same object again.
 */
export function usableKeys(
  published: readonly unknown[],
  known: PublishedKeys = new Map(),
): PublishedKeys {
  const usable = new Map<string, PublishedKey>();
  const seen = new Set<string>();
  for (const entry of published) {
    const kid = kidOf(entry);
    if (kid === undefined) continue;
    const key = seen.has(kid) ? undefined : usableKey(entry, known.get(kid));
    if (key) usable.set(kid, key);
    else usable.delete(kid);
    seen.add(kid);
  }
  return usable;
}

/** Public parts alone, in the order of their ids: equal keys give equal text. */
export const textOf = (keys: PublishedKeys): string =>
  JSON.stringify([...keys.values()].map(({ jwk }) => jwk).sort((a, b) => (a.kid < b.kid ? -1 : 1)));

function kidOf(entry: unknown): string | undefined {
  const kid =
    typeof entry === 'object' && entry !== null
      ? (entry as { readonly kid?: unknown }).kid
      : undefined;
  return typeof kid === 'string' && kid !== '' ? kid : undefined;
}

function usableKey(entry: unknown, known: PublishedKey | undefined): PublishedKey | undefined {
  const { kty, kid, n, e, use, alg } = entry as Readonly<Record<keyof RsaJwk, unknown>>;
  const signs = use === undefined || use === 'sig';
  const rs256 = alg === undefined || alg === 'RS256';
  if (
    kty !== 'RSA' ||
    typeof kid !== 'string' ||
    typeof n !== 'string' ||
    typeof e !== 'string' ||
    !signs ||
    !rs256
  )
    return undefined;
  if (known?.jwk.n === n && known.jwk.e === e) return known;
  const jwk: RsaJwk = { kty, kid, n, e, use: 'sig', alg: 'RS256' };
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    return bits >= 2_048 ? { jwk, verifier: new SignatureCheck(jwk) } : undefined;
  } catch {
    return undefined;
  }
}
