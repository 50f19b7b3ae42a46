/**
 * The authorizer that a route had before ours. Shadow mode still enforces it, so no protected route
 * becomes public.
 */
import type { PriorAuthorization } from '../contract/attachment-record.ts';
import type { Claims } from '../token/principal.ts';

export interface PriorJwtAuthorizer {
  readonly kind: 'jwt';
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** The token needs one of them; empty: no scope is required. */
  readonly scopes: readonly string[];
}

/** `none`: the route had no authorizer. */
export type PriorAuthorizer = { readonly kind: 'none' } | PriorJwtAuthorizer;

/** A route in the attachment record; records written before shadow mode have no `jwt`. */
export type RecordedAuthorization = Pick<PriorAuthorization, 'type' | 'scopes' | 'jwt'>;

/**
 * Undefined for an authorizer that cannot be evaluated here: IAM, Cognito, another Lambda, or an
 * incomplete JWT configuration.
 */
export function priorAuthorizerOf({
  type,
  scopes,
  jwt,
}: RecordedAuthorization): PriorAuthorizer | undefined {
  if (type === 'NONE') return { kind: 'none' };
  return type === 'JWT' && jwt && jwt.audiences.length > 0
    ? { kind: 'jwt', ...jwt, scopes }
    : undefined;
}

/**
 * Whether the claims of a token whose signature is good are what the gateway's JWT authorizer
 * takes. Source: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers".
 */
export function satisfiesPriorAuthorizer(
  claims: Claims,
  { issuer, audiences, scopes }: PriorJwtAuthorizer,
  nowSeconds: number,
): boolean {
  const { iss, aud, client_id: client, exp, nbf, iat, scope, scp } = claims;
  if (iss !== issuer) return false;
  if (!audiencesIn(aud, client).some((one) => typeof one === 'string' && audiences.includes(one)))
    return false;
  if (typeof exp !== 'number' || exp <= nowSeconds) return false;
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds)) return false;
  if (iat !== undefined && !(typeof iat === 'number' && iat <= nowSeconds)) return false;
  const granted = new Set([scope, scp].flatMap(scopesIn));
  return scopes.length === 0 || scopes.some((wanted) => granted.has(wanted));
}

function audiencesIn(aud: unknown, client: unknown): readonly unknown[] {
  if (aud === undefined) return [client];
  return Array.isArray(aud) ? aud : [aud];
}

function scopesIn(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim : [];
}
