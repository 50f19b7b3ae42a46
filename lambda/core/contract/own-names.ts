/** Names that the constructs give in an account, by which functions and commands know their own. */

const AUTHORIZER_PREFIX = 'okta-groups-';

/** Name of our authorizer in API Gateway; the suffix distinguishes the authorizers of stacks. */
export const authorizerNameOf = (suffix: string): string => `${AUTHORIZER_PREFIX}${suffix}`;

/** @param name of any authorizer of an API. */
export const isOwnAuthorizerName = (name: string): boolean => name.startsWith(AUTHORIZER_PREFIX);

/** @param map `api.name` of the map that the stack is made of. */
export const stackNameOf = (map: string): string => `access-${map}`;
