import { isObject } from '../../lambda/core/json/json-object.ts';

/**
 * Key of the CloudFormation function in a value, e.g. `Fn::If`: its result is known at deploy time
 * only. Undefined where the value has none.
 */
export const intrinsicIn = (value: unknown): string | undefined =>
  isObject(value)
    ? Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'))
    : undefined;

/** Logical id in a `Ref` or `Fn::GetAtt`, or in an `Fn::Sub` or `Fn::Join` of just one of these. */
export function logicalIdIn(value: unknown): string | undefined {
  const [[name, of] = [], further] = isObject(value) ? Object.entries(value) : [];
  if (further !== undefined) return undefined;
  if (name === 'Ref') return String(of);
  if (name === 'Fn::GetAtt')
    return (Array.isArray(of) ? String(of[0]) : String(of)).split('.', 1)[0];
  if (name === 'Fn::Join' && Array.isArray(of))
    return Array.isArray(of[1]) && of[1].length === 1 ? logicalIdIn(of[1][0]) : undefined;
  if (name !== 'Fn::Sub') return undefined;
  const [text, variables = {}] = Array.isArray(of) ? of : [of];
  const [, id = ''] = /^\$\{([^}!]+)\}$/.exec(String(text)) ?? [];
  return isObject(variables) && Object.hasOwn(variables, id)
    ? logicalIdIn(variables[id])
    : id.split('.', 1)[0] || undefined;
}
