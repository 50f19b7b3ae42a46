/** What each kind of API makes of a path: which route takes it, and what the back end is sent. */

import type { MethodView, RouteView } from '../../../local/cloud-assembly.ts';
import { createMethodSelector } from '../../../local/gateway-emulator/rest-resources.ts';
import { createRouteSelector } from '../../../local/gateway-emulator/routes.ts';
import type { Kind } from '../../support/asked-paths.ts';
import type { Tree } from './trees.ts';

export interface Sent {
  /** The gateway's key of the route: `GET /orders/{id}`, `$default`. */
  readonly matched: string;
  /** The same as the map has it. */
  readonly route: string;
  /** The request's target at the back end. */
  readonly target: string;
}

export type GatewayOf = (path: string) => Sent | undefined;

/** What takes a path that no template takes. */
export const FALLBACK: Readonly<Record<Kind, string>> = {
  http: 'GET $default',
  rest: 'GET /{proxy+}',
};

/** HTTP APIs hand on what is decoded once, REST APIs what was sent. */
export const GATEWAYS: Readonly<Record<Kind, (tree: Tree) => GatewayOf>> = {
  http: ({ templates, fallback }) => {
    const keys = [
      ...templates.map((template) => `GET ${template}`),
      ...(fallback ? ['$default'] : []),
    ];
    const select = createRouteSelector(keys.map((routeKey) => ({ routeKey }) as RouteView));
    return (path) => {
      const matched = select('GET', path)?.route.routeKey;
      if (matched === undefined) return undefined;
      const route = matched === '$default' ? FALLBACK.http : matched;
      return { matched, route, target: targetOf(decodedOnce(path)) };
    };
  },
  rest: ({ templates, fallback }) => {
    const all = [...templates, ...(fallback ? ['/{proxy+}'] : [])];
    const select = createMethodSelector(
      all.map((template) => ({ template, method: 'GET' }) as MethodView),
    );
    return (path) => {
      const template = select('GET', path)?.method.template;
      if (template === undefined) return undefined;
      return { matched: `GET ${template}`, route: `GET ${template}`, target: targetOf(path) };
    };
  },
};

function decodedOnce(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Bytes that no request line may hold are escaped. */
const targetOf = (path: string): string =>
  path.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character));
