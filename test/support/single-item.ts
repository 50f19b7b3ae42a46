/**
 * The semantics of DynamoDB's UpdateItem on one item, for the expressions that the quota store
 * writes: conditions joined by AND, one in brackets by OR, SET and ADD. Anything else is an error,
 * so that a new expression is noticed. Source: Amazon DynamoDB Developer Guide, "Expressions";
 * test/lambda/adapters/quota-stores.test.ts compares it with an independent server.
 */
import { DynamoError, type UpdateItem } from '../../lambda/adapters/dynamo/requests.ts';

export type Numbers = Readonly<Record<string, number>>;

/**
 * Applies the write and gives the item it leaves; throws as a client of DynamoDB
 * does when the condition fails.
 */
export function applyUpdate(item: Numbers, input: UpdateItem): Numbers {
  const name = (placeholder: string): string =>
    input.ExpressionAttributeNames?.[placeholder] ?? fail(`name ${placeholder}`);
  const value = (placeholder: string): number =>
    Number(input.ExpressionAttributeValues?.[placeholder]?.N ?? fail(`value ${placeholder}`));
  const operand = (text: string): number => {
    const [, first = text, otherwise] = /^if_not_exists\((#\w+), ([#:]\w+)\)$/.exec(text) ?? [];
    if (first.startsWith(':')) return value(first);
    const stored = item[name(first)];
    return stored ?? (otherwise === undefined ? fail(`attribute ${text}`) : operand(otherwise));
  };
  const conditions = (input.ConditionExpression ?? '').split(' AND ');
  if (!conditions.every((condition) => holds(item, condition, name, value))) {
    throw conditionFailed(item);
  }
  const [, sets = '', adds = ''] =
    /^(?:SET (.*?))?(?: ?ADD (.*))?$/.exec(input.UpdateExpression ?? '') ?? fail('update');
  const next: Record<string, number> = { ...item };
  for (const set of sets.split(/, (?![^(]*\))/).filter(Boolean)) {
    const [, target = '', source = ''] =
      /^(#\w+) = ([#:]\w+|if_not_exists\(.*\))$/.exec(set) ?? fail(set);
    next[name(target)] = operand(source);
  }
  for (const add of adds.split(', ').filter(Boolean)) {
    const [, target = '', amount = ''] = /^(#\w+) (:\w+)$/.exec(add) ?? fail(add);
    next[name(target)] = (item[name(target)] ?? 0) + value(amount);
  }
  return next;
}

export const attributes = (item: Numbers) =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { N: String(value) }]));

/**
 * Without a stack trace: it costs more than all the rest of a write, and explorations make a
 * hundred thousand of these.
 */
function conditionFailed(item: Numbers): DynamoError {
  // An item that is not there is not told, as by DynamoDB itself.
  const returned = Object.keys(item).length === 0 ? {} : { item: attributes(item) };
  const type = 'ConditionalCheckFailedException';
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new DynamoError({ kind: 'refused', status: 400, type, ...returned }, type);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function holds(
  item: Numbers,
  condition: string,
  name: (text: string) => string,
  value: (text: string) => number,
): boolean {
  const [, first, second] = /^\((\S+) OR (.+)\)$/.exec(condition) ?? [];
  if (first !== undefined && second !== undefined)
    return holds(item, first, name, value) || holds(item, second, name, value);
  const absent = /^attribute_not_exists\((#\w+)\)$/.exec(condition);
  if (absent) return item[name(absent[1] ?? '')] === undefined;
  const [, attribute = '', comparison, bound = ''] =
    /^(#\w+) (=|<|<=) (:\w+)$/.exec(condition) ?? fail(condition);
  const left = item[name(attribute)];
  // A comparison with an attribute that is not there is false.
  if (left === undefined) return false;
  if (comparison === '=') return left === value(bound);
  return comparison === '<' ? left < value(bound) : left <= value(bound);
}

function fail(what: string): never {
  throw new Error(`not an expression of the quota store: ${what}`);
}
