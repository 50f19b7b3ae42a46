/**
 * The groups that a user's token would carry, computed from the user's groups and the claims.
 * Requests no token.
 */
import { code } from '../access-map/report/problems.ts';
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { serverFor } from './find-server.ts';
import { OktaError } from './okta-error.ts';
import { type OktaOrg, textAt } from './org.ts';
import type { GroupState, OrgState } from './state.ts';
import { groupOf } from './state-from-json.ts';
import { groupsClaimsOf, judgedClaims } from './verify-claims.ts';

export interface UserView {
  readonly login: string;
  /** The \`uid\` of the user's tokens, by which a map blocks somebody. */
  readonly uid: string;
  readonly status: string;
  /** Whether Okta gives the user tokens. */
  readonly signsIn: boolean;
  readonly servers: readonly {
    readonly server: DesiredServer;
    /** Group names that the token would carry for sure. */
    readonly groups: readonly string[];
    /** Claims that may add others, as they are written in Okta. */
    readonly unjudged: readonly string[];
  }[];
}

/** @param user login or id. @throws OktaError for an unknown user. */
export async function viewAs(
  org: OktaOrg,
  user: string,
  desired: DesiredOrg,
  state: OrgState,
): Promise<UserView> {
  const found = await org.get(`/api/v1/users/${encodeURIComponent(user)}`);
  if (!found) throw new OktaError(`the org has no user ${code(user)}`);
  const uid = textAt(found, 'id');
  const groups = (await org.list(`/api/v1/users/${encodeURIComponent(uid)}/groups`)).map(groupOf);
  const status = textAt(found, 'status');
  return {
    login: textAt(found, 'profile', 'login'),
    uid,
    status,
    // Every other status needs an administrator or a new password first.
    signsIn: status === 'ACTIVE',
    servers: desired.servers.map((wanted) => ({
      server: wanted,
      ...carriedFor(wanted, groups, desired, state),
    })),
  };
}

function carriedFor(
  wanted: DesiredServer,
  groups: readonly GroupState[],
  desired: DesiredOrg,
  state: OrgState,
): Pick<UserView['servers'][number], 'groups' | 'unjudged'> {
  const server = serverFor(wanted, state);
  if (!server) return { groups: [], unjudged: [] };
  const judged = judgedClaims(
    { server, wanted, desired, state },
    groupsClaimsOf(server, wanted.claims),
    groups,
  );
  const everywhere = judged.filter(({ claim, passed }) => passed && isSameForAll(claim.id, judged));
  const unjudged = judged.filter(
    (one) => !everywhere.includes(one) || (one.passed?.unsure.length ?? 0) > 0,
  );
  const names = everywhere.flatMap(({ passed }) =>
    passed?.carries === 'name' ? passed.groups.map(({ name }) => name) : [],
  );
  return {
    groups: [...new Set(names)],
    unjudged: [...new Set(unjudged.map(({ claim }) => `${claim.name}: ${claim.value}`))],
  };
}

/** An expression over the profile of a client may carry other groups for each. */
function isSameForAll(id: string, judged: ReturnType<typeof judgedClaims>): boolean {
  const each = judged
    .filter(({ claim }) => claim.id === id)
    .map(({ passed }) => JSON.stringify(passed?.groups.map((group) => group.id)));
  return new Set(each).size <= 1;
}
