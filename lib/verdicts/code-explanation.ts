/** What each refusal says in a plain sentence, and where to fix its cause. */
import type { ReasonOf, RefusalCode } from '../../lambda/core/contract/codes.ts';
import { MAX_TOKEN_GROUPS } from '../../lambda/core/decision/entitlements.ts';
import { formatCount } from '../access-map/report/layout.ts';

export interface CodeExplanation {
  readonly says: string;
  /** What to do, outside of Okta's console. */
  readonly fix?: string;
  /** The way to the setting in the Okta Admin Console. */
  readonly okta?: string;
}

/** At least one thing to do is known for each. */
type FixedExplanation = CodeExplanation & ({ readonly fix: string } | { readonly okta: string });

export type CodeExplanations = {
  readonly [Code in RefusalCode]: { readonly [Reason in ReasonOf<Code>]: FixedExplanation };
};

/** As sentences name it. */
export const TOO_MANY_GROUPS = `more than ${formatCount(MAX_TOKEN_GROUPS)} groups`;

/** Screens of the Okta Admin Console. */
export const SERVER = 'Security > API > Authorization Servers > (your server)';
