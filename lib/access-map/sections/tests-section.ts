/** Reads the map's own tests: cells that must be allowed or denied. The test command runs them. */
import {
  differenceRow,
  emptyRow,
  hasBit,
  type Row,
  rowFromHex,
} from '../../../lambda/core/model/bits.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, has, is, items, type Report, text, texts } from '../report/cursor.ts';
import { code, type Place } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport } from './expand-pattern.ts';
import type { SectionContext } from './section-context.ts';

export interface TestedPattern {
  readonly pattern: string;
  readonly place: Place;
  readonly routes: Row;
}

export interface AccessMapTest {
  readonly place: Place;
  readonly subject:
    | { readonly kind: 'groups'; readonly groups: readonly string[] }
    | { readonly kind: 'machine'; readonly cid: string };
  /** Scopes of the token, where the test states them. */
  readonly scopes?: readonly string[];
  readonly allows: readonly TestedPattern[];
  readonly denies: readonly TestedPattern[];
  /** About the rules alone: its routes are in shadow mode. */
  readonly mode?: 'shadow';
}

type Test = Cursor<MapSection<'tests'>[number]>;

/** The names of groups and machines are checked in cross-checks.ts. */
export function readTests(
  tests: Cursor<MapSection<'tests'>>,
  reading: SectionContext,
): readonly AccessMapTest[] {
  return items(tests).flatMap((cursor) => {
    const subject = readSubject(cursor, reading.report);
    const allows = readPatterns(at(cursor, 'allows'), reading);
    const denies = readPatterns(at(cursor, 'denies'), reading);
    if (!has(cursor, 'allows') && !has(cursor, 'denies')) {
      reading.report.error('KEY_MISSING', cursor.pointer, {
        expected: '`allows` or `denies`',
        found: 'neither',
      });
    }
    const scopes = has(cursor, 'scopes')
      ? { scopes: texts(at(cursor, 'scopes')).map(([scope]) => scope) }
      : {};
    const mode = is(at(cursor, 'mode'), 'shadow') ? ({ mode: 'shadow' } as const) : {};
    const place = reading.document.placeOf(cursor.pointer);
    return subject ? [{ place, subject, ...scopes, allows, denies, ...mode }] : [];
  });
}

/** `mode: shadow` on a route that is enforced would hide that it is. */
export function checkTestModes(
  tests: readonly AccessMapTest[],
  { shadow, routes }: Pick<ModelFile, 'shadow' | 'routes'>,
  { report, inventory: { wordCount } }: SectionContext,
): void {
  const inShadow =
    shadow === undefined ? emptyRow(wordCount) : rowFromHex(shadow.routes, wordCount);
  for (const { mode, allows, denies } of tests) {
    if (mode === undefined) continue;
    for (const { place, routes: tested } of [...allows, ...denies]) {
      const enforced = differenceRow(tested, inShadow);
      const found = routes.find((_, index) => hasBit(enforced, index));
      if (found === undefined) continue;
      report.error('KEY_CONFLICT', place.path, {
        expected: 'routes in shadow mode, since the test says `mode: shadow`',
        found: `${code(found.key)}, which is enforced`,
        fix: 'take `mode: shadow` out of the test',
      });
    }
  }
}

function readSubject(test: Test, report: Report): AccessMapTest['subject'] | undefined {
  const [listed, machine] = [has(test, 'groups'), has(test, 'machine')];
  if (listed === machine) {
    report.error(listed ? 'KEY_CONFLICT' : 'KEY_MISSING', test.pointer, {
      expected: '`groups` or `machine`',
      found: listed ? 'both' : 'neither',
    });
  }
  const cid = text(at(test, 'machine'));
  if (cid !== undefined) return { kind: 'machine', cid };
  return listed
    ? { kind: 'groups', groups: texts(at(test, 'groups')).map(([name]) => name) }
    : undefined;
}

function readPatterns(list: Cursor, reading: SectionContext): readonly TestedPattern[] {
  return texts(list).flatMap(([pattern, { pointer }]) => {
    const routes = expandOrReport(pattern, pointer, reading);
    return routes ? [{ pattern, place: reading.document.placeOf(pointer), routes }] : [];
  });
}
