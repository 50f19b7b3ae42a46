/** Resources of a template that belong to one of its APIs. */
import { isObject, membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import { logicalIdIn } from './intrinsic.ts';

export interface ApiParts {
  /** Routes that are resources, as messages name them. */
  readonly routes: readonly string[];
  /** How many authorizers are resources. */
  readonly authorizers: number;
}

/** Types of routes and authorizers, and the property that names their API. */
const PARTS: Readonly<Record<string, { readonly part: keyof ApiParts; readonly api: string }>> = {
  'AWS::ApiGateway::Method': { part: 'routes', api: 'RestApiId' },
  'AWS::ApiGatewayV2::Route': { part: 'routes', api: 'ApiId' },
  'AWS::ApiGateway::Authorizer': { part: 'authorizers', api: 'RestApiId' },
  'AWS::ApiGatewayV2::Authorizer': { part: 'authorizers', api: 'ApiId' },
};

/** @param id logical id of the API */
export function partsOfApi(resources: Node, id: string): ApiParts {
  const found = Object.entries(resources).flatMap(([name, resource]) => {
    const { Type: type, Properties: properties } = membersIn(resource);
    if (typeof type !== 'string' || !Object.hasOwn(PARTS, type)) return [];
    const { part, api } = PARTS[type] ?? {};
    const isOfApi = api !== undefined && logicalIdIn(membersIn(properties)[api]) === id;
    return isOfApi ? [{ part, what: `\`${name}\` (${type})` }] : [];
  });
  return {
    routes: found.filter(({ part }) => part === 'routes').map(({ what }) => what),
    authorizers: found.filter(({ part }) => part === 'authorizers').length,
  };
}

/** Of SAM: properties that a template's globals give each API of a type. */
const GLOBALS: Readonly<Record<string, string>> = {
  'AWS::Serverless::Api': 'Api',
  'AWS::Serverless::HttpApi': 'HttpApi',
};

/** Properties of an API with those of the template's globals, which it overrides. */
export function propertiesOfApi(template: Node, type: string, properties: unknown): Node {
  const key = GLOBALS[type];
  const globals = key === undefined ? {} : membersIn(membersIn(template['Globals'])[key]);
  const own = membersIn(properties);
  const { Auth: shared } = globals;
  const { Auth: auth } = own;
  const merged = isObject(shared) && isObject(auth) && { Auth: { ...shared, ...auth } };
  return { ...globals, ...own, ...merged };
}
