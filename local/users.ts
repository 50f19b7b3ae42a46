/** The people that the local issuer knows. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AccessMap } from '../lib/access-map/index.ts';

export interface LocalUser {
  readonly login: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/** Login of each user of a map by uid. */
export const loginsOf = ({ model }: Pick<AccessMap, 'model'>): ReadonlyMap<string, string> =>
  new Map(usersOf(model).map(({ uid, login }) => [uid, login]));

/** The users that a map is tried with. */
export const usersOf = ({ groups }: AccessMap['model']): readonly LocalUser[] =>
  localUsers(groups.map(({ name }) => name));

/**
 * The users of `users.yaml`, then one for each group that has none of its name: GROUP@example.com.
 */
export function localUsers(groups: readonly string[]): readonly LocalUser[] {
  const listed = parse(
    readFileSync(join(import.meta.dirname, 'users.yaml'), 'utf8'),
  ) as readonly LocalUser[];
  const known = new Set(listed.map((user) => user.login));
  const added = groups
    .map((group) => ({
      login: `${group}@example.com`,
      uid: `00u1${createHash('sha256').update(group).digest('hex').slice(0, 16)}`,
      groups: [group],
    }))
    .filter((user) => !known.has(user.login));
  return [...listed, ...added];
}
