/** Which groups of an org the groups of a map mean. */
import type { DesiredGroup } from './desired-org.ts';
import type { GroupState } from './state.ts';

/**
 * The groups of Okta that a map's group means: by id, else those of the name that were made in
 * Okta.
 */
export function matchingGroups(
  { id, name }: DesiredGroup,
  groups: readonly GroupState[],
): readonly GroupState[] {
  if (id !== undefined) return groups.filter((group) => group.id === id);
  return groups.filter((group) => group.name === name && group.type !== 'APP_GROUP');
}

/** The group that every org has, of all its users. */
export const everyoneOf = (groups: readonly GroupState[]): GroupState | undefined =>
  groups.find(({ type, name }) => type === 'BUILT_IN' && name === 'Everyone');
