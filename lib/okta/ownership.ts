/**
 * How owned objects are recognised: by a sentence in their description or notes, or by the form of their name where Okta gives them
 * no description. What does not carry the mark is never changed; an administrator hands an object over by writing the mark into it.
 */
import { createHash } from 'node:crypto';

const TOOL = 'managed by okta-group-authorizer';

/** `managed by okta-group-authorizer, map orders`. */
export const ownedBy = (map: string): string => `${TOOL}, map ${map}`;

/** Of a server, which several maps may share. */
export const ownedByMaps = (maps: readonly string[]): string => `${TOOL}, maps ${[...new Set(maps)].toSorted().join(', ')}`;

/** A description with these owners; what else an administrator has written there stays. */
export const withOwners = (description: string, maps: readonly string[]): string => description.replace(MARK, () => ownedByMaps(maps));

const MARK = /managed by okta-group-authorizer, maps? ([A-Za-z0-9-]+(?:, [A-Za-z0-9-]+)*)/;

/** The maps that own an object; nothing for one that is not ours. */
export function ownersIn(description: string | undefined): readonly string[] | undefined {
  const names = MARK.exec(description ?? '')?.[1];
  return names?.split(', ');
}

/** Group rules and trusted origins have no description: `oga/orders/readers`, at most 50 characters, which is what a rule's name may have. */
export const ownedName = (map: string, what: string): string => `${prefixOf(map)}${shortened(what, 28)}`;

export const isOwnedName = (name: string, map: string): boolean => name.startsWith(prefixOf(map));

const prefixOf = (map: string): string => `oga/${shortened(map, 16)}/`;

/** A long text is cut, with a digest behind it that keeps two of them apart. */
function shortened(text: string, most: number): string {
  if (text.length <= most && !text.includes('~')) return text;
  return `${text.slice(0, most - 9)}~${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
