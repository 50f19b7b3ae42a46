/**
 * Whether a claim comes with every access token: a token without it may call what its groups deny.
 */
import { code } from '../access-map/report/problems.ts';
import type { ClaimState } from './state.ts';
import { error, type VerifyFinding } from './verify-finding.ts';

/**
 * Whether every access token has the claim. Okta documents `alwaysIncludeInToken` as true for
 * those, so that nothing says what it does where it is false.
 */
const isInEveryToken = ({ scopes, always }: ClaimState): boolean => always && scopes.length === 0;

export function evaluatePresence(
  claim: ClaimState,
): readonly VerifyFinding<'CLAIM_NOT_ALWAYS' | 'CLAIM_FOR_SOME_SCOPES'>[] {
  if (isInEveryToken(claim)) return [];
  const { name, scopes } = claim;
  const lacks = 'has no groups, those that deny included';
  return [
    scopes.length === 0
      ? error(
          'CLAIM_NOT_ALWAYS',
          `claim ${code(name)} has \`alwaysIncludeInToken: false\`, so a token may come without it and ${lacks}: include it always`,
        )
      : error(
          'CLAIM_FOR_SOME_SCOPES',
          `claim ${code(name)} comes with the scopes ${scopes.map(code).join(', ')} only: a client that does not ask for them ${lacks}`,
        ),
  ];
}
