/** Judges what protects each method of an OpenAPI document, as API Gateway imports it. */
import { isObject } from '../../lambda/core/contract/json-object.ts';
import type { AccessMap, MappedRoute } from '../access-map/index.ts';
import { intrinsicIn, isSame, type Node, nodeOf } from '../template/values.ts';
import {
  AUTH,
  type DocumentOperation,
  type DocumentPath,
  operationsOf,
  pathItems,
  schemesPath,
} from './document-parts.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

export interface JudgedMethod {
  /** Route key of the gateway: `GET /orders/{id}`, `ANY /{proxy+}`. */
  readonly key: string;
  readonly path: DocumentPath;
  readonly outcome: Outcome;
  /** What makes it foreign, e.g. `` `theirs` ``; empty for other outcomes. */
  readonly authorizer: string;
  /** Names of the schemes by which it asks for the key of a usage plan. */
  readonly apiKeys: readonly string[];
}

export interface JudgedDocument {
  readonly methods: readonly JudgedMethod[];
  /** Why methods of the document cannot be seen or judged: what was expected and what was found. */
  readonly hidden: readonly string[];
}

export interface JudgeRules {
  readonly kind: AccessMap['kind'];
  /** Name of our security scheme. */
  readonly scheme: string;
  /** What messages call the document. */
  readonly noun: 'body' | 'document';
  /** What the access map says of a route; undefined where the map does not have it. */
  readonly entry: (key: string) => MappedRoute | undefined;
}

/** @param document plain data; in a template, with its functions of CloudFormation */
export function judgeDocument(document: unknown, rules: JudgeRules): JudgedDocument {
  const context: Context = {
    rules,
    security: nodeOf(document)['security'],
    keySchemes: keySchemes(document, rules),
  };
  const operations = operationsOf(document, rules.kind);
  return {
    methods: operations.map((operation) => judgeMethod(operation, context)),
    hidden: [...hiddenParts(document, operations, rules), ...misplacedAuth(document, rules)],
  };
}

interface Context {
  readonly rules: JudgeRules;
  /** Of the whole document: counts for methods without a list of their own. */
  readonly security: unknown;
  readonly keySchemes: ReadonlySet<string>;
}

function judgeMethod({ key, path, value }: DocumentOperation, context: Context): JudgedMethod {
  const { rules, keySchemes } = context;
  const method = nodeOf(value);
  // A method's own list replaces the document's, and an empty one removes it.
  const security = method['security'] === undefined ? context.security : method['security'];
  const names = requiredSchemes(security);
  const authorizer = foreignIn(method, security, context);
  const entry = rules.entry(key);
  const outcome = outcomeOf({
    isOurs: authorizer === undefined && names.includes(rules.scheme) && isWritten(method, security),
    isForeign: authorizer !== undefined,
    isPreflight: entry === undefined && isMockOptions(rules.kind, key, method),
    isPublic: entry?.public === true,
  });
  const apiKeys = [...new Set(names)].filter((name) => keySchemes.has(name));
  return { key, path, outcome, authorizer: authorizer ?? '', apiKeys };
}

const requiredSchemes = (security: unknown): readonly string[] =>
  Array.isArray(security) ? security.flatMap((item) => Object.keys(nodeOf(item))) : [];

/** What decides, or may decide, the method's calls instead of our authorizer. */
function foreignIn(
  method: Node,
  security: unknown,
  { rules: { scheme }, keySchemes }: Context,
): string | undefined {
  const auth = method[AUTH];
  const type = nodeOf(auth)['type'];
  if (auth !== undefined && String(type).toUpperCase() !== 'NONE')
    return `\`${AUTH}\` ${typeof type === 'string' ? type : 'without a type'}`;
  // A function of CloudFormation may give any list.
  if (security !== undefined && !(Array.isArray(security) && security.every(isObject)))
    return '`security` that is no list of requirements';
  const other = requiredSchemes(security).find((name) => name !== scheme && !keySchemes.has(name));
  return other === undefined ? undefined : `\`${other}\``;
}

