import { hash } from 'node:crypto';
import { FIVE_MINUTES_MS } from '../core/contract/periods.ts';
import type { Principal } from '../core/token/principal.ts';

/** Entries at most; the oldest goes first. With 100 groups a token this is about 4 MB. */
const MAX_ENTRIES = 1_000;
/** Longest memory of a token, whatever its `exp`. */
export const MAX_MEMORY_MS = FIVE_MINUTES_MS;

/** SHA-256 of a whole token. Only `digestOf` makes one, so that no token is kept by mistake. */
export type TokenDigest = string & { readonly of: 'token' };

export const digestOf = (token: string): TokenDigest =>
  hash('sha256', token, 'binary') as TokenDigest;

export interface RememberedToken<Proof> {
  readonly principal: Principal;
  /** What the verification depends on; the reader checks that it still holds. */
  readonly proof: Proof;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Principals of tokens found valid, so that a token used again costs a hash instead of an RSA
 * operation. Keyed by SHA-256: no bearer token stays in memory, and no part of a token alone can
 * hit. Refused tokens are not remembered.
 */
export class TokenMemory<Proof> {
  readonly #entries = new Map<TokenDigest, RememberedToken<Proof>>();

  recall(digest: TokenDigest, now: number): RememberedToken<Proof> | undefined {
    const entry = this.#entries.get(digest);
    if (!entry || now < entry.until) return entry;
    this.#entries.delete(digest);
    return undefined;
  }

  /**
   * @param expiresAt milliseconds since the epoch: the token's `exp`. A token past it, valid by the
   * allowed skew alone, is not remembered: it would push out one that can still be recalled.
   */
  remember(
    digest: TokenDigest,
    { principal, proof }: Omit<RememberedToken<Proof>, 'until'>,
    now: number,
    expiresAt: number,
  ): void {
    if (expiresAt <= now) return;
    // Again at the end: the first entry is the oldest.
    this.#entries.delete(digest);
    const oldest =
      this.#entries.size >= MAX_ENTRIES ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(digest, {
      principal,
      proof,
      until: Math.min(expiresAt, now + MAX_MEMORY_MS),
    });
  }
}
