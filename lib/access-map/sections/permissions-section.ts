/**
 * Reads permissions: patterns, patterns with exceptions, and selections from an OpenAPI file by tag
 * or security.
 */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import {
  addRow,
  differenceRow,
  emptyRow,
  isEmptyRow,
  type Row,
  setBit,
} from '../../../lambda/core/model/bits.ts';
import { at, type Cursor, entries, has, text, texts } from '../report/cursor.ts';
import { nearest } from '../report/nearest.ts';
import { code } from '../report/problems.ts';
import type { MappedOperation } from '../routes/inventory.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import type { Permission, Permissions } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

type Pattern = Permission['patterns'][number];
type Listed = Cursor<MapSection<'permissions'>[string]>;

export function readPermissions(
  section: Cursor<MapSection<'permissions'>>,
  reading: SectionContext,
): Permissions {
  const permissions = new Map<string, Permission>();
  for (const [name, cursor] of entries(section)) {
    const patterns = isObject(cursor.value)
      ? readSelection(name, cursor, reading)
      : readPatterns(cursor, reading);
    const routes = emptyRow(reading.inventory.wordCount);
    for (const pattern of patterns) addRow(routes, pattern.routes);
    permissions.set(name, { name, patterns, routes });
  }
  return permissions;
}

function readPatterns(list: Cursor, reading: SectionContext): readonly Pattern[] {
  return texts(list).flatMap(([pattern, { pointer }]) => {
    const routes = expandOrReport(pattern, pointer, reading);
    return routes ? [{ text: pattern, pointer, routes }] : [];
  });
}

/** `{ routes, except }`, `{ tag, methods, except }` or `{ fromOpenapi: security, except }`. */
function readSelection(name: string, cursor: Listed, reading: SectionContext): readonly Pattern[] {
  if (!reportForm(cursor, reading)) return [];
  const found = [
    ...readPatterns(at(cursor, 'routes'), reading),
    ...readTag(cursor, reading),
    ...(has(cursor, 'fromOpenapi') ? readSecurity(name, at(cursor, 'fromOpenapi'), reading) : []),
  ];
  const excepted = emptyRow(reading.inventory.wordCount);
  for (const { routes } of readPatterns(at(cursor, 'except'), reading)) addRow(excepted, routes);
  const kept = found.map((pattern) => ({
    ...pattern,
    routes: differenceRow(pattern.routes, excepted),
  }));
  if (
    found.some(({ routes }) => !isEmptyRow(routes)) &&
    kept.every(({ routes }) => isEmptyRow(routes))
  ) {
    const says = `\`except\` removes every route of ${code(name)}: expected at least one that remains`;
    reading.report.error('PATTERN_UNMATCHED', at(cursor, 'except').pointer, { says }, 'key');
  }
  return kept;
}

/** Exactly one way to select; `methods` narrows a tag. */
function reportForm(cursor: Listed, { report }: SectionContext): boolean {
  const given = (['routes', 'tag', 'fromOpenapi'] as const).filter((key) => has(cursor, key));
  const expected = 'one of `routes`, `tag` and `fromOpenapi`';
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.map((key) => code(key)).join(' and ');
    report.error(
      given.length === 0 ? 'KEY_MISSING' : 'KEY_CONFLICT',
      cursor.pointer,
      { expected, found },
      'key',
    );
  }
  if (has(cursor, 'methods') && given[0] !== 'tag') {
    report.error(
      'KEY_CONFLICT',
      at(cursor, 'methods').pointer,
      { expected: '`methods` beside `tag`', found: 'no `tag`' },
      'key',
    );
  }
  return given.length === 1;
}

function readTag(cursor: Listed, reading: SectionContext): readonly Pattern[] {
  const tag = text(at(cursor, 'tag'));
  const { pointer } = at(cursor, 'tag');
  if (tag === undefined) return [];
  const methods = texts(at(cursor, 'methods')).map(([method]) => method);
  const operations = requireOpenapi(pointer, reading);
  if (operations.length === 0) return [];
  const tags = new Set(operations.flatMap((operation) => operation.tags));
  const routes = rowOf(
    operations.filter((one) => one.tags.includes(tag)),
    reading,
    methods,
  );
  if (isEmptyRow(routes)) {
    const expected = tags.has(tag)
      ? `a method that the operations tagged ${code(tag)} have`
      : 'a tag of the OpenAPI file';
    const found = tags.has(tag) ? methods.map((method) => code(method)).join(', ') : code(tag);
    reading.report.error('PATTERN_UNMATCHED', pointer, {
      expected,
      found,
      nearest: tags.has(tag) ? undefined : nearest(tag, tags),
    });
  }
  return [
    {
      text: `tag ${tag}${methods.length === 0 ? '' : ` (${methods.join(', ')})`}`,
      pointer,
      routes,
    },
  ];
}

/** The operations whose security names the permission as a scope. */
function readSecurity(
  name: string,
  { pointer }: Cursor,
  reading: SectionContext,
): readonly Pattern[] {
  const operations = requireOpenapi(pointer, reading);
  if (operations.length === 0) return [];
  const scopes = new Set(operations.flatMap((operation) => operation.scopes));
  const routes = rowOf(
    operations.filter((operation) => operation.scopes.includes(name)),
    reading,
  );
  if (isEmptyRow(routes)) {
    const expected = 'a scope that an operation of the OpenAPI file needs';
    reading.report.error('PATTERN_UNMATCHED', pointer, {
      expected,
      found: code(name),
      nearest: nearest(name, scopes),
    });
  }
  return [{ text: `scope ${name} of the OpenAPI file`, pointer, routes }];
}

function requireOpenapi(
  pointer: string,
  { inventory, report }: SectionContext,
): readonly MappedOperation[] {
  if (inventory.operations) return inventory.operations;
  // An OpenAPI file that cannot be read has been reported.
  if (!inventory.namesOpenapi) {
    report.error('KEY_CONFLICT', pointer, {
      expected: 'an inventory from an OpenAPI file (`routes: { openapi: api.yaml }`)',
      found: 'a list of routes',
    });
  }
  return [];
}

/** @param methods none: all of them */
function rowOf(
  operations: readonly MappedOperation[],
  { inventory }: SectionContext,
  methods: readonly string[] = [],
): Row {
  const row = emptyRow(inventory.wordCount);
  const keys = new Set(operations.map(({ key }) => key));
  inventory.cells.forEach(({ key, method, gateway }, index) => {
    if (methods.length > 0 && !methods.includes(method)) return;
    if (keys.has(gateway ?? key)) setBit(row, index);
  });
  return row;
}
