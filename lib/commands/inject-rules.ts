/** Rules of an attachment that an OpenAPI document can break, besides those of its operations. */
import {
  type AbsentRoute,
  absentProblem,
  absentRoutes,
} from '../../lambda/gateway/absent-route.ts';
import { apiProblems, unacceptedOf } from '../../lambda/gateway/api-rules.ts';
import { unmappedConfusable } from '../../lambda/gateway/confusable-routes.ts';
import { isCovered, standsBefore } from '../../lambda/gateway/route-protection.ts';
import { type AccessMap, type MappedRoutes, pathsOfRoute } from '../access-map/index.ts';
import type { ClassifiedMethod } from '../openapi/classify-document.ts';
import { documentFacts, routeFacts } from '../openapi/document-facts.ts';

/** @param scheme name of our security scheme. */
export function documentProblems(
  document: unknown,
  methods: readonly ClassifiedMethod[],
  {
    map,
    routes,
    scheme,
  }: { readonly map: AccessMap; readonly routes: MappedRoutes; readonly scheme: string },
): readonly string[] {
  const found = apiProblems({
    ...documentFacts(document, scheme),
    kind: map.kind,
    name: 'of the document',
    id: undefined,
    mapHasCors: map.api.cors !== undefined,
    routes: methods.map((method) =>
      routeFacts({ ...method, takesKey: method.apiKeys.length > 0 }, routes),
    ),
  });
  const said = unacceptedOf(found, map.api.accept.findings);
  return [...said.map(({ says }) => says), ...partlyMapped(methods, { map, routes })];
}

/**
 * An operation for all methods of which the map has some: callers of a guarded one may spell the
 * others.
 */
function partlyMapped(
  methods: readonly ClassifiedMethod[],
  { map, routes }: { readonly map: AccessMap; readonly routes: MappedRoutes },
): readonly string[] {
  const operations = methods.map(({ key, outcome }) => ({
    key,
    preflight: outcome === 'preflight',
  }));
  return unmappedConfusable(operations, {
    guarded: methods
      .filter((method) => isCovered(method.outcome) && routes.entry(method.key) !== undefined)
      .map(({ key }) => key),
    // One that the map does not have at all is a problem by itself.
    isMapped: (key) => routes.decidesAll(key) || !routes.decidesSome(key),
    readsExactly: (key) => pathsOfRoute(map.model, key) === 'exact',
  });
}

/** Routes of the map that the document lacks, with what takes their calls. */
export const absentOperations = (
  { kind }: AccessMap,
  methods: readonly ClassifiedMethod[],
  routes: MappedRoutes,
): readonly AbsentRoute[] =>
  absentRoutes(
    kind,
    methods.map((method) => ({
      key: method.key,
      before: standsBefore(isCovered(method.outcome), method.authorizer),
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
