/** The values that a gateway took for the parameters of a template. */

import type { PathReading, ReadingClass } from './readings.ts';
import { isGreedy, isParameter, withParameters } from './route-template.ts';

/**
 * The path of a template with the values that the gateway took for its parameters, as the event has
 * them; what is absent, or no text, is empty.
 */
export const pathWith = (template: string, values: Readonly<Record<string, unknown>>): string =>
  withParameters(template, (name) => {
    const value = Object.hasOwn(values, name) ? values[name] : '';
    return typeof value === 'string' ? value : '';
  });

/** What may put a slash where there was none, and takes nothing away. */
const MOVES_BORDERS: ReadonlySet<ReadingClass> = new Set(['decode', 'overlong', 'backslash']);

/**
 * How some reader makes of a parameter's value several segments, or none, where a gateway matches
 * one; a greedy parameter holds any number, as it is written at least one.
 * @param readings from the path as it is written on
 * @returns nothing where no reader does
 */
export function brokenValue(
  template: string,
  readings: readonly PathReading[],
): readonly ReadingClass[] {
  const segments = template.split('/');
  if (isGreedy(template)) {
    const given = readings[0]?.path.split('/', segments.length + 1) ?? [];
    return given.length === segments.length && given.at(-1) === '' ? ['slashes'] : [];
  }
  const broken = readings.find(
    ({ path, by }) => by.every((one) => MOVES_BORDERS.has(one)) && !holdsOneEach(segments, path),
  );
  return broken === undefined ? [] : ['slashes', ...broken.by];
}

function holdsOneEach(segments: readonly string[], path: string): boolean {
  const given = path.split('/', segments.length + 1);
  return (
    given.length <= segments.length &&
    segments.every((segment, index) => !isParameter(segment) || given[index] !== '')
  );
}
