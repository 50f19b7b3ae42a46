/** What `inject` finds in a document beside the access map. */
import { DOCUMENT_SCHEME } from '../../lambda/core/contract/own-names.ts';
import { type AbsentRoute, ruleHolds } from '../../lambda/gateway/absent-route.ts';
import { type DocumentOperation, operationsOf } from '../../lambda/gateway/openapi-document.ts';
import { isCovered } from '../../lambda/gateway/route-protection.ts';
import { type AccessMap, MappedRoutes } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { type DocumentRoutes, documentRoutes } from '../access-map/routes/document-routes.ts';
import { isReplaced, redundantEntries } from '../access-map/routes/replaced-routes.ts';
import { kindOf, kindProblems } from '../openapi/api-kind.ts';
import { type ClassifiedMethod, classifyDocument } from '../openapi/classify-document.ts';
import type { EditableDocument } from '../openapi/editable-document.ts';
import { serverOf } from '../openapi/server-path.ts';
import {
  absentOperations,
  absentSentence,
  documentProblems,
  resourceProblems,
} from './inject-rules.ts';
import { type FoundCode, type FoundProblem, foundProblem } from './shell/problem-json.ts';

export interface Comparison extends Pick<DocumentRoutes<DocumentOperation>, 'left'> {
  readonly methods: readonly ClassifiedMethod[];
  readonly problems: readonly FoundProblem[];
  /** Routes of the map whose rules hold below a catch-all operation, or an accepted authorizer. */
  readonly served: readonly AbsentRoute[];
  /** Routes of the map that the document lacks, and nothing serves by their rules. */
  readonly missing: readonly string[];
}

/**
 * Never weakens protection: an operation with another authorizer, or one that is not in the map, is
 * a problem.
 */
export function compareDocument(
  map: AccessMap,
  document: Pick<EditableDocument, 'data' | 'resource'>,
  replace: readonly string[],
): Comparison {
  const mapped = new MappedRoutes(map);
  const { kind, basePath } = map;
  const { data } = document;
  const server = serverOf(data);
  const { routes, left } = documentRoutes(operationsOf(data), { kind, basePath, server });
  const { methods, hidden } = classifyDocument(data, routes, {
    kind,
    scheme: DOCUMENT_SCHEME,
    noun: 'document',
    entry: (key) => mapped.entry(key),
    replaces: (key, isIam) => isReplaced(replace, key, isIam),
  });
  const absent = absentOperations(map, methods, mapped);
  const problems = [
    ...coded('API_SETTING', [
      ...kindProblems(kindOf(document), kind),
      ...resourceProblems(document, map),
      ...hidden,
    ]),
    ...methods.flatMap((method) => problemsOf(method, mapped, map)),
    ...absent.flatMap((one) => coded('ROUTE_MISSING', absentSentence(one, map.source))),
    ...coded(
      'API_SETTING',
      documentProblems(document, methods, { map, routes: mapped, scheme: DOCUMENT_SCHEME }),
    ),
    ...coded('ROUTE_MISSING', redundantIn(replace, methods)),
  ];
  return {
    methods,
    left,
    served: absent.filter(ruleHolds),
    missing: absent.flatMap((one) => (ruleHolds(one) ? [] : [one.key])),
    problems: problems.length > 0 ? problems : nothingProtected(methods, map),
  };
}

const coded = (found: FoundCode, messages: readonly string[]): readonly FoundProblem[] =>
  messages.map((message) => foundProblem(found, message));

/** A document in which nothing gets the authorizer. */
const nothingProtected = (
  methods: readonly ClassifiedMethod[],
  { source }: AccessMap,
): readonly FoundProblem[] =>
  methods.some(({ outcome }) => isCovered(outcome))
    ? []
    : coded('ROUTE_MISSING', [
        `expected a route that needs the authorizer, found none: ${source} lists every operation of the document as public`,
      ]);

/** Entries of `--replace` that stand for no route of the document. */
const redundantIn = (
  replace: readonly string[],
  methods: readonly ClassifiedMethod[],
): readonly string[] =>
  redundantEntries(
    replace,
    methods.map(({ key }) => key),
  ).map((entry) => `expected a route of the document for \`--replace\`, found ${code(entry)}`);

function problemsOf(
  { key, outcome, authorizer }: ClassifiedMethod,
  routes: MappedRoutes,
  { source }: AccessMap,
): readonly FoundProblem[] {
  if (outcome === 'preflight') return [];
  const unmapped = `expected every route in ${source}, found \`${key}\` without an entry: add it to \`routes\``;
  const foreign = `expected no other security on \`${key}\`, found ${authorizer}: remove it, so that the access map decides, or name the route with \`--replace '${key}'\``;
  return [
    ...(routes.decidesSome(key) ? [] : [foundProblem('ROUTE_UNMAPPED', unmapped)]),
    ...(outcome === 'foreign' && !routes.acceptsForeign(key)
      ? [foundProblem('ROUTE_FOREIGN', foreign)]
      : []),
  ];
}
