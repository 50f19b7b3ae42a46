/** Which of an issuer's published keys count. */
import { createPublicKey } from 'node:crypto';
import { isObject } from '../core/json/json-object.ts';
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

/** Members that are evaluated; `key_ops`: RFC 7517, 4.3. */
type JwkMember = keyof RsaJwk | 'key_ops';

/** Lower ones invite forgeries where padding is checked loosely. Source: FIPS 186-5, A.1.1. */
const MIN_EXPONENT = 65_537n;

export interface PublishedKey {
  readonly jwk: RsaJwk;
  /** Made once per key: parsing one costs more than a verification with it. */
  readonly verifier: SignatureCheck;
}

export type PublishedKeys = ReadonlyMap<string, PublishedKey>;

/**
 * RSA signing keys of 2048 bits or more with an exponent of 65537 or more, for RS256 and, where
 * they say what they are for, for verifying; of two keys with one id neither is used, since either
 * could be meant. Everything else in the list is passed over, so that one odd key does not shut out
 * the others.
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
  const kid = isObject(entry) ? entry['kid'] : undefined;
  return typeof kid === 'string' && kid !== '' ? kid : undefined;
}

function usableKey(entry: unknown, known: PublishedKey | undefined): PublishedKey | undefined {
  const { kty, kid, n, e, use, alg, key_ops } = entry as Readonly<Record<JwkMember, unknown>>;
  const verifies = key_ops === undefined || (Array.isArray(key_ops) && key_ops.includes('verify'));
  const signs = (use === undefined || use === 'sig') && verifies;
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
    const exponent = asymmetricKeyDetails?.publicExponent ?? 0n;
    return bits >= 2_048 && exponent >= MIN_EXPONENT
      ? { jwk, verifier: new SignatureCheck(jwk) }
      : undefined;
  } catch {
    return undefined;
  }
}
