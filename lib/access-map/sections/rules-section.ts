/** Reads what groups and machines may call, each rule with its place. */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import { addRow, emptyRow, type Row } from '../../../lambda/core/model/bits.ts';
import { EVERYONE } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, entries, text, texts } from '../report/cursor.ts';
import { nearest } from '../report/nearest.ts';
import { code, type Place } from '../report/problems.ts';
import { looksLikePattern } from '../routes/notation.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import { withHeadDenied } from './head-follows-get.ts';
import type { SectionContext } from './section-context.ts';

/**
 * One pattern as written, with the routes that it allows or denies: the provenance of a decision.
 */
export interface AccessRule {
  /**
   * `name` is the group, or the client id of a machine; of `public` and `signedIn` it repeats the
   * kind.
   */
  readonly subject: {
    readonly kind: 'group' | 'machine' | 'everyone' | 'public' | 'signedIn';
    readonly name: string;
  };
  readonly effect: 'allow' | 'deny';
  readonly pattern: string;
  /** The permission through which the subject has the pattern. */
  readonly permission?: string;
  /** Where the subject names the pattern, or the permission. */
  readonly place: Place;
  /** Where the permission lists the pattern; only with `permission`. */
  readonly patternPlace?: Place;
  readonly routes: Row;
}

export interface Permission {
  readonly name: string;
  readonly patterns: readonly {
    readonly text: string;
    readonly pointer: string;
    readonly routes: Row;
  }[];
  readonly routes: Row;
}

export type Permissions = ReadonlyMap<string, Permission>;

/** The rules of an `allow` or `deny` list; a permission gives one rule for each of its patterns. */
export function readRules(
  list: Cursor,
  rule: Pick<AccessRule, 'subject' | 'effect'>,
  reading: SectionContext,
  permissions: Permissions,
): readonly AccessRule[] {
  const placeOf = (pointer: string): Place => reading.document.placeOf(pointer);
  return texts(list).flatMap(([item, { pointer }]): readonly AccessRule[] => {
    const place = placeOf(pointer);
    if (looksLikePattern(item)) {
      const routes = expandOrReport(item, pointer, reading);
      return routes ? [{ ...rule, pattern: item, place, routes }] : [];
    }
    const permission = findPermission(item, pointer, reading, permissions);
    return (permission?.patterns ?? []).map((pattern) => ({
      ...rule,
      pattern: pattern.text,
      permission: item,
      place,
      patternPlace: placeOf(pattern.pointer),
      routes: pattern.routes,
    }));
  });
}

function findPermission(
  name: string,
  pointer: string,
  { report, inventory }: SectionContext,
  permissions: Permissions,
): Permission | undefined {
  const permission = permissions.get(name);
  if (permission) return permission;
  const names = [...permissions.keys()];
  report.error('PERMISSION_UNKNOWN', pointer, {
    expected:
      names.length === 0
        ? 'a pattern such as `GET /orders/*` (there are no permissions)'
        : 'a name under `permissions`, or a pattern',
    found: code(name),
    nearest: nearest(name, [...names, ...inventory.gatewayRoutes.map(({ key }) => key)]),
  });
  return undefined;
}

export interface Subject {
  readonly name: string;
  readonly pointer: string;
  readonly rules: readonly AccessRule[];
  readonly quota?: string;
  readonly quotaPointer: string;
}

export interface MachineSubject extends Subject {
  /** A machine with rules of its own has none. */
  readonly groups: readonly string[];
  readonly groupsPointer: string;
}

export function readGroups(
  groups: Cursor<MapSection<'groups'>>,
  reading: SectionContext,
  permissions: Permissions,
): readonly Subject[] {
  return entries(groups).map(([name, group]) =>
    readSubject({ kind: 'group', name }, group, reading, permissions),
  );
}

/** Nothing where the map has no such section. */
export function readEveryone(
  everyone: Cursor<MapSection<'everyone'>>,
  reading: SectionContext,
  permissions: Permissions,
): Subject | undefined {
  if (!isObject(everyone.value)) return undefined;
  return readSubject({ kind: EVERYONE, name: EVERYONE }, everyone, reading, permissions);
}

/** The names of a machine's groups are checked in check-names.ts. */
export function readMachines(
  machines: Cursor<MapSection<'machines'>>,
  reading: SectionContext,
  permissions: Permissions,
): readonly MachineSubject[] {
  return entries(machines).map(([name, machine]) => {
    const groups = at(machine, 'groups');
    return {
      ...readSubject({ kind: 'machine', name }, machine, reading, permissions),
      groups: texts(groups).map(([group]) => group),
      groupsPointer: groups.pointer,
    };
  });
}

type Granted =
  | MapSection<'groups'>[string]
  | MapSection<'machines'>[string]
  | MapSection<'everyone'>;

function readSubject(
  subject: AccessRule['subject'],
  cursor: Cursor<Granted>,
  reading: SectionContext,
  permissions: Permissions,
): Subject {
  const quota = text(at(cursor, 'quota'));
  return {
    name: subject.name,
    pointer: cursor.pointer,
    rules: withHeadDenied(
      [
        ...readRules(at(cursor, 'allow'), { subject, effect: 'allow' }, reading, permissions),
        ...readRules(at(cursor, 'deny'), { subject, effect: 'deny' }, reading, permissions),
      ],
      reading.inventory,
    ),
    ...(quota === undefined ? {} : { quota }),
    quotaPointer: at(cursor, 'quota').pointer,
  };
}

/** The union of the routes of all rules with this effect. */
export function unionOf(
  rules: readonly AccessRule[],
  effect: AccessRule['effect'],
  wordCount: number,
): Row {
  const row = emptyRow(wordCount);
  for (const rule of rules) if (rule.effect === effect) addRow(row, rule.routes);
  return row;
}
