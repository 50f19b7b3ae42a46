/** Which routes of an API take the preflights of browsers. Pure. */

/** A route as far as the rules of its whole API ask for it. */
export interface RouteFacts {
  readonly key: string;
  /** Has our authorizer, or gets it. */
  readonly isGuarded: boolean;
  /** Whether the map has a route of this key. */
  readonly isMapped: boolean;
  /** Asks for the key of a usage plan. */
  readonly takesKey: boolean;
  /** REST: an OPTIONS method that the gateway answers itself (MOCK). */
  readonly isMock: boolean;
}

export interface CorsFacts {
  readonly kind: 'http' | 'rest';
  /** Whether the API's own settings have origins. */
  readonly apiHasCors: boolean;
  /** Whether the map has origins (`api.cors`). */
  readonly mapHasCors: boolean;
  /** All routes of the API. */
  readonly routes: readonly RouteFacts[];
}

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
 * Whether browsers of other origins call the API. A map with origins says so, and takes preflights
 * of `ANY` routes for public. An HTTP API shows it by its settings, a REST API by the preflights
 * that it answers itself. Source: API Gateway, "x-amazon-apigateway-cors object", which HTTP APIs
 * alone have.
 */
const hasCors = ({ kind, apiHasCors, mapHasCors, routes }: CorsFacts): boolean =>
  mapHasCors ||
  (kind === 'http' ? apiHasCors : routes.some(({ isMock, isGuarded }) => isMock && !isGuarded));

/**
 * Routes that would refuse preflights, each with the OPTIONS route that is missing or has the
 * authorizer too.
 */
export function refusedPreflights(
  facts: CorsFacts,
): readonly { readonly key: string; readonly missing: string }[] {
  if (!hasCors(facts)) return [];
  const { kind, routes } = facts;
  const present = new Set(routes.map(({ key }) => key));
  // Browsers send no key with a preflight, so that the gateway of a REST API refuses it with or
  // without us. AWS ignores the setting on an HTTP API.
  const isRefusedAnyway = (one: RouteFacts): boolean => kind === 'rest' && one.takesKey;
  const refusing = routes.filter((one) => one.isGuarded && !isRefusedAnyway(one));
  return refusing.flatMap(({ key, isMapped }) => {
    // An OPTIONS route of the map is a route like another.
    if (key.startsWith('OPTIONS ')) return isMapped ? [] : [{ key, missing: key }];
    const wanted = preflightPaths(key).map((path) => `OPTIONS ${path}`);
    return wanted.filter((missing) => !present.has(missing)).map((missing) => ({ key, missing }));
  });
}

/**
 * Whether the gateway of a REST API answers preflights itself with this method and the type of its
 * integration. Documents, exports and templates spell the type in different cases.
 */
export const isMockPreflight = (method: string | undefined, integrationType: unknown): boolean =>
  method === 'OPTIONS' &&
  typeof integrationType === 'string' &&
  integrationType.toLowerCase() === 'mock';
