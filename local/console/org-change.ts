/** What a person at the console does to people of the local Okta org: as an administrator would. */
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import type { LocalUser } from '../users.ts';
import { ORG_CHANGES, type OrgAnswer, type OrgChange, type OrgChangeName } from './wire.ts';

/** The org that runs beside the gateway. */
export interface LocalOrgAddress {
  readonly url: string;
  /** What names of its groups have before those of the map. */
  readonly groupPrefix: string;
}

export const localOrg = (
  url: string | undefined,
  { okta: [block] }: Pick<ModelFile, 'okta'>,
): LocalOrgAddress | undefined =>
  url === undefined ? undefined : { url, groupPrefix: block?.groupPrefix ?? '' };

/** Path of each change at the org. */
const PATHS: Readonly<Record<OrgChangeName, (group: string) => string>> = {
  deactivate: () => 'deactivate',
  reactivate: () => 'reactivate',
  endSessions: () => 'clear-sessions',
  leave: (group) => `groups/${encodeURIComponent(group)}/remove`,
  join: (group) => `groups/${encodeURIComponent(group)}/add`,
};

const SENTENCES: Readonly<Record<OrgChangeName, (group: string) => string>> = {
  deactivate: () => 'is deactivated in Okta',
  reactivate: () => 'is active in Okta',
  endSessions: () => 'has no session in Okta any more',
  leave: (group) => `left the group ${group} in Okta`,
  join: (group) => `joined the group ${group} in Okta`,
};

/** @returns undefined for a body that names no change, or nobody whom the org has. */
export function orgChangeIn(
  body: unknown,
  users: readonly LocalUser[],
): (OrgChange & Pick<LocalUser, 'login'>) | undefined {
  const { uid, change, group = '' } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const user = users.find((one) => one.uid === uid);
  const name = ORG_CHANGES.find((one) => one === change);
  const needsGroup = name === 'leave' || name === 'join';
  if (!user || !name || typeof group !== 'string' || (needsGroup && group === '')) return undefined;
  return { uid: user.uid, login: user.login, change: name, group };
}

/** Resolves when the org has called its hooks. */
export async function changeInOrg(
  { url, groupPrefix }: LocalOrgAddress,
  { uid, login, change, group = '' }: OrgChange & Pick<LocalUser, 'login'>,
): Promise<OrgAnswer> {
  const path = PATHS[change](groupPrefix + group);
  const answer = await fetch(`${url}/_local/users/${encodeURIComponent(uid)}/${path}`, {
    method: 'POST',
  }).catch(() => undefined);
  if (answer?.ok) return { done: true, sentence: `${login} ${SENTENCES[change](group)}.` };
  const why = answer === undefined ? 'does not answer' : `answers ${answer.status}`;
  return { done: false, sentence: `Nothing has changed: the local Okta org ${why}.` };
}
