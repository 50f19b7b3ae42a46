/** Reads what the Okta side needs of `groups`: former names, ids and rules. */
import { at, type Cursor, entries, items, type Report, text, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';

export interface ManagedGroup {
  /** Key in the map, without the prefix. */
  readonly name: string;
  readonly was: readonly string[];
  readonly id?: string;
  /** Okta expression of a group rule. */
  readonly rule?: string;
  readonly allows: boolean;
  readonly denies: boolean;
}

export function readManagedGroups(
  groups: Cursor<MapSection<'groups'>>,
  report: Report,
): readonly ManagedGroup[] {
  const all = entries(groups);
  const names = new Map(all.map(([name]) => [name, name]));
  return all.map(([name, cursor]) => {
    const was = texts(at(cursor, 'was'));
    for (const [old, { pointer }] of was) {
      const owner = names.get(old);
      if (owner !== undefined) {
        const fix = 'a name stands for one group';
        report.error('KEY_CONFLICT', pointer, {
          expected: 'a former name',
          found: `${code(old)}, which ${code(owner)} has`,
          fix,
        });
      }
      names.set(old, name);
    }
    const id = text(at(cursor, 'id'));
    const rule = text(at(cursor, 'rule'));
    return {
      name,
      was: was.map(([old]) => old),
      allows: items(at(cursor, 'allow')).length > 0,
      denies: items(at(cursor, 'deny')).length > 0,
      ...(id === undefined ? {} : { id }),
      ...(rule === undefined ? {} : { rule }),
    };
  });
}
