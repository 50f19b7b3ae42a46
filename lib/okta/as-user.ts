/**
 * The groups that a user's token would carry, computed from the user's groups and the claims.
 * Requests no token.
 */

import { code } from '../access-map/report/problems.ts';
import { passesClaim } from './claim-filter.ts';
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { OktaError } from './okta-error.ts';
import { type OktaOrg, textAt } from './org.ts';
import type { OrgState } from './state.ts';
import { groupOf } from './state-from-json.ts';
import { serverFor } from './verify.ts';
import { groupsClaimsOf } from './verify-claims.ts';

export interface UserView {
  readonly login: string;
  /** `ACTIVE` gets tokens. */
  readonly status: string;
  /** By server: group names as the token would carry them, or why that cannot be said. */
  readonly servers: readonly {
    readonly server: DesiredServer;
    readonly groups: readonly string[] | undefined;
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
  const groups = (
    await org.list(`/api/v1/users/${encodeURIComponent(textAt(found, 'id'))}/groups`)
  ).map(groupOf);
  const servers = desired.servers.map((wanted) => {
    const server = serverFor(wanted, state);
    const claims = server ? groupsClaimsOf(server, wanted.claims) : [];
    const passed = claims.map((claim) => passesClaim(claim, groups));
    const names = passed.every((part) => part !== undefined)
      ? [...new Set(passed.flat().map(({ name }) => name))]
      : undefined;
    return { server: wanted, groups: names };
  });
  return { login: textAt(found, 'profile', 'login'), status: textAt(found, 'status'), servers };
}
