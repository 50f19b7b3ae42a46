/** What a client can send to have a framework serve another method or path than the gateway saw. */

/** Headers that frameworks take for the method of a POST. */
export const METHOD_OVERRIDE_HEADERS = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
] as const;

/** Headers that frameworks take for the path. */
const PATH_OVERRIDE_HEADERS = ['x-original-url', 'x-rewrite-url'] as const;

export const OVERRIDE_HEADERS = [...METHOD_OVERRIDE_HEADERS, ...PATH_OVERRIDE_HEADERS] as const;

/**
 * Names of a field of the query that frameworks take for the method of a POST; in a body, where
 * some look too, an authorizer cannot see it. PHP drops blanks before a name, and reads `.` as `_`.
 * Source: PHP manual, "Variables From External Sources".
 */
export const METHOD_OVERRIDE_FIELD = /^[\s+]*[_.[]method$/i;

/** The same field in a path that holds a query, since `?` was escaped. */
export const METHOD_OVERRIDE_IN_PATH = /[?&;][\s+]*[_.[]method=/i;
