/** The reason of a decision in a few words, for a line of a log or a table. */
import type { AllowReason, Refusal } from '../../lambda/core/contract/codes.ts';

/** Reasons of `TOKEN_CLAIMS` that name no claim. */
const NO_CLAIM: ReadonlySet<string> = new Set(['lifetime_too_long', 'issued_in_the_future']);

/** `no group allows`, `cid missing or malformed`. */
export const reasonWords = ({ code, reason }: Refusal): string =>
  code === 'TOKEN_CLAIMS' && !NO_CLAIM.has(reason)
    ? `${reason} missing or malformed`
    : spaced(reason);

/** `group allows`. */
export const spaced = (reason: AllowReason | Refusal['reason']): string =>
  reason.replaceAll('_', ' ');
