/** The code that the caller sees. With caching, the gateway also gives it to other requests. */
import type { RefusalCode } from '../core/contract/codes.ts';
import type { Decision } from '../core/decision/decide.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import { isEmptyRow } from '../core/model/bits.ts';
import type { AccessModel } from '../core/model/model.ts';

/**
 * The code of the decision if it is true for every request that the cached response covers;
 * otherwise undefined. Per token that is a caller who is refused as such and has no route at all;
 * per token and route, whatever is not about one request's path.
 */
export function disclosedCode(
  { cache, signedIn }: AccessModel,
  decision: Decision,
  entitlements: Entitlements | undefined,
): RefusalCode | undefined {
  if (decision.effect === 'allow') return undefined;
  const { code } = decision;
  if (cache === undefined || code === 'BLOCKED' || code === 'TOKEN_REVOKED') return code;
  if (code === 'PATH_REFUSED') return undefined;
  if (cache.mode === 'tokenAndRoute') return code;
  const hasNoRoute = [signedIn, ...(entitlements ? [entitlements.allowed] : [])].every(isEmptyRow);
  return entitlements?.refusal?.code === code && hasNoRoute ? code : undefined;
}
