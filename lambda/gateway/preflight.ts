/** Which routes of an API take the preflights of browsers. Pure. */

/**
 * Paths whose preflights meet the route `key`, which has an authorizer, unless an OPTIONS route
 * takes them. Source: API Gateway, "Configuring CORS for an HTTP API with a $default route and an
 * authorizer".
 */
export function preflightPaths(key: string): readonly string[] {
  if (key === '$default') return ['/', '/{proxy+}'];
  return key.startsWith('ANY ') ? [key.slice('ANY '.length)] : [];
}

/**
 * Routes that would refuse preflights, each with the OPTIONS route that is missing or has the
 * authorizer too.
 * @param guarded keys of the routes with our authorizer
 * @param present keys of all routes of the API
 * @param keyed keys of the routes that ask for the key of a usage plan: browsers send none with a
 * preflight, so that the gateway refuses theirs with or without the authorizer
 */
export function refusedPreflights(
  guarded: readonly string[],
  present: ReadonlySet<string>,
  keyed: ReadonlySet<string>,
): readonly { readonly key: string; readonly missing: string }[] {
  const refusing = guarded.filter((key) => !keyed.has(key));
  const own = refusing.filter((key) => key.startsWith('OPTIONS '));
  return [
    ...own.map((key) => ({ key, missing: key })),
    ...refusing.flatMap((key) =>
      preflightPaths(key)
        .map((path) => `OPTIONS ${path}`)
        .filter((missing) => !present.has(missing))
        .map((missing) => ({ key, missing })),
    ),
  ];
}
