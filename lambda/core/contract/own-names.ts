/** Names that the constructs give in an account, by which functions and commands know their own. */

const AUTHORIZER_PREFIX = 'okta-groups-';

/** Name of our authorizer in API Gateway; the suffix distinguishes the authorizers of stacks. */
export const authorizerNameOf = (suffix: string): string => `${AUTHORIZER_PREFIX}${suffix}`;

/** @param name of any authorizer of an API. */
export const isOwnAuthorizerName = (name: string): boolean => name.startsWith(AUTHORIZER_PREFIX);

/** Name of our security scheme in a document that `inject` writes; no stack makes such a name. */
export const DOCUMENT_SCHEME = 'okta-groups';

/** @param name of any security scheme of an OpenAPI document. */
export const isOwnSchemeName = (name: string): boolean =>
  name === DOCUMENT_SCHEME || isOwnAuthorizerName(name);

/** @param map `api.name` of the map that the stack is made of. */
export const stackNameOf = (map: string): string => `access-${map}`;
