/** Computes a value once for each object, for as long as the object lives. */
export function perObject<Key extends object, Value>(
  compute: (key: Key) => Value,
): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const entry = known.get(key);
    if (entry) return entry.value;
    const value = compute(key);
    known.set(key, { value });
    return value;
  };
}

/** Routes of one caller that are remembered; beyond it all of them are computed again. */
const MAX_KNOWN_ROUTES = 8;

/**
 * Computes a value once for each caller and route, for as long as the caller is known and calls few
 * routes.
 */
export function perRoute<Caller extends object, Value>(
  compute: (caller: Caller, route: string) => Value,
): (caller: Caller, route: string) => Value {
  const routesOf = perObject((_: Caller) => new Map<string, { readonly value: Value }>());
  return (caller, route) => {
    const routes = routesOf(caller);
    const known = routes.get(route);
    if (known) return known.value;
    if (routes.size >= MAX_KNOWN_ROUTES) routes.clear();
    const value = compute(caller, route);
    routes.set(route, { value });
    return value;
  };
}
