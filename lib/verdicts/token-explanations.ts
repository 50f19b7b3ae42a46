/** Refusals of what no decision about a route is made for: the event, the token, its key. */
import { TOKEN_SOURCE } from '../../lambda/core/contract/identity-source.ts';
import { MAX_TOKEN_BYTES } from '../../lambda/core/token/decode-token.ts';
import { type CodeExplanations, SERVER } from './code-explanation.ts';

const APP = 'Applications > Applications > (your app) > General';
const RULE = `${SERVER} > Access Policies > (policy) > (rule)`;
const foreignToken =
  'no authorization server writes such a token: somebody or something changed it on its way';
const altered = {
  says: 'the token is not as an encoder writes it',
  fix: `copy it again, as it came from the token endpoint; ${foreignToken}`,
};

export const TOKEN_EXPLANATIONS = {
  EVENT_MALFORMED: {
    not_an_authorizer_event: {
      says: 'the function was invoked by something other than a REQUEST authorizer of an HTTP or REST API',
      fix: 'let API Gateway alone invoke it, as an authorizer of type REQUEST',
    },
    token_authorizer: {
      says: 'the authorizer of the REST API is of type TOKEN',
      fix: `make it one of type REQUEST with the identity source \`${TOKEN_SOURCE.rest}\`, and deploy the stage`,
    },
    catch_all_in_payload_1: {
      says: 'a greedy route or `$default` took the call, and payload format 1.0 does not tell which path',
      fix: 'set the authorizer’s payload format to 2.0, and simple responses off',
    },
    field_missing: {
      says: 'a field of the authorizer event is missing or has another form than API Gateway documents',
      fix: 'let API Gateway alone invoke the function; `detail` of the record names the field',
    },
    method_disagrees: {
      says: 'the method of the request and that of its ARN differ',
      fix: 'let API Gateway alone invoke the function, which writes both from one request',
    },
  },
  NO_TOKEN: {
    absent: {
      says: 'the request has no Authorization header, or an empty one',
      fix: 'send `Authorization: Bearer TOKEN`',
    },
    not_bearer: {
      says: 'the Authorization header is not `Bearer` and one token',
      fix: 'send `Authorization: Bearer TOKEN`, the token in one piece',
    },
    several: {
      says: 'the request has more than one token',
      fix: 'send one Authorization header with one token',
    },
  },
  TOKEN_MALFORMED: {
    not_a_jwt: {
      says: 'this is not a JSON Web Token, which has three parts with a dot between them',
      fix: 'take `access_token` out of the token response; an opaque or shortened token cannot be checked',
    },
    too_large: {
      says: `the token has more than ${MAX_TOKEN_BYTES / 1_024} KiB, which no gateway passes on`,
      fix: 'let the groups claim include fewer groups',
      okta: `${SERVER} > Claims > groups: a narrower filter`,
    },
    undecodable: altered,
    duplicate_member: {
      says: 'a name stands twice in the token, so that two readers could see two values',
      fix: foreignToken,
    },
  },
  TOKEN_ALGORITHM: {
    not_rs256: {
      says: 'the token is not signed with RS256, the one algorithm of Okta access tokens',
      fix: `check that it comes from the map's issuer; ${foreignToken}`,
    },
    key_unfit: {
      says: 'the key that the token names is not one for RS256',
      fix: 'get a new token; if that fails as well, the token is not from an authorization server of Okta',
    },
  },
  TOKEN_SIGNATURE: {
    mismatch: {
      says: 'the signature is not that of the issuer over this token',
      fix: foreignToken,
    },
  },
  TOKEN_TYPE: {
    id_token: {
      says: 'this is an ID token: it tells an app who signed in, and is not for APIs',
      fix: 'send `access_token` of the token response, not `id_token`',
    },
    org_server: {
      says: 'this is a token of the Okta org itself, which only Okta may validate and which carries no groups',
      fix: "let the app ask the map's `okta.issuer` for tokens (its authorize and token endpoints, `/oauth2/ID/v1/...`)",
      okta: `${SERVER} > Settings: the Issuer there is what belongs into the app and into the map`,
    },
    dpop_bound: {
      says: 'the token is bound to a key of its client (DPoP); accepted without a proof of that key, a stolen copy of it would work too',
      fix: 'use an app without DPoP for this API',
      okta: `${APP} > Client Credentials: clear "Require Demonstrating Proof of Possession (DPoP) header in token requests"`,
    },
    encrypted: {
      says: 'the token is encrypted, so that nobody but the holder of its key can read it',
      okta: `${SERVER} > Settings: switch access token encryption off`,
    },
    nested: { says: 'the token says that it holds another token', fix: foreignToken },
    wrong_typ: {
      says: 'the token says in `typ` that it is something other than an access token',
      fix: 'send `access_token` of the token response',
    },
    critical_header: {
      says: 'the token asks for an extension (`crit`) that is not understood here',
      fix: foreignToken,
    },
    key_in_header: {
      says: 'the token brings a key, or the address of one, to be checked with',
      fix: foreignToken,
    },
  },
  TOKEN_ISSUER: {
    unknown: {
      says: 'the token is from an issuer that the map does not name',
      fix: 'compare `iss` with `okta.issuer` letter by letter; several hosts of one server are a list there',
      okta: `${SERVER} > Settings: Issuer (Okta URL, Custom URL, or Dynamic, which gives one of both by the host that was asked)`,
    },
  },
  TOKEN_AUDIENCE: {
    mismatch: {
      says: 'the token is for another API',
      fix: 'compare `aud` with `okta.audience`, and check that the app asks this authorization server',
      okta: `${SERVER} > Settings: Audience`,
    },
    not_one_text: {
      says: 'the token is for a list of audiences, so that others who receive it could use it here',
      okta: `${SERVER} > Settings: Audience: one text`,
    },
  },
  TOKEN_CLIENT: {
    not_accepted: {
      says: 'the token was issued to a client that the map does not accept',
      fix: 'add its `cid` to `okta.clients`, or to `machines` for a client without users',
      okta: `${APP}: Client ID`,
    },
    machine_client_with_user: {
      says: 'the client is listed under `machines`, for tokens without a user, and this token has one',
      fix: 'add its `cid` to `okta.clients` if users may come through it',
      okta: `${APP} > Grant type: a machine needs Client Credentials alone`,
    },
  },
  TOKEN_CLAIMS: {
    exp: {
      says: 'the token does not say in whole seconds when it expires (`exp`)',
      fix: foreignToken,
    },
    iat: {
      says: 'the token does not say in whole seconds when it was issued (`iat`)',
      fix: foreignToken,
    },
    nbf: {
      says: 'the token does not say in whole seconds when it becomes valid (`nbf`)',
      fix: foreignToken,
    },
    sub: {
      says: 'the subject (`sub`) is not a text',
      okta: `${SERVER} > Claims > sub: an expression that gives a text`,
    },
    scope: {
      says: 'the claim `scope` is not a text',
      okta: `${SERVER} > Claims: remove the claim with the name scope`,
    },
    cid: {
      says: 'the token does not name its client (`cid`) as every Okta access token does: 1 to 100 letters, digits and signs of ASCII',
      fix: 'send `access_token` of the token response',
    },
    jti: {
      says: 'the token has no id (`jti`), as every Okta access token has',
      fix: 'send `access_token` of the token response',
    },
    uid: {
      says: 'the user id (`uid`) is not 1 to 100 letters, digits and signs of ASCII',
      okta: `${SERVER} > Claims: remove the claim with the name uid`,
    },
    scp: {
      says: 'the scopes (`scp`) are not a list of texts',
      okta: `${SERVER} > Claims: remove the claim with the name scp`,
    },
    groups: {
      says: 'the groups claim is neither a list of names nor one name',
      okta: `${SERVER} > Claims > groups: Value type Groups, or an expression that gives an array`,
    },
    lifetime_too_long: {
      says: 'the token lives longer than the map accepts (`okta.maxTokenLifetime`)',
      okta: `${RULE}: Access token lifetime`,
    },
    issued_in_the_future: {
      says: 'the token was issued after the time at which it was checked',
      fix: 'set the clock of this machine, or `okta.maxClockSkew` where the distance is known',
    },
  },
  TOKEN_EXPIRED: {
    exp_passed: {
      says: 'the token has expired',
      fix: 'get a new one, by the refresh token or by signing in',
      okta: `${RULE}: Access token lifetime`,
    },
  },
  TOKEN_NOT_YET_VALID: {
    nbf_ahead: {
      says: 'the token was not valid yet (`nbf` is after the time at which it was checked)',
      fix: 'set the clock of this machine, or `okta.maxClockSkew` where the distance is known',
    },
  },
  KEY_UNKNOWN: {
    kid_missing: {
      says: 'the token does not name the key that it was signed with (`kid`)',
      fix: foreignToken,
    },
    kid_not_published: {
      says: 'the token was signed with a key that the issuer does not publish, or no longer does',
      fix: 'get a new token; if that fails as well, the token is not from this issuer',
      okta: `${SERVER} > Settings > Signing Key Rotation`,
    },
  },
} as const satisfies Partial<CodeExplanations>;
