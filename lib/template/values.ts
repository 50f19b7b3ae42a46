/** Plain values of templates and of documents in them. */

export type Node = Readonly<Record<string, unknown>>;

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const nodeOf = (value: unknown): Node => (isNode(value) ? value : {});

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Key of the CloudFormation function in a value, e.g. `Fn::If`: its result is known at deploy time
 * only. Undefined where the value has none.
 */
export const intrinsicIn = (value: unknown): string | undefined =>
  isNode(value)
    ? Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'))
    : undefined;
