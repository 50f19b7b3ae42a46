/** Which methods a request may be read with, as frameworks see them. */

export interface OtherMethod {
  readonly method: string;
  /**
   * Whether the map must have a route there: an override runs whatever handler the back end has,
   * while `HEAD` is as written where the map has no `GET` (RFC 9110, 9.3.2).
   */
  readonly demanded: boolean;
}

export interface MethodRequest {
  readonly method: string;
  /** Values of the override headers and of the query's field, as sent. */
  readonly overrides: readonly string[];
}

/**
 * @param known methods that a map may have; anything else, lower case among it, is refused: a back
 * end may take it for any of them.
 * @returns the methods as which the request may be read beside its own; nothing where it is
 * refused.
 */
export function otherMethods(
  { method, overrides }: MethodRequest,
  known: readonly string[],
): readonly OtherMethod[] | undefined {
  if (!known.includes(method)) return undefined;
  if (method === 'HEAD') return [{ method: 'GET', demanded: false }];
  if (method !== 'POST') return [];
  const named = overrides
    .flatMap((value) => value.split(','))
    .map((value) => value.trim().toUpperCase());
  const others = new Set(named.filter((name) => name !== '' && name !== method));
  if ([...others].some((name) => !known.includes(name))) return undefined;
  return Array.from(others, (name) => ({ method: name, demanded: true }));
}

/**
 * Methods whose handlers a request of the method runs, whatever it names beside: `HEAD` runs those
 * of `GET` (RFC 9110, 9.3.2).
 */
export const methodsServing = (method: string): readonly string[] =>
  method === 'HEAD' ? ['HEAD', 'GET'] : [method];
