import { code } from '../access-map/report/problems.ts';
import { OktaError } from './okta-error.ts';
import type { JsonObject, OktaOrg } from './org.ts';

/**
 * @param user login or id.
 * @param advice what to do for a user that the org does not have.
 * @throws OktaError for an unknown user.
 */
export async function findUser(org: OktaOrg, user: string, advice?: string): Promise<JsonObject> {
  const found = await org.get(`/api/v1/users/${encodeURIComponent(user)}`);
  if (found) return found;
  const more = advice === undefined ? '' : `: ${advice}`;
  throw new OktaError('OKTA_USER_UNKNOWN', `the org has no user ${code(user)}${more}`);
}
