/**
 * What each refusal means, in a plain sentence for the operator, and where an Okta setting is the
 * cause, the screen of the Okta Admin Console to fix it in. Texts only: nothing of this is in the
 * function.
 */
import type { Refusal } from '../../lambda/core/contract/codes.ts';
import { QUOTA_STORE_METRIC, REVOCATION_METRIC } from '../../lambda/core/contract/metric-names.ts';
import { STACK_OUTPUT } from '../../lambda/core/contract/stack-outputs.ts';
import { pageInPackage } from '../access-map/report/pages.ts';
import {
  type CodeExplanation,
  type CodeExplanations,
  SERVER,
  TOO_MANY_GROUPS,
} from './code-explanation.ts';
import { REVOCATION_EXPLANATIONS } from './revocation-explanations.ts';
import { TOKEN_EXPLANATIONS } from './token-explanations.ts';

/**
 * By ids: a filter by name includes no group that a directory has imported, and any group of that
 * name.
 */
const CLAIMS = `${SERVER} > Claims > Add claim (groups, Access Token, Always, Expression, getFilteredGroups({"id of each group"}, "group.name", 100), any scope)`;

const EXPLANATIONS: CodeExplanations = {
  ...TOKEN_EXPLANATIONS,
  BLOCKED: {
    user: { says: 'the map blocks this user', fix: 'take the `uid` out of `blocked.users`' },
    client: { says: 'the map blocks this client', fix: 'take the `cid` out of `blocked.clients`' },
    token: { says: 'the map blocks this token', fix: 'get a new one' },
  },
  TOKEN_REVOKED: REVOCATION_EXPLANATIONS,
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
      fix: `send another value, or let the caller call that route too (${pageInPackage('paths')})`,
    },
    too_many_readings: {
      says: 'the path has too many escapes, or unusual ones, so its meaning is not known',
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
    live_routes_unknown: {
      says: 'the authorizer could not read the list of unmapped routes, so the meaning of the path is unknown',
      fix: `look at the attachment’s table \`${STACK_OUTPUT.records}\`, and at the authorizer’s right to read it`,
    },
  },
  GROUPS_MISSING: {
    no_groups_in_token: {
      says: 'the token carries no groups: the authorization server writes none, or the user is in none that it includes; a filter by name includes no group that a directory has imported',
      fix: 'check the name of the claim in `okta.groupsClaim` and the prefix in `okta.groupPrefix`',
      okta: CLAIMS,
    },
  },
  GROUPS_TOO_MANY: {
    over_1000: {
      says: `the token carries ${TOO_MANY_GROUPS}`,
      okta: `${SERVER} > Claims > groups: a filter that includes the mapped groups only`,
    },
  },
  CLIENT_UNMAPPED: {
    not_a_machine: {
      says: 'a token without a user is matched against `machines` only, and this client is not there',
      fix: 'add the `cid` to `machines`',
    },
    groups_not_of_block: {
      says: 'the machine has no group that tokens of this okta block may carry',
      fix: "add one of the machine's `groups` to `groups` of the block; rules of a machine's own count in the first block only",
    },
  },
  GROUP_DENIED: {
    group_denies: {
      says: 'a group of the user denies the route, and a deny beats every allow',
      fix: 'narrow that `deny`, or take the user out of the group',
    },
    machine_denies: {
      says: 'a rule of the machine denies the route, and a deny beats every allow',
      fix: 'narrow that `deny` under `machines`',
    },
    everyone_denies: {
      says: 'a rule of `everyone` denies the route, and a deny beats every allow',
      fix: 'narrow that `deny` under `everyone`',
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
    window_full: {
      says: 'the quota of its window was used up when the call came',
      fix: 'call once that window has ended',
    },
  },
  KEYS_UNAVAILABLE: {
    fetch_failed: {
      says: "the issuer's keys could not be fetched, and no copy of them is recent enough",
      fix: "see whether the function reaches Okta, and Okta's status page",
    },
  },
  QUOTA_STORE_UNAVAILABLE: {
    store_failed: {
      says: 'the quota could not be charged: the quota table gave no usable answer',
      fix: `see the fault in the log line with \`${QUOTA_STORE_METRIC.failures}\`, the table's throttling and the function's role`,
    },
  },
  REVOCATIONS_UNAVAILABLE: {
    read_failed: {
      says: 'the list of revoked tokens could not be read in time, and the map has `okta.revocation.onStoreFailure: deny`',
      fix: `see the fault in the log line with \`${REVOCATION_METRIC.readFailures}\`, and whether the hub of the Okta org writes its heartbeat`,
    },
  },
};

export function explanationOf({ code, reason }: Refusal): CodeExplanation {
  const reasons: { readonly [reason: string]: CodeExplanation } = EXPLANATIONS[code];
  return reasons[reason] ?? { says: code };
}
