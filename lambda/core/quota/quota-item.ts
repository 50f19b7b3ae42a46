/**
 * How one quota and payer is laid out as an item of the quota table; the authorizer writes it, the
 * commands read it.
 */
import type { StoredCount } from './charge-plan.ts';

/**
 * Attributes of one window: the counted window, and the one before it, kept for those who look at
 * usage.
 */
export const windowAttributes = (id: string) =>
  ({
    start: `${id}_start`,
    used: `${id}_used`,
    instances: `${id}_instances`,
    previousStart: `${id}_before_start`,
    previousUsed: `${id}_before_used`,
  }) as const;

/** An item's number attributes by name. */
export type ItemNumbers = (attribute: string) => number | undefined;

/** A window's counter in an item; undefined where it was never charged. */
export function storedCount(numbers: ItemNumbers, id: string): StoredCount | undefined {
  const names = windowAttributes(id);
  const start = numbers(names.start);
  const used = numbers(names.used);
  if (start === undefined || used === undefined) return undefined;
  return { start, used, instances: numbers(names.instances) ?? 0 };
}

/**
 * The count of the window before; undefined where none was. An item whose first window is the
 * stored one may name that as the former one, with nothing used.
 */
export function formerCount(
  numbers: ItemNumbers,
  id: string,
): Pick<StoredCount, 'start' | 'used'> | undefined {
  const names = windowAttributes(id);
  const start = numbers(names.previousStart);
  const used = numbers(names.previousUsed);
  if (start === undefined || used === undefined || start === numbers(names.start)) return undefined;
  return { start, used };
}
