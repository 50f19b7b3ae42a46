import { createHash } from 'node:crypto';
import type { Principal } from '../core/principal.ts';

/** Entries at most; the oldest goes first. With 100 groups a token this is about 4 MB. */
const MAX_ENTRIES = 1_000;
/** Longest memory of a token, whatever its `exp`. */
export const MAX_MEMORY_MS = 5 * 60_000;

interface Entry {
  readonly principal: Principal;
  readonly until: number;
}

/**
 * Principals of tokens found valid, so that a token used again costs a hash instead of an RSA operation. Keyed by SHA-256:
 * no bearer token stays in memory, and no part of a token alone can hit. Refused tokens are not remembered.
 */
export class TokenMemory {
  readonly #entries = new Map<string, Entry>();

  recall(token: string, now: number): Principal | undefined {
    const digest = digestOf(token);
    const entry = this.#entries.get(digest);
    if (!entry) return undefined;
    if (now < entry.until) return entry.principal;
    this.#entries.delete(digest);
    return undefined;
  }

  /** @param expiresAt milliseconds since the epoch: the token's `exp`. */
  remember(token: string, principal: Principal, now: number, expiresAt: number): void {
    const oldest = this.#entries.size >= MAX_ENTRIES ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(digestOf(token), { principal, until: Math.min(expiresAt, now + MAX_MEMORY_MS) });
  }

  /** Forgets all: the keys changed. */
  clear(): void {
    this.#entries.clear();
  }
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64');
