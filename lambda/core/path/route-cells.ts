import { METHODS } from './http-methods.ts';
import { splitRoute } from './route-key.ts';

/** Method and template of the requests that a gateway route can answer. */
export function routeCells(routeKey: string): readonly string[] {
  const { method, template } = splitRoute(routeKey);
  return method === 'ANY' || method === '$default'
    ? METHODS.map((one) => `${one} ${template}`)
    : [routeKey];
}
