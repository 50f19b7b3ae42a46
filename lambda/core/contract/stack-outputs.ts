/**
 * Outputs of a stack by which commands find what a map has deployed. One output of each authorizer
 * says it in JSON; its logical id ends with a hash of its place.
 */

/** Id of the output below the authorizer's construct. */
export const DEPLOYED_OUTPUT = 'AccessMap';

export interface DeployedAuthorizer {
  /** `api.name` of the map. */
  readonly map: string;
  /** ARN that gateways invoke, with its alias where there is one. */
  readonly authorizer: string;
  /** The record table of each attached API. */
  readonly records: readonly { readonly api: string; readonly table: string }[];
}

/** @param outputs values by logical id. */
export const deployedAuthorizers = (
  outputs: Readonly<Record<string, string>>,
): readonly DeployedAuthorizer[] => valuesOf<DeployedAuthorizer>(DEPLOYED_OUTPUT, outputs);

/**
 * What outputs of one construct id say in JSON; their logical ids end with a hash of their place.
 * @param outputs values by logical id.
 */
export function valuesOf<Value>(
  output: string,
  outputs: Readonly<Record<string, string>>,
): readonly Value[] {
  const logicalId = new RegExp(`${output}[0-9A-F]{8}$`);
  return Object.entries(outputs)
    .filter(([id]) => logicalId.test(id))
    .map(([, value]) => JSON.parse(value) as Value);
}

/** Outputs that each stack has, those of versions without the output above too. */
export const STACK_OUTPUT = {
  /** Name of the function. */
  function: 'AuthorizerFunction',
  records: 'AttachmentRecords',
} as const;
