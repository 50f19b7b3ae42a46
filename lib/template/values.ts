/** Plain values of templates and of documents in them. */

import { isObject, membersIn } from '../../lambda/core/json/json-object.ts';

export type Node = Readonly<Record<string, unknown>>;

export const nodeOf = (value: unknown): Node => membersIn(value);

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Key of the CloudFormation function in a value, e.g. `Fn::If`: its result is known at deploy time
 * only. Undefined where the value has none.
 */
export const intrinsicIn = (value: unknown): string | undefined =>
  isObject(value)
    ? Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'))
    : undefined;
