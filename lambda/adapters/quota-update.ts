/** The UpdateItem that carries out a charge plan, and what its answer says. */

import { DAY_SECONDS } from '../core/contract/periods.ts';
import { FORMAT_FIELD, isLaterFormat, STORED_FORMAT } from '../core/contract/stored-formats.ts';
import { EXPIRY_ATTRIBUTE, TABLE_KEY } from '../core/contract/tables.ts';
import type { Charge, Count } from '../core/quota/charge.ts';
import type { AdmittedPlan, PlannedWindow, StoredCount } from '../core/quota/charge-plan.ts';
import { formerCount, storedCount, windowAttributes } from '../core/quota/quota-item.ts';
import type { AttributeValue, Item, UpdateItem } from './dynamo/requests.ts';

/** Items outlive their longest window by this much before DynamoDB's TTL may delete them. */
const RETENTION_SECONDS = DAY_SECONDS;

export type QuotaUpdate = Omit<UpdateItem, 'TableName'>;

export const itemKey = (key: string): Item => ({ [TABLE_KEY]: { S: key } });

/**
 * Whether a later version has written the item in a form of its own: its counts are not ours to
 * read.
 */
export function isLaterItem({ [FORMAT_FIELD]: format }: Item): boolean {
  return isLaterFormat(format && (numberOf(format) ?? format), STORED_FORMAT.quotaCounts);
}

export function storedIn(item: Item, id: string): StoredCount | undefined {
  return storedCount((name) => numberOf(item[name]), id);
}

/**
 * The counts that an admitted charge left; undefined when the answer does not hold the windows that
 * were charged.
 */
export function countsIn(item: Item, plan: AdmittedPlan): readonly Count[] | undefined {
  const counts: Count[] = [];
  for (const { window, start } of plan.windows) {
    const stored = storedIn(item, window.id);
    if (stored?.start !== start) return undefined;
    counts.push({ id: window.id, ...stored });
  }
  return counts;
}

/** What was stored of a window before an admitted charge; undefined where nothing was. */
export function storedBefore(
  item: Item,
  { window, kind, start }: PlannedWindow,
  units: number,
): Pick<StoredCount, 'start' | 'used'> | undefined {
  if (kind === 'add') {
    const stored = storedIn(item, window.id);
    return stored && { start, used: stored.used - units };
  }
  return formerCount((name) => numberOf(item[name]), window.id);
}

interface Parts {
  readonly conditions: string[];
  readonly sets: string[];
  readonly adds: string[];
  readonly names: Record<string, string>;
  readonly values: Record<string, AttributeValue>;
}

/** One conditional write: it takes the plan's units from every window, or fails as a whole. */
export function updateFor(charge: Charge, plan: AdmittedPlan): QuotaUpdate {
  const parts: Parts = {
    conditions: [],
    sets: [],
    adds: [],
    names: {},
    values: { ':units': numeric(plan.units) },
  };
  plan.windows.forEach((window, n) => {
    if (window.kind === 'add') addTo(window, plan.units, n, parts);
    else rollOver(window, n, parts);
  });
  const { conditions, sets, adds, names, values } = parts;
  names['#format'] = FORMAT_FIELD;
  values[':format'] = numeric(STORED_FORMAT.quotaCounts);
  // INVARIANT: counts of a later form are neither added to nor begun again, which would give their
  // units out twice.
  conditions.push('(attribute_not_exists(#format) OR #format <= :format)');
  if (sets.length > 0) {
    sets.push('#format = :format');
    names['#expires'] = EXPIRY_ATTRIBUTE;
    values[':expires'] = numeric(charge.keepUntil + RETENTION_SECONDS);
    sets.push('#expires = :expires');
  }
  const update = [
    sets.length > 0 ? `SET ${sets.join(', ')}` : '',
    adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
  ];
  return {
    Key: itemKey(charge.key),
    ConditionExpression: conditions.join(' AND '),
    UpdateExpression: update.join(' ').trim(),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** Attribute names go through placeholders: a window id may be a reserved word (`minute`). */
function addTo(
  { window, start }: PlannedWindow,
  units: number,
  n: number,
  { conditions, adds, names, values }: Parts,
): void {
  const attributes = windowAttributes(window.id);
  names[`#start${n}`] = attributes.start;
  names[`#used${n}`] = attributes.used;
  values[`:start${n}`] = numeric(start);
  values[`:most${n}`] = numeric(window.limit - units);
  // INVARIANT: units are taken only from the window that was evaluated, and only while it has room
  // for all of them.
  conditions.push(`#start${n} = :start${n} AND #used${n} <= :most${n}`);
  adds.push(`#used${n} :units`);
  if (!window.joins) return;
  names[`#instances${n}`] = attributes.instances;
  values[':one'] = numeric(1);
  adds.push(`#instances${n} :one`);
}

function rollOver(
  { window, start, replaces }: PlannedWindow,
  n: number,
  { conditions, sets, names, values }: Parts,
): void {
  const attributes = windowAttributes(window.id);
  names[`#start${n}`] = attributes.start;
  names[`#used${n}`] = attributes.used;
  names[`#instances${n}`] = attributes.instances;
  values[`:start${n}`] = numeric(start);
  values[`:instances${n}`] = numeric(Number(window.joins));
  sets.push(`#start${n} = :start${n}`, `#used${n} = :units`, `#instances${n} = :instances${n}`);
  if (replaces === undefined) {
    conditions.push(`attribute_not_exists(#start${n})`);
    return;
  }
  names[`#beforeStart${n}`] = attributes.previousStart;
  names[`#beforeUsed${n}`] = attributes.previousUsed;
  if (replaces === 'older') {
    // INVARIANT: as below, a start only ever grows.
    conditions.push(`(attribute_not_exists(#start${n}) OR #start${n} < :start${n})`);
    values[':none'] = numeric(0);
    // If nothing was stored, the former window is this window: quota-item.ts.
    sets.push(
      `#beforeStart${n} = if_not_exists(#start${n}, :start${n})`,
      `#beforeUsed${n} = if_not_exists(#used${n}, :none)`,
    );
    return;
  }
  values[`:old${n}`] = numeric(replaces);
  // INVARIANT: a window's start only ever grows, so that a write delivered late finds another start
  // and does nothing.
  conditions.push(`#start${n} = :old${n}`);
  sets.push(`#beforeStart${n} = :old${n}`, `#beforeUsed${n} = #used${n}`);
}

const numeric = (value: number): AttributeValue => ({ N: String(value) });

function numberOf(value: AttributeValue | undefined): number | undefined {
  const number = value?.N === undefined ? Number.NaN : Number(value.N);
  return Number.isFinite(number) ? number : undefined;
}
