/** Rules of an attachment that an OpenAPI document can break, besides those of its operations. */
import {
  type AbsentRoute,
  absentProblem,
  absentRoutes,
} from '../../lambda/gateway/absent-route.ts';
import {
  type ApiProblem,
  authorizerQuotaProblems,
  keySourceProblems,
  policyProblems,
  preflightProblems,
} from '../../lambda/gateway/api-rules.ts';
import { refusedPreflights } from '../../lambda/gateway/preflight.ts';
import { unmappedBesideGuarded } from '../../lambda/gateway/spelled-routes.ts';
import { type AccessMap, type MappedRoutes, pathsOfRoute } from '../access-map/index.ts';
import { schemesOf } from '../openapi/document-parts.ts';
import type { JudgedMethod } from '../openapi/judge-document.ts';
import { isCovered } from '../openapi/route-protection.ts';
import { nodeOf } from '../template/values.ts';

/** @param scheme name of our security scheme. */
export function documentProblems(
  document: unknown,
  methods: readonly JudgedMethod[],
  {
    map,
    routes,
    scheme,
  }: { readonly map: AccessMap; readonly routes: MappedRoutes; readonly scheme: string },
): readonly string[] {
  const root = nodeOf(document);
  const name = 'of the document';
  const policy = root['x-amazon-apigateway-policy'];
  const keyed = methods.flatMap(({ key, outcome, apiKeys }) =>
    apiKeys.length > 0 && isCovered(outcome) ? [key] : [],
  );
  const found: readonly ApiProblem[] = [
    ...policyProblems(name, policy === undefined ? undefined : JSON.stringify(policy), ''),
    ...authorizerQuotaProblems(name, otherAuthorizers(document, scheme)),
    ...keySourceProblems(name, textOf(root['x-amazon-apigateway-api-key-source']), keyed),
    ...preflightProblems(name, takenPreflights(document, methods, { map, routes })),
  ];
  const said = found.flatMap(({ finding, says }) =>
    finding !== undefined && map.api.accept.findings.includes(finding) ? [] : [says],
  );
  return [...said, ...partlyMapped(methods, { map, routes })];
}

/** An operation of all methods that the map has for some: callers of a guarded one may spell the rest. */
function partlyMapped(
  methods: readonly JudgedMethod[],
  { map, routes }: { readonly map: AccessMap; readonly routes: MappedRoutes },
): readonly string[] {
  const operations = methods.map(({ key, outcome }) => ({
    key,
    preflight: outcome === 'preflight',
  }));
  return unmappedBesideGuarded(operations, {
    guarded: methods
      .filter((method) => isCovered(method.outcome) && routes.entry(method.key) !== undefined)
      .map(({ key }) => key),
    // One that the map does not have at all is a problem by itself.
    isMapped: (key) => routes.decidesAll(key) || !routes.decidesSome(key),
    readsExactly: (key) => pathsOfRoute(map.model, key) === 'exact',
  });
}

const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : String(value);

function otherAuthorizers(document: unknown, scheme: string): number {
  return Object.entries(schemesOf(document)).filter(
    ([name, one]) => name !== scheme && 'x-amazon-apigateway-authorizer' in nodeOf(one),
  ).length;
}

/**
 * A REST API shows by the preflights that it answers itself that it has CORS. Source: API Gateway,
 * "x-amazon-apigateway-cors object", which HTTP APIs alone have.
 */
function takenPreflights(
  document: unknown,
  methods: readonly JudgedMethod[],
  { map, routes }: { readonly map: AccessMap; readonly routes: MappedRoutes },
): ReturnType<typeof refusedPreflights> {
  const has =
    map.kind === 'http'
      ? nodeOf(document)['x-amazon-apigateway-cors'] !== undefined
      : methods.some(({ outcome }) => outcome === 'preflight');
  if (!has) return [];
  const guarded = methods.filter(({ outcome }) => isCovered(outcome)).map(({ key }) => key);
  return refusedPreflights(
    guarded.filter((key) => !key.startsWith('OPTIONS ') || routes.entry(key) === undefined),
    new Set(methods.map(({ key }) => key)),
    new Set(methods.flatMap(({ key, apiKeys }) => (apiKeys.length > 0 ? [key] : []))),
  );
}

/** Routes of the map that the document lacks, with what takes their calls. */
export const absentOperations = (
  { kind }: AccessMap,
  methods: readonly JudgedMethod[],
  routes: MappedRoutes,
): readonly AbsentRoute[] =>
  absentRoutes(
    kind,
    methods.map((method) => ({
      key: method.key,
      isOurs: isCovered(method.outcome),
      isMapped: routes.entry(method.key) !== undefined,
    })),
    routes.missingFrom(methods.map(({ key }) => key)),
  );

export const absentSentence = (absent: AbsentRoute, source: string): readonly string[] => {
  const problem = absentProblem(absent);
  return problem === undefined
    ? []
    : [
        `expected \`${absent.key}\` of ${source} in the document, found no such operation: ${problem}`,
      ];
};
