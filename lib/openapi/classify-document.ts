/** Classifies what protects each method of an OpenAPI document, as API Gateway imports it. */
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import { isObject, isSame, membersIn } from '../../lambda/core/json/json-object.ts';
import {
  type DocumentOperation,
  type DocumentPath,
  isMockOptions,
  pathItems,
  requirementsOf,
} from '../../lambda/gateway/openapi-document.ts';
import { protectionOf, type RouteProtection } from '../../lambda/gateway/route-protection.ts';
import type { AccessMap, MappedRoute } from '../access-map/index.ts';
import { intrinsicIn } from './intrinsic.ts';
import { foreignIn, isForeignScheme, schemeKind } from './security.ts';

export interface ClassifiedMethod {
  /** Route key of the gateway: `GET /orders/{id}`, `ANY /{proxy+}`. */
  readonly key: string;
  readonly path: DocumentPath;
  readonly outcome: RouteProtection;
  /** What else decides a foreign or a public method, e.g. `` `theirs` ``; otherwise empty. */
  readonly authorizer: string;
  /** Names of the schemes by which it asks for the key of a usage plan. */
  readonly apiKeys: readonly string[];
  /** An OPTIONS method that the gateway answers itself. */
  readonly isMock: boolean;
}

export interface ClassifiedDocument {
  readonly methods: readonly ClassifiedMethod[];
  /**
   * Why methods of the document cannot be seen or evaluated: what was expected and what was found.
   */
  readonly hidden: readonly string[];
}

/** An operation, and the route of the gateway that it becomes. */
export interface KeyedOperation {
  readonly key: string;
  readonly operation: DocumentOperation;
}

export interface ClassificationRules {
  readonly kind: AccessMap['kind'];
  /** Name of our security scheme. */
  readonly scheme: string;
  /** What messages call the document. */
  readonly noun: 'body' | 'document';
  /** What the access map says of a route; undefined where the map does not have it. */
  readonly entry: (key: string) => MappedRoute | undefined;
  /** Whether its owner agrees that ours replaces the authorizer of a route. */
  readonly replaces?: (key: string, isIam: boolean) => boolean;
}

/** @param document plain data; in a template, with its functions of CloudFormation */
export function classifyDocument(
  document: unknown,
  operations: readonly KeyedOperation[],
  rules: ClassificationRules,
): ClassifiedDocument {
  return {
    methods: operations.map((operation) => classifyMethod(operation, document, rules)),
    hidden: [
      ...hiddenParts(document, operations, rules),
      ...misplacedAuth(document, rules),
      ...takenName(document, rules),
    ],
  };
}

function classifyMethod(
  { key, operation }: KeyedOperation,
  document: unknown,
  rules: ClassificationRules,
): ClassifiedMethod {
  const { kind, scheme } = rules;
  const { method, path, value } = operation;
  const { security, schemes } = requirementsOf(document, value);
  const found = foreignIn(document, value, scheme);
  const entry = rules.entry(key);
  // HTTP APIs have no usage plans.
  const isKey = (name: string): boolean =>
    kind === 'rest' && name !== scheme && schemeKind(document, name) === 'key';
  const isOurs =
    found === undefined &&
    schemes.includes(scheme) &&
    schemes.every((name) => name === scheme || isKey(name)) &&
    isWritten(value, security);
  const isMock = kind === 'rest' && isMockOptions(method, value);
  const outcome = protectionOf({
    isOurs,
    isForeign: found !== undefined,
    isReplaced: found !== undefined && (found.isOwn || rules.replaces?.(key, found.isIam) === true),
    isPreflight: isMock,
    mapped: entry,
  });
  const isLeft = outcome === 'foreign' || outcome === 'public';
  const authorizer = isLeft ? (found?.name ?? '') : '';
  return { key, path, outcome, authorizer, apiKeys: schemes.filter(isKey), isMock };
}

/**
 * Whether the method requires each scheme as we write it. An empty requirement, scopes, or two
 * schemes in one requirement may mean something else to the gateway, and so does an authentication
 * of `NONE`.
 */
const isWritten = (operation: unknown, security: unknown): boolean =>
  membersIn(operation)[EXTENSION.auth] === undefined &&
  Array.isArray(security) &&
  security.every((item) => isSame(Object.values(membersIn(item)), [[]]));

type Named = readonly [place: string, value: unknown];

/** Parts that a function of CloudFormation or a reference of OpenAPI brings, after this. */
function hiddenParts(
  document: unknown,
  operations: readonly KeyedOperation[],
  { noun }: ClassificationRules,
): readonly string[] {
  if (!isObject(document))
    return [`the ${noun} is a ${typeof document}: expected an object, whose methods can be seen`];
  const components = document['components'];
  const parts: readonly Named[] = [
    ['`paths`', document['paths']],
    ['`security`', document['security']],
    ['`components`', components],
    ['`components.securitySchemes`', membersIn(components)['securitySchemes']],
    ['`securityDefinitions`', document['securityDefinitions']],
    ...pathItems(document).map(({ template, value }): Named => [`path \`${template}\``, value]),
    ...operations.map(({ key, operation }): Named => [`method \`${key}\``, operation.value]),
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
function misplacedAuth(document: unknown, { noun }: ClassificationRules): readonly string[] {
  const parts = pathItems(document).map(
    ({ template, value }): Named => [`path \`${template}\``, value],
  );
  return placesOf(document, parts, noun).flatMap(([place, value]) =>
    membersIn(value)[EXTENSION.auth] === undefined
      ? []
      : [
          `${place} has \`${EXTENSION.auth}\`: expected it on methods only, where it can be evaluated; move it there`,
        ],
  );
}

/** Ours would be written over it, and with it onto every method that requires it. */
const takenName = (document: unknown, { scheme, noun }: ClassificationRules): readonly string[] =>
  isForeignScheme(document, scheme)
    ? [
        `security scheme \`${scheme}\` of the ${noun} is another authorizer, which has the name of ours: rename it`,
      ]
    : [];

/** The whole document and its parts, as messages call them. */
const placesOf = (
  document: unknown,
  parts: readonly Named[],
  noun: ClassificationRules['noun'],
): readonly Named[] => [
  [`the ${noun}`, document],
  ...parts.map(([place, value]): Named => [`${place} of the ${noun}`, value]),
];
