/** Whether a token with the groups of a server's claims fits through the gateway. */
import type { EvaluatedServer } from './evaluate-server.ts';
import type { GroupState } from './state.ts';
import { TOKEN_BUDGET_BYTES, tokenBytes } from './token-size.ts';
import { findingOf, note, type VerifyFinding } from './verify-finding.ts';

/**
 * @param groups all that the claims may carry
 * @param mapped those that the maps name
 */
export function evaluateSize(
  { server: { issuer, audiences }, wanted: { claims, scopes } }: EvaluatedServer,
  groups: readonly GroupState[],
  mapped: readonly GroupState[],
): VerifyFinding {
  const bytesOf = (carried: readonly GroupState[]): number =>
    tokenBytes({
      issuer,
      audience: audiences[0] ?? '',
      clientId: '',
      login: 'a.login.of.usual.length@example.com',
      scopes: ['openid', ...scopes.map(({ name }) => name)],
      groups: { [claims[0] ?? 'groups']: carried.map(({ name }) => name) },
    });
  const bytes = bytesOf(groups);
  const text = `a token with ${groups.length === 1 ? 'its one group' : `all ${groups.length} groups`} has about ${bytes.toLocaleString('en-US')} bytes of the ${TOKEN_BUDGET_BYTES.toLocaleString('en-US')} that fit through the gateway`;
  if (bytes <= TOKEN_BUDGET_BYTES) return note('TOKEN_SIZE', text);
  // Probably nobody is in all groups of the org.
  const own = groups.filter((group) => mapped.includes(group));
  return findingOf(bytesOf(own) > TOKEN_BUDGET_BYTES ? 'error' : 'warning')(
    'TOKEN_SIZE_EXCEEDED',
    text,
  );
}
