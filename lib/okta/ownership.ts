/**
 * How owned objects are recognised: by a mark in their description or notes, or by the form of
 * their name where Okta has no description. Objects without the mark are left unchanged. An
 * administrator hands an object over by adding the mark.
 */
import { createHash } from 'node:crypto';

const TOOL = 'managed by okta-group-authorizer';

/**
 * `managed by okta-group-authorizer, map orders`; of what several maps share, all of them:
 * `maps billing, orders`.
 */
export function ownedBy(...maps: readonly string[]): string {
  const all = [...new Set(maps)].toSorted();
  return `${TOOL}, ${all.length === 1 ? 'map' : 'maps'} ${all.join(', ')}`;
}

/**
 * A description with these owners, or without the mark where none is left; what else an
 * administrator has written there stays.
 */
export const withOwners = (description: string, maps: readonly string[]): string =>
  description.replace(MARK, () => (maps.length === 0 ? '' : ownedBy(...maps)));

/** What an administrator has written beside the mark. */
export const withoutMark = (description: string): string =>
  description.replace(MARK, '').replace(/^[\s,.]+|[\s,]+$/g, '');

const MARK = /managed by okta-group-authorizer, maps? ([A-Za-z0-9-]+(?:, [A-Za-z0-9-]+)*)/;

/** The maps that own an object; nothing for one that is not ours. */
export function ownersIn(description: string | undefined): readonly string[] | undefined {
  const names = MARK.exec(description ?? '')?.[1];
  return names?.split(', ');
}

/**
 * The owners of a shared object once maps are applied.
 * @param given the maps of today; what other maps own they keep.
 * @param wanting those of the given maps that want the object.
 */
export const ownersAfter = (
  owners: readonly string[],
  given: readonly string[],
  wanting: readonly string[],
): readonly string[] =>
  [...new Set([...owners.filter((owner) => !given.includes(owner)), ...wanting])].toSorted();

/**
 * A group rule has no description, and belongs to one map: `oga/orders/readers`, at most 50
 * characters, which is what its name may have.
 */
export const ownedName = (map: string, what: string): string =>
  `${prefixOf(map)}${shortened(what, 28)}`;

export const isOwnedName = (name: string, map: string): boolean => name.startsWith(prefixOf(map));

/** Trusted origins have no description either: `oga/billing+orders/https://app.example.com`. */
export const originName = (maps: readonly string[], origin: string): string =>
  `oga/${[...new Set(maps)].toSorted().join('+')}/${shortened(origin, 100)}`;

export const originOwners = (name: string): readonly string[] | undefined =>
  /^oga\/([A-Za-z0-9+-]+)\//.exec(name)?.[1]?.split('+');

const prefixOf = (map: string): string => `oga/${shortened(map, 16)}/`;

/** A long text is cut, and a digest after it keeps two of them apart. */
function shortened(text: string, most: number): string {
  if (text.length <= most && !text.includes('~')) return text;
  return `${text.slice(0, most - 9)}~${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
