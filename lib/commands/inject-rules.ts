/** Rules of an attachment that an OpenAPI document can break, besides those of its operations. */
import {
  type AbsentRoute,
  absentProblem,
  absentRoutes,
} from '../../lambda/gateway/absent-route.ts';
import { apiProblems, unacceptedOf } from '../../lambda/gateway/api-rules.ts';
import {
  publicExposureSentence,
  publicExposures,
  publicNeighbours,
  unmappedConfusable,
} from '../../lambda/gateway/confusable-routes.ts';
import { isCovered, standsBefore } from '../../lambda/gateway/route-protection.ts';
import { type AccessMap, type MappedRoutes, mapNeighbours } from '../access-map/index.ts';
import type { ClassifiedMethod } from '../openapi/classify-document.ts';
import { routeFacts } from '../openapi/document-facts.ts';
import type { OpenapiSource } from '../openapi/read-openapi.ts';
import {
  besideBody,
  importProblems,
  opaqueProblems,
  resourceFacts,
} from '../openapi/resource-facts.ts';

/** What the template's resource makes of its document. */
export const resourceProblems = (
  { data, resource }: Pick<OpenapiSource, 'data' | 'resource'>,
  map: AccessMap,
): readonly string[] =>
  resource === undefined
    ? []
    : [
        ...opaqueProblems(resource.properties),
        ...importProblems(resource.properties, data, map),
        ...resource.parts.routes.map(besideBody),
      ];

/** @param scheme name of our security scheme. */
export function documentProblems(
  { data, resource }: Pick<OpenapiSource, 'data' | 'resource'>,
  methods: readonly ClassifiedMethod[],
  {
    map,
    routes,
    scheme,
  }: { readonly map: AccessMap; readonly routes: MappedRoutes; readonly scheme: string },
): readonly string[] {
  const facts = resourceFacts(resource?.properties ?? {}, data, scheme);
  const found = apiProblems({
    ...facts,
    otherAuthorizers: facts.otherAuthorizers + (resource?.parts.authorizers ?? 0),
    kind: map.kind,
    name: 'of the document',
    id: undefined,
    mapHasCors: map.api.cors !== undefined,
    routes: methods.map((method) =>
      routeFacts({ ...method, takesKey: method.apiKeys.length > 0 }, routes),
    ),
  });
  const said = unacceptedOf(found, map.api.accept.findings);
  // An operation that the map does not have at all is a problem by itself.
  const known = methods.filter(({ key }) => routes.decidesSome(key));
  return [
    ...said.map(({ says }) => says),
    ...partlyMapped(known, map),
    ...publicProblems(known, map),
  ];
}

/** Callers of a guarded operation may spell the methods of another one that the map lacks. */
function partlyMapped(methods: readonly ClassifiedMethod[], map: AccessMap): readonly string[] {
  const { hasCell, pathsOf } = mapNeighbours(map);
  return unmappedConfusable({
    guarded: methods
      .filter(({ key, outcome }) => isCovered(outcome) && pathsOf(key) !== 'exact')
      .map(({ key }) => key),
    unmapped: methods.map(({ key }) => key),
    hasCell,
  });
}

const publicProblems = (methods: readonly ClassifiedMethod[], map: AccessMap): readonly string[] =>
  publicExposures({ ...mapNeighbours(map), ...publicNeighbours(methods) })
    .filter(({ isReported }) => !isReported)
    .map((found) => publicExposureSentence(found, map.source));

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
