/**
 * A map whose values are made when they are asked for, each once: a cold start of a map with a
 * thousand groups makes those of the first caller.
 * @param places where the value of a key is; keys with one place share one value.
 */
export function lazyMap<Value>(
  places: ReadonlyMap<string, number>,
  make: (place: number) => Value,
): ReadonlyMap<string, Value> {
  const made: Value[] = [];
  const at = (place: number): Value => {
    made[place] ??= make(place);
    return made[place];
  };
  function* entries(): Generator<[string, Value], undefined> {
    for (const [key, place] of places) yield [key, at(place)];
  }
  function* values(): Generator<Value, undefined> {
    for (const place of places.values()) yield at(place);
  }
  const map: ReadonlyMap<string, Value> = {
    size: places.size,
    has: (key) => places.has(key),
    get: (key) => {
      const place = places.get(key);
      return place === undefined ? undefined : at(place);
    },
    keys: () => places.keys(),
    values,
    entries,
    [Symbol.iterator]: entries,
    forEach: (tell) => {
      for (const [key, value] of entries()) tell(value, key, map);
    },
  };
  return map;
}
