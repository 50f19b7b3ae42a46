/**
 * What `protect` says where it refuses a route that has an authorizer of somebody else. Which
 * routes have one, authorization.ts judges; coverage-report.ts refuses them.
 */

/**
 * @param route the route as messages name it
 * @param authorizer what the foreign authorizer is, in a word or two
 */
export const foreignAuthorizerRefusal = (route: string, authorizer: string): string =>
  `${route} has an authorizer of its own (${authorizer}): expected none, so that the access map decides. ` +
  'It is left unchanged: remove that authorizer, name the route in `replace` of `protect`, list it under `api.accept.foreign`, or do not protect this API as a whole';
