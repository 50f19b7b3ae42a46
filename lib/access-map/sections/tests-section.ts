/**
 * Reads the map's own tests: cells that must be open or closed. Whether they are, the test command
 * finds out.
 */
import type { Row } from '../../../lambda/core/model/bits.ts';
import { at, type Cursor, items, text, texts } from '../report/cursor.ts';
import { nearest } from '../report/nearest.ts';
import { code, type Place } from '../report/problems.ts';
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

export function readTests(
  reading: SectionContext,
  groups: ReadonlySet<string>,
  machines: ReadonlySet<string>,
): readonly AccessMapTest[] {
  return items(at(reading.root, 'tests')).flatMap((cursor) => {
    const subject = readSubject(cursor, reading, groups, machines);
    const allows = readPatterns(at(cursor, 'allows'), reading);
    const denies = readPatterns(at(cursor, 'denies'), reading);
    if (at(cursor, 'allows').value === undefined && at(cursor, 'denies').value === undefined) {
      reading.report.error('KEY_MISSING', cursor.pointer, {
        expected: '`allows` or `denies`',
        found: 'neither',
      });
    }
    const scopes =
      at(cursor, 'scopes').value === undefined
        ? {}
        : { scopes: texts(at(cursor, 'scopes')).map(([scope]) => scope) };
    return subject
      ? [{ place: reading.document.placeOf(cursor.pointer), subject, ...scopes, allows, denies }]
      : [];
  });
}

function readSubject(
  test: Cursor,
  { report }: SectionContext,
  groups: ReadonlySet<string>,
  machines: ReadonlySet<string>,
): AccessMapTest['subject'] | undefined {
  const listed = at(test, 'groups');
  const machine = at(test, 'machine');
  const both = listed.value !== undefined && machine.value !== undefined;
  if (both || (listed.value === undefined && machine.value === undefined)) {
    const expected = '`groups` or `machine`';
    report.error(both ? 'KEY_CONFLICT' : 'KEY_MISSING', test.pointer, {
      expected,
      found: both ? 'both' : 'neither',
    });
  }
  for (const [name, { pointer }] of texts(listed)) {
    if (groups.has(name)) continue;
    report.error('GROUP_UNKNOWN', pointer, {
      expected: 'a group under `groups`',
      found: code(name),
      nearest: nearest(name, groups),
    });
  }
  const cid = text(machine);
  if (cid === undefined)
    return listed.value === undefined
      ? undefined
      : { kind: 'groups', groups: texts(listed).map(([name]) => name) };
  if (!machines.has(cid)) {
    report.error('MACHINE_UNKNOWN', machine.pointer, {
      expected: 'a client id under `machines`',
      found: code(cid),
      nearest: nearest(cid, machines),
    });
  }
  return { kind: 'machine', cid };
}

function readPatterns(list: Cursor, reading: SectionContext): readonly TestedPattern[] {
  return texts(list).flatMap(([pattern, { pointer }]) => {
    const routes = expandOrReport(pattern, pointer, reading);
    return routes ? [{ pattern, place: reading.document.placeOf(pointer), routes }] : [];
  });
}