/**
 * Whether the method requires each scheme as we write it. An empty requirement, scopes, or two
 * schemes in one requirement may mean something else to the gateway, and so does an authentication
 * of `NONE`.
 */
const isWritten = (method: Node, security: unknown): boolean =>
  method[AUTH] === undefined &&
  Array.isArray(security) &&
  security.every((item) => isSame(Object.values(nodeOf(item)), [[]]));

/** A preflight that the gateway of a REST API answers itself; browsers send no token with it. */
const isMockOptions = (kind: AccessMap['kind'], key: string, method: Node): boolean =>
  kind === 'rest' &&
  key.startsWith('OPTIONS ') &&
  String(nodeOf(method['x-amazon-apigateway-integration'])['type']).toLowerCase() === 'mock';

/**
 * Names of the schemes that stand for the key of a usage plan, which a method of a REST API asks
 * for beside its authorizer. A scheme with settings of an authorizer is none.
 */
function keySchemes(document: unknown, { kind, scheme }: JudgeRules): ReadonlySet<string> {
  const schemes = schemesPath(document).reduce((at, key) => nodeOf(at[key]), nodeOf(document));
  const isKey = (one: Node): boolean =>
    one['type'] === 'apiKey' &&
    one['in'] === 'header' &&
    String(one['name']).toLowerCase() === 'x-api-key' &&
    !Object.keys(one).some((key) => key.startsWith('x-amazon-apigateway-auth'));
  const names = Object.keys(schemes).filter((name) => isKey(nodeOf(schemes[name])));
  return new Set(kind === 'rest' ? names.filter((name) => name !== scheme) : []);
}

type Named = readonly [place: string, value: unknown];

/** Parts that a function of CloudFormation or a reference of OpenAPI brings, after this. */
function hiddenParts(
  document: unknown,
  operations: readonly DocumentOperation[],
  { noun }: JudgeRules,
): readonly string[] {
  if (!isObject(document))
    return [`the ${noun} is a ${typeof document}: expected an object, whose methods can be seen`];
  const components = document['components'];
  const parts: readonly Named[] = [
    ['`paths`', document['paths']],
    ['`security`', document['security']],
    ['`components`', components],
    ['`components.securitySchemes`', nodeOf(components)['securitySchemes']],
    ['`securityDefinitions`', document['securityDefinitions']],
    ...pathItems(document).map(({ template, value }): Named => [`path \`${template}\``, value]),
    ...operations.map(({ key, value }): Named => [`method \`${key}\``, value]),
  ];
  return placesOf(document, parts, noun).flatMap(([place, value]) => {
    const key = intrinsicIn(value) ?? (isObject(value) && '$ref' in value ? '$ref' : undefined);
    return key === undefined
      ? []
      : [
          `${place} is known at deploy time only (\`${key}\`), so that its methods cannot be seen; write them into the ${noun}`,
        ];
  });
}

/** Nothing documents what an authentication of a path, or of the whole document, means. */
function misplacedAuth(document: unknown, { noun }: JudgeRules): readonly string[] {
  const parts = pathItems(document).map(
    ({ template, value }): Named => [`path \`${template}\``, value],
  );
  return placesOf(document, parts, noun).flatMap(([place, value]) =>
    nodeOf(value)[AUTH] === undefined
      ? []
      : [
          `${place} has \`${AUTH}\`: expected it on methods only, where it can be judged; move it there`,
        ],
  );
}

/** The whole document and its parts, as messages call them. */
const placesOf = (
  document: unknown,
  parts: readonly Named[],
  noun: JudgeRules['noun'],
): readonly Named[] => [
  [`the ${noun}`, document],
  ...parts.map(([place, value]): Named => [`${place} of the ${noun}`, value]),
];
