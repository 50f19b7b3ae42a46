/** The subject of `revoke`: a user by uid or login, a client, both, or a group. */
import { isId } from '../../../lambda/core/contract/okta-ids.ts';
import {
  clientSubject,
  groupSubject,
  userClientSubject,
  userSubject,
} from '../../../lambda/core/contract/revocation.ts';
import { code } from '../../access-map/report/problems.ts';
import { UsageError } from '../shell/command.ts';
import type { Io } from '../shell/io.ts';
import type { ChosenHub } from './hub-of-map.ts';
import type { RevokeOptions } from './revoke-options.ts';

/** The uid of a login. @throws OktaError */
export type UidOf = (login: string, hub: ChosenHub, io: Io) => Promise<string>;

/**
 * @returns undefined where the options name nobody. @throws UsageError, and what `uidOf` throws.
 */
export async function subjectOf(
  { user, client, group }: RevokeOptions,
  hub: ChosenHub,
  uidOf: UidOf,
  io: Io,
): Promise<string | undefined> {
  for (const id of [user, client])
    if (id !== undefined && !isId(id))
      throw new UsageError(`expected an id or a login without blanks, found ${code(id)}`);
  if (group !== undefined) return groupSubject(oktaName(group, hub));
  if (user === undefined) return client === undefined ? undefined : clientSubject(client);
  const uid = OKTA_USER_ID.test(user) ? user : await uidOf(user, hub, io);
  return client === undefined ? userSubject(uid) : userClientSubject(uid, client);
}

/** @throws UsageError for a name that no token of the map can carry. */
function oktaName(group: string, { groupPrefixes: [first, ...others] }: ChosenHub): string {
  const all = first === undefined ? [''] : [first, ...others];
  if (all.some((prefix) => group.startsWith(prefix))) return group;
  throw new UsageError(
    `--group: expected a name in Okta, which begins with ${all.map(code).join(' or ')}, found ${code(group)}`,
  );
}

/** Okta's ids of users begin so; anything else is a login. */
const OKTA_USER_ID = /^00u[A-Za-z0-9]+$/;
