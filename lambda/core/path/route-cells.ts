import { METHODS } from '../contract/http-methods.ts';

/** Method and template of the requests that a gateway route can answer. */
export function routeCells(routeKey: string): readonly string[] {
  const [method = '', template = method] = routeKey.split(' ');
  return method === 'ANY' || method === '$default'
    ? METHODS.map((one) => `${one} ${template}`)
    : [routeKey];
}
