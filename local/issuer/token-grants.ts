/** The token endpoint's grants: password, client credentials, authorization code. */
import type { LocalUser } from '../users.ts';
import type { CodeFlow } from './authorization-code.ts';
import {
  type Claims,
  type ClaimsOptions,
  LIFETIME_SECONDS,
  machineClaims,
  sharedClaims,
  userClaims,
} from './claims.ts';
import type { SigningKeys } from './issuer-keys.ts';
import { type OAuthParameters, scopesIn } from './oauth-parameters.ts';

/** What an org decides over a token request. */
export type TokenGrant =
  | {
      readonly kind: 'granted';
      readonly claims: Readonly<Record<string, readonly string[]>>;
      readonly lifetimeSeconds: number;
    }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 404;
      readonly error: string;
      readonly why: string;
    };

export type TokenDecision = (request: {
  readonly clientId: string;
  readonly login?: string;
  readonly scopes: readonly string[];
}) => TokenGrant;

/** What the grants of one issuer share. */
export interface Grants extends ClaimsOptions {
  readonly users: readonly LocalUser[];
  /** Ids of the clients that get tokens, or any client. */
  readonly clients: readonly string[] | 'any';
  /** Decides over tokens in place of the users' own groups. */
  readonly decide?: TokenDecision;
  readonly keys: SigningKeys;
  readonly codes: CodeFlow;
}

export interface GrantAnswer {
  readonly status: 200 | 400 | 401 | 404;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers a token request as Okta's token endpoint does. */
export function grant(grants: Grants, form: OAuthParameters): GrantAnswer {
  const clientId = form['client_id'] ?? '';
  if (clientId === '' || (grants.clients !== 'any' && !grants.clients.includes(clientId)))
    return refusal(401, 'invalid_client', "Invalid value for 'client_id' parameter.");
  const scopes = scopesIn(form);
  switch (form['grant_type']) {
    case 'client_credentials':
      return decided(grants, machineClaims(grants, clientId, scopes), { clientId, scopes });
    case 'authorization_code':
      return codeGrant(grants, form, clientId);
    case 'password':
      return passwordGrant(grants, form, { clientId, scopes });
    default:
      return refusal(
        400,
        'unsupported_grant_type',
        'The authorization grant type is not supported by the authorization server.',
      );
  }
}

function passwordGrant(
  grants: Grants,
  form: OAuthParameters,
  { clientId, scopes }: { readonly clientId: string; readonly scopes: readonly string[] },
): GrantAnswer {
  const user = grants.users.find((known) => known.login === form['username']);
  if (user === undefined || !form['password'])
    return refusal(400, 'invalid_grant', 'The credentials provided were invalid.');
  if (scopes.length === 0)
    return refusal(
      400,
      'invalid_scope',
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  const { login } = user;
  return decided(grants, userClaims(grants, user, clientId, scopes), { clientId, login, scopes });
}

function codeGrant(grants: Grants, form: OAuthParameters, clientId: string): GrantAnswer {
  const signIn = grants.codes.redeem({ ...form, client_id: clientId });
  if (signIn === undefined)
    return refusal(400, 'invalid_grant', 'The authorization code is invalid or has expired.');
  const { user, scopes, nonce } = signIn;
  const answer = decided(grants, userClaims(grants, user, clientId, scopes), {
    clientId,
    login: user.login,
    scopes,
  });
  if (answer.status !== 200 || !scopes.includes('openid')) return answer;
  const { iat, exp, iss } = sharedClaims(grants, clientId, scopes);
  const idClaims = {
    ver: 1,
    iss,
    aud: clientId,
    sub: user.uid,
    iat,
    exp,
    preferred_username: user.login,
    ...(nonce === undefined ? {} : { nonce }),
  };
  return { ...answer, body: { ...answer.body, id_token: grants.keys.sign(idClaims) } };
}

/** The token as the users' groups make it, or as an org decides. */
function decided(
  grants: Grants,
  claims: Claims,
  request: Parameters<TokenDecision>[0],
): GrantAnswer {
  const decision = grants.decide?.(request);
  if (decision === undefined) return issued(grants, claims, request.scopes);
  if (decision.kind === 'refused') return refusal(decision.status, decision.error, decision.why);
  const { [grants.groupsClaim ?? 'groups']: _, ...others } = claims;
  return issued(
    grants,
    { ...others, ...decision.claims, exp: claims.iat + decision.lifetimeSeconds },
    request.scopes,
    decision.lifetimeSeconds,
  );
}

function refusal(status: 400 | 401 | 404, error: string, description: string): GrantAnswer {
  return { status, body: { error, error_description: description } };
}

function issued(
  grants: Grants,
  claims: Readonly<Record<string, unknown>>,
  scopes: readonly string[],
  seconds = LIFETIME_SECONDS,
): GrantAnswer {
  const token = grants.keys.sign(claims);
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      expires_in: seconds,
      access_token: token,
      scope: scopes.join(' '),
    },
  };
}
