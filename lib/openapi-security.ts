/** Puts our authorizer on the methods of an OpenAPI document, version 2 (Swagger) or 3, as API Gateway imports it. */

type Node = Readonly<Record<string, unknown>>;

export interface SecuredMethod {
  /** `GET /orders/{id}`, `ANY /{proxy+}`. */
  readonly key: string;
  readonly outcome: 'secured' | 'public' | 'preflight' | 'foreign';
}

export interface SecuredDocument {
  readonly document: Node;
  readonly methods: readonly SecuredMethod[];
}

export interface SchemeProps {
  readonly name: string;
  readonly authorizerUri: string;
}

const METHODS = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'x-amazon-apigateway-any-method']);

/**
 * @param isPublic whether the access map lists a route as public.
 * @returns a copy in which every method without authorizer has ours; one that has another is reported and as before.
 */
export function secureDocument(document: Node, scheme: SchemeProps, isPublic: (key: string) => boolean): SecuredDocument {
  const methods: SecuredMethod[] = [];
  const paths = mapValues(nodeOf(document['paths']), (item, template) =>
    mapValues(nodeOf(item), (operation, word) => {
      if (!METHODS.has(word.toLowerCase())) return operation;
      const method = nodeOf(operation);
      const key = keyOf(word, template);
      const outcome = outcomeOf({ method, document, key, scheme }, isPublic);
      methods.push({ key, outcome });
      return outcome === 'secured' ? { ...method, security: [{ [scheme.name]: [] }] } : operation;
    }),
  );
  return { document: { ...withScheme(document, scheme), paths }, methods };
}

/** Route keys of all methods of a document. */
export function methodKeys(document: unknown): readonly string[] {
  return Object.entries(nodeOf(nodeOf(document)['paths'])).flatMap(([template, item]) =>
    Object.keys(nodeOf(item)).flatMap((word) => (METHODS.has(word.toLowerCase()) ? [keyOf(word, template)] : [])),
  );
}

const keyOf = (word: string, template: string): string => `${word.startsWith('x-') ? 'ANY' : word.toUpperCase()} ${template}`;

interface Judged {
  readonly method: Node;
  readonly document: Node;
  readonly key: string;
  readonly scheme: SchemeProps;
}

function outcomeOf({ method, document, key, scheme }: Judged, isPublic: (key: string) => boolean): SecuredMethod['outcome'] {
  // A method's own list replaces the document's, and an empty one takes it away.
  const security = method['security'] ?? document['security'];
  // An app may be synthesized more than once, and the body then has what was put there before.
  if (JSON.stringify(security) === JSON.stringify([{ [scheme.name]: [] }])) return 'secured';
  const auth = nodeOf(method['x-amazon-apigateway-auth'])['type'];
  const iam = typeof auth === 'string' && auth.toUpperCase() !== 'NONE';
  if (iam || (Array.isArray(security) && security.length > 0)) return 'foreign';
  if (isPublic(key)) return 'public';
  const type = nodeOf(method['x-amazon-apigateway-integration'])['type'];
  return key.startsWith('OPTIONS ') && String(type).toLowerCase() === 'mock' ? 'preflight' : 'secured';
}

function withScheme(document: Node, { name, authorizerUri }: SchemeProps): Node {
  const scheme = {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': {
      type: 'request',
      authorizerUri,
      authorizerResultTtlInSeconds: 0,
      identitySource: 'method.request.header.Authorization',
    },
  };
  if (document['swagger'] !== undefined) {
    return { ...document, securityDefinitions: { ...nodeOf(document['securityDefinitions']), [name]: scheme } };
  }
  const components = nodeOf(document['components']);
  return { ...document, components: { ...components, securitySchemes: { ...nodeOf(components['securitySchemes']), [name]: scheme } } };
}

const nodeOf = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {});

const mapValues = (node: Node, change: (value: unknown, key: string) => unknown): Node =>
  Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value, key)]));
