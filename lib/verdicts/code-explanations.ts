/**
 * What each refusal means, in a plain sentence for the operator, and where an Okta setting is the
 * cause, the screen of the Okta Admin Console to fix it in. Texts only: nothing of this is in the
 * function.
 */
import type { ReasonOf, Refusal, RefusalCode } from '../../lambda/core/contract/codes.ts';

export interface CodeExplanation {
  readonly says: string;
  /** What to do, outside of Okta's console. */
  readonly fix?: string;
  /** The way to the setting in the Okta Admin Console. */
  readonly okta?: string;
}

const SERVER = 'Security > API > Authorization Servers > (your server)';
const APP = 'Applications > Applications > (your app) > General';
/** By ids: a filter by name takes in no group that a directory has imported, and any that has the name. */
const CLAIMS = `${SERVER} > Claims > Add claim (groups, Access Token, Always, Expression, getFilteredGroups({"id of each group"}, "group.name", 100), any scope)`;
const RULE = `${SERVER} > Access Policies > (policy) > (rule)`;
const foreignToken =
  'no authorization server writes such a token: somebody or something changed it on its way';
const altered = {
  says: 'the token is not as an encoder writes it',
  fix: `copy it again, as it came from the token endpoint; ${foreignToken}`,
};

type CodeExplanations = {
  readonly [Code in RefusalCode]: { readonly [Reason in ReasonOf<Code>]: CodeExplanation };
};

