/** Reads the map's own tests: cells that must be allowed or denied. The test command runs them. */
import type { Row } from '../../../lambda/core/model/bits.ts';
import { at, type Cursor, has, items, type Report, text, texts } from '../report/cursor.ts';
import type { Place } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import { expandOrReport, type SectionContext } from './rules-section.ts';

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
    return subject
      ? [{ place: reading.document.placeOf(cursor.pointer), subject, ...scopes, allows, denies }]
      : [];
  });
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
