/** Reads what groups and machines may call, each rule with the place it stands at. */
import { distance } from 'fastest-levenshtein';
import { isObject } from '../../../lambda/core/contract/json-object.ts';
import { addRow, emptyRow, type Row } from '../../../lambda/core/model/bits.ts';
import { EVERYONE } from '../../../lambda/core/model/model-file.ts';
import {
  at,
  type Cursor,
  entries,
  type MapDocument,
  type Report,
  text,
  texts,
} from '../report/cursor.ts';
import { closest, nearest } from '../report/nearest.ts';
import { code, type Place } from '../report/problems.ts';
import type { Inventory } from '../routes/inventory.ts';
import { diagnose, looksLikePattern, parseRoute } from '../routes/notation.ts';
import { expand, isEmpty } from '../routes/patterns.ts';
import type { MapSection } from '../schema/schema.ts';
import { withHeadDenied } from './head-rules.ts';

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

/** What the readers of the map's sections share beside their own section. */
export interface SectionContext {
  readonly document: MapDocument;
  readonly report: Report;
  readonly inventory: Inventory;
}

/**
 * The routes of a pattern. A pattern that matches nothing is reported: it can only be a mistake.
 */
export function expandOrReport(
  pattern: string,
  pointer: string,
  { inventory, report }: Omit<SectionContext, 'document'>,
): Row | undefined {
  const row = expand(pattern, inventory);
  if (row && !isEmpty(row)) return row;
  if (!row) {
    // The schema has already reported malformed items. A pattern, above all a deny, is never
    // dropped silently.
    report.error('PATTERN_INVALID', pointer, {
      ...diagnose(pattern, 'pattern'),
      found: code(pattern),
    });
    return undefined;
  }
  if (inventory.cells.length === 0) return undefined;
  const known = [
    ...inventory.cells.map(({ key }) => key),
    ...inventory.gatewayRoutes.map(({ key }) => key),
  ];
  if (isMisspeltRoute(pattern, report)) return undefined;
  report.error('PATTERN_UNMATCHED', pointer, {
    expected: 'a pattern that matches a route of `routes`',
    found: code(pattern),
    ...nearestDeclared(pattern, known),
  });
  return undefined;
}

/** Letters that a slip costs. */
const SLIP = 2;
/** Letters by which a text that is no route differs from the one that is meant. */
const MISSPELT = 7;

/** Whether the pattern lacks a route only because that route is invalid, which is reported. */
const isMisspeltRoute = (pattern: string, { problems }: Report): boolean =>
  problems.some(
    ({ code: name, found = '' }) =>
      name === 'ROUTE_INVALID' && distance(found, code(pattern)) <= MISSPELT,
  );

/**
 * A route that is not declared is to be declared: another one in its place would open, or leave open,
 * what was not meant. What differs by a slip or by the names of parameters may be the one that is.
 */
function nearestDeclared(
  pattern: string,
  known: readonly string[],
): { readonly fix?: string; readonly nearest?: string } {
  const [method, template = ''] = pattern.split(' ');
  // A star stands for one segment alone, whoever writes it for all below means the rest too.
  const shape = (path: string): string =>
    template.includes('*')
      ? path.replace(/\{[^}]*\}/g, '*')
      : path.replace(/\{[^}+]*(\+?)\}/g, '{$1}');
  const alike = known.filter((key) => key.split(' ')[0] === method && key !== pattern);
  const renamed = alike.find((key) => shape(key.split(' ')[1] ?? '') === shape(template));
  if (renamed !== undefined) return { nearest: renamed };
  const near = closest(pattern, alike);
  const isSlip = near !== undefined && distance(near, pattern) <= SLIP;
  const isRoute = parseRoute(pattern) !== undefined;
  return {
    ...(isRoute && { fix: `declare ${code(pattern)} under \`routes\`` }),
    ...(isSlip && { nearest: near }),
  };
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
  /** Of a machine: the groups it has; a machine with rules of its own has none. */
  readonly groups: readonly string[];
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

/** The names of a machine's groups are checked in cross-checks.ts. */
export function readMachines(
  machines: Cursor<MapSection<'machines'>>,
  reading: SectionContext,
  permissions: Permissions,
): readonly Subject[] {
  return entries(machines).map(([name, machine]) => ({
    ...readSubject({ kind: 'machine', name }, machine, reading, permissions),
    groups: texts(at(machine, 'groups')).map(([group]) => group),
  }));
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
    groups: [],
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
