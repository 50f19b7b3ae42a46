/**
 * Reads who may call what: permissions, groups, machines, public and signed-in routes, each rule
 * with the line it stands on.
 */
import { addRow, emptyRow, type Row, setBit } from '../../../lambda/core/model/bits.ts';
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
import { diagnose, looksLikePattern } from '../routes/notation.ts';
import { expand, isEmpty } from '../routes/patterns.ts';

/** One pattern as written, and what it opens or closes: the provenance of a decision. */
export interface AccessRule {
  /**
   * `name` is the group, or the client id of a machine; of `public` and `signedIn` it repeats the
   * kind.
   */
  readonly subject: {
    readonly kind: 'group' | 'machine' | 'public' | 'signedIn';
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

/** What the readers of the map's sections share. */
export interface SectionContext {
  readonly document: MapDocument;
  readonly root: Cursor;
  readonly report: Report;
  readonly inventory: Inventory;
}

/**
 * The routes of a pattern; one that matches nothing is reported, since it can only be a mistake.
 */
export function expandOrReport(
  pattern: string,
  pointer: string,
  { inventory, report }: Omit<SectionContext, 'document' | 'root'>,
): Row | undefined {
  const row = expand(pattern, inventory);
  if (row && !isEmpty(row)) return row;
  if (!row) {
    // What the schema has refused does not come here; a pattern must never be dropped without a
    // word, least of all a deny.
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
  report.error('PATTERN_UNMATCHED', pointer, {
    expected: 'a pattern that matches a route of `routes`',
    found: code(pattern),
    nearest: closest(pattern, known),
  });
  return undefined;
}

type Permissions = ReadonlyMap<string, Permission>;

/** The rules of an `allow` or `deny` list; a permission gives one for each of its patterns. */
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

/**
 * Routes without authorizer: each must be a route of the gateway of its own, so wildcards are not
 * read here.
 */
export function readPublic({
  root,
  report,
  inventory,
  document,
}: SectionContext): readonly AccessRule[] {
  return texts(at(root, 'public')).flatMap(([key, { pointer }]): readonly AccessRule[] => {
    const route = inventory.gatewayRoutes.find((candidate) => candidate.key === key);
    if (route) {
      const routes = rowWhere(inventory, (cell) => cell.key === key || cell.gateway === key);
      return [
        {
          subject: { kind: 'public', name: 'public' },
          effect: 'allow',
          pattern: key,
          place: document.placeOf(pointer),
          routes,
        },
      ];
    }
    const known = inventory.gatewayRoutes.map((candidate) => candidate.key);
    const expected = 'a route as `routes` lists it';
    if (known.length > 0)
      report.error('ROUTE_UNKNOWN', pointer, {
        expected,
        found: code(key),
        nearest: closest(key, known),
      });
    return [];
  });
}

/**
 * With CORS the gateway takes preflights of `ANY` and `$default` routes without a token, so that
 * their OPTIONS is open to everyone: a map that grants or denies it must be told. A route
 * `OPTIONS /x` of its own is a route like another.
 */
export function readPreflights({
  root,
  inventory,
  document,
}: SectionContext): readonly AccessRule[] {
  const cors = at(root, 'api', 'cors');
  if (cors.value === undefined) return [];
  return inventory.cells
    .filter(({ method, gateway }) => method === 'OPTIONS' && gateway !== undefined)
    .map(({ key }) => ({
      subject: { kind: 'public', name: 'public' },
      effect: 'allow',
      pattern: key,
      place: document.placeOf(cors.pointer),
      routes: rowWhere(inventory, (cell) => cell.key === key),
    }));
}

function rowWhere(inventory: Inventory, is: (cell: Inventory['cells'][number]) => boolean): Row {
  const row = emptyRow(inventory.wordCount);
  inventory.cells.forEach((cell, index) => {
    if (is(cell)) setBit(row, index);
  });
  return row;
}

export function readSignedIn(reading: SectionContext): readonly AccessRule[] {
  return texts(at(reading.root, 'signedIn')).flatMap(
    ([pattern, { pointer }]): readonly AccessRule[] => {
      const routes = expandOrReport(pattern, pointer, reading);
      const place = reading.document.placeOf(pointer);
      return routes
        ? [
            {
              subject: { kind: 'signedIn', name: 'signedIn' },
              effect: 'allow',
              pattern,
              place,
              routes,
            },
          ]
        : [];
    },
  );
}

export interface Subject {
  readonly name: string;
  readonly pointer: string;
  readonly rules: readonly AccessRule[];
  readonly quota?: string;
  /** Of a machine: the groups it has; a machine with rules of its own has none. */
  readonly groups: readonly string[];
}

/** Groups or machines with their rules; names are checked where they are used. */
export function readSubjects(
  kind: 'group' | 'machine',
  reading: SectionContext,
  permissions: Permissions,
): readonly Subject[] {
  return entries(at(reading.root, kind === 'group' ? 'groups' : 'machines')).map(
    ([name, cursor]) => {
      const subject = { kind, name } as const;
      const quota = text(at(cursor, 'quota'));
      return {
        name,
        pointer: cursor.pointer,
        rules: [
          ...readRules(at(cursor, 'allow'), { subject, effect: 'allow' }, reading, permissions),
          ...readRules(at(cursor, 'deny'), { subject, effect: 'deny' }, reading, permissions),
        ],
        groups: kind === 'machine' ? texts(at(cursor, 'groups')).map(([group]) => group) : [],
        ...(quota === undefined ? {} : { quota }),
      };
    },
  );
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
