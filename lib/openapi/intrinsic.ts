import { isObject } from '../../lambda/core/json/json-object.ts';

/**
 * Key of the CloudFormation function in a value, e.g. `Fn::If`: its result is known at deploy time
 * only. Undefined where the value has none.
 */
export const intrinsicIn = (value: unknown): string | undefined =>
  isObject(value)
    ? Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'))
    : undefined;
