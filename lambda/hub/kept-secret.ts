/** A secret of Secrets Manager, read as seldom as a rotation allows. */
import { SECRET_KEPT_MS } from '../core/contract/hub.ts';
import type { Clock } from '../ports.ts';

/** @throws where Secrets Manager gives no answer. */
export type ReadSecret = () => Promise<string>;

/**
 * @param read gives the secret's text.
 * @param parse makes a value of it, or throws for an invalid text.
 * @returns the value as it was at most SECRET_KEPT_MS ago; while Secrets Manager fails, the last
 * one.
 * @throws where there never was one.
 */
export function keptSecret<Secret>(
  read: ReadSecret,
  parse: (text: string) => Secret,
  clock: Clock,
): () => Promise<Secret> {
  let kept: { readonly secret: Secret; readonly at: number } | undefined;
  return async () => {
    const now = clock.now();
    if (kept && now - kept.at < SECRET_KEPT_MS) return kept.secret;
    try {
      kept = { secret: parse(await read()), at: now };
    } catch (error) {
      if (!kept) throw error;
    }
    return kept.secret;
  };
}
