/**
 * What a route asked for before our authorizer stood there. In shadow mode it stays the law:
 * nothing opens that was closed.
 */
import type { PriorAuthorization } from '../contract/attachment-record.ts';
import type { Claims } from '../token/principal.ts';

export interface PriorJwtAuthorizer {
  readonly kind: 'jwt';
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** One of them must be in the token; none: any token will do. */
  readonly scopes: readonly string[];
}

/** `open`: the route had no authorizer. */
export type PriorAuthorizer = { readonly kind: 'none' } | PriorJwtAuthorizer;

/** What the attachment's record says of a route; `jwt` since there is shadow mode. */
export type RecordedAuthorization = Pick<PriorAuthorization, 'type' | 'scopes' | 'jwt'>;

/**
 * Nothing for what cannot be asked for in its place: IAM, Cognito, another Lambda, a JWT authorizer
 * of which too little is known.
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
