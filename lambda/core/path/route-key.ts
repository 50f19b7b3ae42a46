/** The parts of a route key. Source: API Gateway, "Create routes for HTTP APIs". */

export interface RouteKey {
  readonly method: string;
  readonly template: string;
}

/**
 * @param key `GET /orders/{id}`, `ANY /{proxy+}`, `GET $default`; of the gateway's own `$default`
 * both parts are that.
 */
export function splitRoute(key: string): RouteKey {
  const space = key.indexOf(' ');
  return { method: space < 0 ? key : key.slice(0, space), template: key.slice(space + 1) };
}

export const methodOf = (key: string): string => splitRoute(key).method;
export const templateOf = (key: string): string => splitRoute(key).template;