const EXPLANATIONS: CodeExplanations = {
  EVENT_MALFORMED: {
    not_an_authorizer_event: {
      says: 'the function was invoked by something other than a REQUEST authorizer of an HTTP or REST API',
    },
    token_authorizer: {
      says: 'the authorizer of the REST API is of type TOKEN: make it one of type REQUEST with the identity source `method.request.header.Authorization`, and deploy the stage',
    },
    catch_all_in_payload_1: {
      says: 'a greedy route or `$default` took the call, and payload format 1.0 does not tell which path: set the authorizer’s payload format to 2.0, and simple responses off',
    },
    field_missing: {
      says: 'a field of the authorizer event is missing or has another form than API Gateway documents',
    },
    method_disagrees: { says: 'the method of the request and that of its ARN differ' },
  },
  NO_TOKEN: {
    absent: {
      says: 'the request has no Authorization header',
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
      says: 'the token has more than 12 KiB, which no gateway passes on',
      fix: 'let the groups claim take in fewer groups',
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
    key_unfit: { says: 'the key that the token names is not one for RS256' },
  },
  TOKEN_SIGNATURE: {
    mismatch: {
      says: 'the signature is not that of the issuer over this token',
      fix: foreignToken,
    },
  },
  TOKEN_TYPE: {
    id_token: {
      says: 'this is an ID token: it tells an app who signed in, and opens no API',
      fix: 'send `access_token` of the token response, not `id_token`',
    },
    org_server: {
      says: 'this is a token of the Okta org itself, which only Okta may validate and which carries no groups',
      fix: "let the app ask the map's `okta.issuer` for tokens (its authorize and token endpoints, `/oauth2/ID/v1/...`)",
      okta: `${SERVER} > Settings: the Issuer there is what belongs into the app and into the map`,
    },
    dpop_bound: {
      says: 'the token is bound to a key of its client (DPoP); accepted without proof of that key it would be worth as much as stolen',
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
      says: 'the token was given to a client that the map does not accept',
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
      says: 'the token does not say in whole seconds when it ends (`exp`)',
      fix: foreignToken,
    },
    iat: {
      says: 'the token does not say in whole seconds when it was issued (`iat`)',
      fix: foreignToken,
    },
    nbf: {
      says: 'the token does not say in whole seconds from when on it counts (`nbf`)',
      fix: foreignToken,
    },
    sub: {
      says: 'the subject (`sub`) is not a text',
      okta: `${SERVER} > Claims > sub: an expression that gives a text`,
    },
    scope: {
      says: 'the claim `scope` is not a text',
      okta: `${SERVER} > Claims: take away a claim of the name scope`,
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
      okta: `${SERVER} > Claims: take away a claim of the name uid`,
    },
    scp: {
      says: 'the scopes (`scp`) are not a list of texts',
      okta: `${SERVER} > Claims: take away a claim of the name scp`,
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
      says: 'the token was issued later than now',
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
      says: 'the token is not valid yet (`nbf` is in the future)',
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
  BLOCKED: {
    user: { says: 'the map blocks this user', fix: 'take the `uid` out of `blocked.users`' },
    client: { says: 'the map blocks this client', fix: 'take the `cid` out of `blocked.clients`' },
    token: { says: 'the map blocks this token', fix: 'get a new one' },
  },
  ROUTE_UNMAPPED: {
    not_in_inventory: { says: 'the map does not have this route', fix: 'add it to `routes`' },
  },
  PATH_REFUSED: {
    ambiguous_parameter: {
      says: 'a path parameter could mean another route to the back end',
      fix: 'send identifiers without slashes and dot segments',
    },
    ambiguous_path: {
      says: 'the path could mean another route to the back end',
      fix: 'send the path in its plain form',
    },
    closed_route: {
      says: 'a back end may read the path as another route, which the caller may not call',
      fix: 'send another value, or let the caller call that route too (docs/paths.md in the package)',
    },
    too_many_readings: {
      says: 'the path is escaped so often, or so oddly, that what it may mean is not known',
      fix: 'send the path in its plain form',
    },
    paths_disagree: {
      says: 'the fields of the event name different paths',
      fix: 'name the base paths of the API’s domains in `api.basePaths`',
    },
    unknown_method: {
      says: 'no access map can have the method',
      fix: 'send GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, in capitals',
    },
    method_override: {
      says: 'a header or the query names another method, which the caller may not call here',
      fix: 'send the method itself, without `X-HTTP-Method-Override` and its like',
    },
  },
  GROUPS_MISSING: {
    no_groups_in_token: {
      says: 'the token carries no groups: the authorization server writes none, or the user is in none that it takes in; a filter by name takes in no group that a directory has imported',
      fix: 'check the name of the claim in `okta.groupsClaim` and the prefix in `okta.groupPrefix`',
      okta: CLAIMS,
    },
  },
  GROUPS_TOO_MANY: {
    over_1000: {
      says: 'the token carries more than 1,000 groups',
      okta: `${SERVER} > Claims > groups: a filter that takes in the mapped groups only`,
    },
  },
  CLIENT_UNMAPPED: {
    not_a_machine: {
      says: 'a token without a user is judged by `machines` alone, and this client is not there',
      fix: 'add the `cid` to `machines`',
    },
    groups_not_of_block: {
      says: 'the machine has no group that tokens of this okta block may carry',
      fix: "add one of the machine's `groups` to `groups` of the block; rules of a machine's own count in the first block only",
    },
  },
  GROUP_DENIED: {
    group_denies: { says: 'a group of the user denies the route, and a deny beats every allow' },
    machine_denies: {
      says: 'a rule of the machine denies the route, and a deny beats every allow',
    },
    everyone_denies: {
      says: 'a rule of `everyone` denies the route, and a deny beats every allow',
    },
  },
  CONFLICT: {
    groups_conflict: {
      says: 'the caller holds two groups that `conflicts` of the map keeps apart on the route',
      fix: 'take the caller out of one of the groups',
      okta: 'Directory > Groups > (group) > People',
    },
  },
  GROUP_NOT_ALLOWED: {
    no_group_mapped: {
      says: 'the map has none of the groups in the token',
      fix: 'add one to `groups`, or put the user into a group that is there',
      okta: 'Directory > Groups > (group) > Assign people',
    },
    no_group_allows: {
      says: 'none of the groups allows the route',
      okta: 'Directory > Groups > (group) > Assign people',
    },
    machine_not_allowed: {
      says: 'nothing allows the route to the machine',
      fix: 'add it to `machines`',
    },
  },
  SCOPE_MISSING: {
    not_requested: {
      says: 'the token did not ask for a permission that has the route',
      fix: 'let the app ask for it as a scope',
      okta: `${SERVER} > Scopes`,
    },
  },
  QUOTA_EXCEEDED: {
    window_full: { says: 'the quota of the window is used up', fix: 'wait until the window ends' },
  },
  KEYS_UNAVAILABLE: {
    fetch_failed: {
      says: "the issuer's keys could not be fetched, and no copy of them is young enough",
      fix: "see whether the function reaches Okta, and Okta's status page",
    },
  },
  QUOTA_STORE_UNAVAILABLE: {
    store_failed: {
      says: 'the quota could not be charged: the quota table gave no usable answer',
      fix: "see the fault in the log line with `QuotaStoreFailures`, the table's throttling and the function's role",
    },
  },
};

export function explanationOf({ code, reason }: Refusal): CodeExplanation {
  const reasons: { readonly [reason: string]: CodeExplanation } = EXPLANATIONS[code];
  return reasons[reason] ?? { says: code };
}
