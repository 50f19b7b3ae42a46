/**
 * Judges the methods of an OpenAPI document, version 2 (Swagger) or 3, as API Gateway imports it,
 * and says what puts our authorizer on them.
 */
import type { RestCaching } from '../template/identity-sources.ts';
import { intrinsicIn, isNode, isSame, type Node } from '../template/rendered.ts';

export interface JudgedMethod {
  /** `GET /orders/{id}`, `ANY /{proxy+}`. */
  readonly key: string;
  /** Where the method stands in the document. */
  readonly path: readonly string[];
  /** `ours`: has our authorizer; `open`: has none and needs ours. */
  readonly outcome: 'ours' | 'unprotected' | 'public' | 'preflight' | 'foreign';
}

export interface JudgedDocument {
  readonly methods: readonly JudgedMethod[];
  /** Why methods of the document cannot be seen or judged: what was expected and what was found. */
  readonly hidden: readonly string[];
}

export interface Rules {
  /** Name of our security scheme. */
  readonly scheme: string;
  /** What the access map says of a route; undefined where it does not have it. */
  readonly mapped: (key: string) => { readonly public: boolean } | undefined;
}

export interface SchemeProps {
  readonly name: string;
  readonly authorizerUri: string;
  readonly caching: RestCaching;
}

/** A value of the document that is to be another; undefined takes it away. */
export interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
}

const METHODS = new Set([
  'get',
  'head',
  'post',
  'put',
  'patch',
  'delete',
  'options',
  'x-amazon-apigateway-any-method',
]);
/**
 * AWS: authentication of one method, `NONE` or `AWS_IAM`; which of it and `security` wins is not
 * documented.
 */
const AUTH = 'x-amazon-apigateway-auth';

/** @param document as it stands in the template. */
export function judgeDocument(document: unknown, rules: Rules): JudgedDocument {
  const root = nodeOf(document);
  const items = Object.entries(nodeOf(root['paths'])).flatMap(([template, item]) =>
    isTemplate(template) ? [{ template, item }] : [],
  );
  const operations = items.flatMap(({ template, item }) => operationsOf(template, item));
  const places: readonly (readonly [string, unknown])[] = [
    ['the body', document],
    ['`paths`', root['paths']],
    ['`security`', root['security']],
    ['`components`', root['components']],
    ['`components.securitySchemes`', nodeOf(root['components'])['securitySchemes']],
    ['`securityDefinitions`', root['securityDefinitions']],
    ...items.map(({ template, item }) => [`path \`${template}\``, item] as const),
    ...operations.map(({ key, value }) => [`method \`${key}\``, value] as const),
  ];
  const misplaced = [
    ['the body', root] as const,
    ...items.map(({ template, item }) => [`path \`${template}\``, nodeOf(item)] as const),
  ];
  return {
    methods: operations.map(({ key, path, value }) => ({
      key,
      path,
      outcome: outcomeOf({ key, method: nodeOf(value), root }, rules),
    })),
    hidden: [
      ...places.flatMap(([place, value]) => hiddenIn(place, value)),
      ...misplaced.flatMap(([place, value]) =>
        value[AUTH] === undefined
          ? []
          : [
              `${place} of the body has \`${AUTH}\`: expected it on methods only, where it can be judged; move it there`,
            ],
      ),
    ],
  };
}

/** What gives an open method our authorizer. */
export function methodChanges({ path }: JudgedMethod, scheme: string): readonly Change[] {
  return [
    { path: [...path, 'security'], value: requirement(scheme) },
    { path: [...path, AUTH], value: undefined },
  ];
}

/** What declares our authorizer in the document. */
export function schemeChange(
  document: unknown,
  { name, authorizerUri, caching }: SchemeProps,
): Change {
  const scheme = {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': { type: 'request', authorizerUri, ...caching },
  };
  const place =
    nodeOf(document)['swagger'] === undefined
      ? ['components', 'securitySchemes']
      : ['securityDefinitions'];
  return { path: [...place, name], value: scheme };
}

const requirement = (scheme: string): readonly Node[] => [{ [scheme]: [] }];

/** A function of CloudFormation and a reference of OpenAPI are read by others, later. */
function hiddenIn(place: string, value: unknown): readonly string[] {
  const where = place === 'the body' ? place : `${place} of the body`;
  if (place === 'the body' && !isNode(value))
    return [`the body is a ${typeof value}: expected an object, whose methods can be seen`];
  const key = intrinsicIn(value) ?? (isNode(value) && '$ref' in value ? '$ref' : undefined);
  if (key === undefined) return [];
  return [
    `${where} is known at deploy time only (\`${key}\`), so that its methods cannot be seen; write them into the body`,
  ];
}

interface Operation {
  readonly key: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

function operationsOf(template: string, item: unknown): readonly Operation[] {
  return Object.entries(nodeOf(item)).flatMap(([methodKey, value]) => {
    const method = methodKey.toLowerCase();
    if (!METHODS.has(method)) return [];
    return [
      {
        key: `${method.startsWith('x-') ? 'ANY' : method.toUpperCase()} ${template}`,
        path: ['paths', template, methodKey],
        value,
      },
    ];
  });
}

/**
 * Extensions of the whole are not paths, and neither is what makes the whole a function or a
 * reference.
 */
const isTemplate = (key: string): boolean => !/^(?:x-|Fn::|Ref$|\$ref$)/.test(key);

interface Placed {
  readonly key: string;
  readonly method: Node;
  readonly root: Node;
}

function outcomeOf(
  { key, method, root }: Placed,
  { scheme, mapped }: Rules,
): JudgedMethod['outcome'] {
  // A method's own list replaces the document's, and an empty one takes it away.
  const security = method['security'] ?? root['security'];
  const auth = method[AUTH];
  const unauthenticated =
    auth === undefined || String(nodeOf(auth)['type'] ?? '').toUpperCase() === 'NONE';
  if (!unauthenticated) return 'foreign';
  if (isSame(security, requirement(scheme))) return auth === undefined ? 'ours' : 'unprotected';
  // What is not a list is a function of CloudFormation, which may give any.
  if (security !== undefined && !(Array.isArray(security) && security.length === 0))
    return 'foreign';
  const route = mapped(key);
  if (route?.public === true) return 'public';
  const type = nodeOf(method['x-amazon-apigateway-integration'])['type'];
  return key.startsWith('OPTIONS ') && route === undefined && String(type).toLowerCase() === 'mock'
    ? 'preflight'
    : 'unprotected';
}

const nodeOf = (value: unknown): Node => (isNode(value) ? value : {});
