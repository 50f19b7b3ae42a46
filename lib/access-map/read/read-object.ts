/** Copies an object, such as the context of `cdk.json`, into plain data; only JSON values pass. */
import { type MapDocument, newReport, type Report } from '../report/cursor.ts';
import { escapePointer } from '../report/problems.ts';
import type { ReadMap } from './read-yaml.ts';
import { MAX_MAP_DEPTH } from './yaml-data.ts';

export function readObject(map: unknown, source: string): ReadMap {
  const placeOf: MapDocument['placeOf'] = (path) => ({ source, path });
  const report = newReport({ placeOf });
  const data = copy(map, '', 0, report);
  const broken = new Set(report.problems.map(({ place }) => place.path));
  return { document: { source, data, placeOf }, problems: report.problems, broken };
}

function copy(value: unknown, pointer: string, depth: number, report: Report): unknown {
  if (
    value === null ||
    value === undefined ||
    typeof value === 'string' ||
    typeof value === 'boolean'
  )
    return value ?? null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (depth > MAX_MAP_DEPTH) {
    report.error('FILE_TOO_COMPLEX', pointer, {
      expected: `at most ${MAX_MAP_DEPTH} levels`,
      found: 'a deeper object, or one that contains itself',
    });
    return null;
  }
  if (Array.isArray(value))
    return value.map((item: unknown, index) =>
      copy(item, `${pointer}/${index}`, depth + 1, report),
    );
  if (typeof value === 'object' && isPlain(value)) return copyObject(value, pointer, depth, report);
  report.error('VALUE_TYPE', pointer, {
    expected: 'a JSON value',
    found: `a ${typeof value === 'object' ? 'class instance' : typeof value}`,
  });
  return null;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm (a VM context, as in jest) have another Object.prototype, whose own
  // prototype is null as well.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function copyObject(from: object, pointer: string, depth: number, report: Report): unknown {
  const data: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(from)) {
    if (value !== undefined)
      data[key] = copy(value, `${pointer}/${escapePointer(key)}`, depth + 1, report);
  }
  return data;
}
