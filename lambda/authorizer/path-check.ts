/**
 * The path and method of a request: which route they mean as they are written, and whether a back
 * end may read them as a route that the caller may not call.
 */
import { type Refusal, refuse } from '../core/contract/codes.ts';
import type { RecordedReading } from '../core/contract/decision-record.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import { hasBit, type Row } from '../core/model/bits.ts';
import type { AccessModel } from '../core/model/model.ts';
import { evaluatePath, type PathVerdict } from '../core/path/evaluate-path.ts';
import { METHODS } from '../core/path/http-methods.ts';
import { otherMethods } from '../core/path/methods.ts';
import { type PathRefusal, pathRefusals } from '../core/path/path-decision.ts';
import { prefixesOf, sameFrame, tidied } from '../core/path/prefixes.ts';
import { routeCells } from '../core/path/route-cells.ts';
import { type RouteTable, routeOn, routeTable } from '../core/path/route-table.ts';
import { mayReachAnother } from '../core/path/route-template.ts';
import type { UnmappedRoutes } from '../ports.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { perObject } from './per-object.ts';

export interface PathCheck {
  /**
   * The request with the route that its path means as it is written: below a greedy or `$default`
   * route it may be another one of the map.
   */
  readonly resolve: (request: GatewayRequest) => GatewayRequest;
  /**
   * The request with the routes that its API has and the map does not have, where its path or
   * method may mean one of them: read once the token is known to be good.
   * @param request resolved.
   */
  readonly complete: (request: GatewayRequest) => GatewayRequest | Promise<GatewayRequest>;
  /**
   * @param request resolved and complete.
   * @param caller absent: no valid token, which may call `public` routes alone.
   */
  readonly refusalOf: (
    request: GatewayRequest,
    caller: Entitlements | undefined,
  ) => PathRefusal | undefined;
  /**
   * How a back end may read the path of a call that passes only since its route says
   * `paths: report`.
   */
  readonly reportOf: (
    request: GatewayRequest,
    caller: Entitlements | undefined,
  ) => RecordedReading | undefined;
}

/** Made once: for a thousand routes it takes milliseconds. */
const tableOf = perObject((model: AccessModel) => routeTable(model.routes.map(({ key }) => key)));

/** The routes of the map and the further routes of the API, which no caller may call. */
function tableWith(model: AccessModel, unmapped: readonly string[]): RouteTable {
  const more = unmapped.flatMap(routeCells).filter((cell) => !model.routeIndex.has(cell));
  return routeTable([...model.routes.map(({ key }) => key), ...new Set(more)]);
}

/** @param live absent: the map has all routes of its APIs. */
export function pathCheck(model: AccessModel, live?: UnmappedRoutes): PathCheck {
  const table = tableOf(model);
  const wholeTable = perObject((unmapped: readonly string[]) => tableWith(model, unmapped));
  const refuseReadings = pathRefusals(model);
  const verdictOf = (
    request: GatewayRequest,
    readsExactly: boolean,
    caller: Entitlements | undefined,
  ): PathRefusal | undefined => {
    const { route, arrived = route, unmapped = [] } = request;
    const known = unmapped === 'unknown' ? [] : unmapped;
    const evaluated = evaluate(known.length > 0 ? wholeTable(known) : table, model, request);
    if ('code' in evaluated) return refuseReadings.always(evaluated);
    const verdict = readsExactly ? readExactly(evaluated) : evaluated;
    const refusal = refuseReadings.read(ofRoute(verdict, route), arrived, caller);
    const isUnevaluated = unmapped === 'unknown' && !readsExactly;
    return refusal ?? (isUnevaluated ? refuseReadings.unevaluated : undefined);
  };
  const isIn = (row: Row, { route, arrived = route }: GatewayRequest): boolean => {
    const index = model.routeIndex.get(arrived);
    return index !== undefined && hasBit(row, index);
  };
  return {
    resolve: (request) => {
      if (!model.hasRoutesBelow) return request;
      const [path = ''] = request.sent.paths;
      return { ...request, route: routeOn(table, request.route, path), arrived: request.route };
    },
    complete: live ? (request) => withUnmapped(request, live) : (request) => request,
    refusalOf: (request, caller) =>
      verdictOf(
        request,
        isIn(model.exactPaths, request) || isIn(model.reportPaths, request),
        caller,
      ),
    reportOf: (request, caller) =>
      isIn(model.reportPaths, request) ? verdictOf(request, false, caller)?.reading : undefined,
  };
}

async function withUnmapped(
  request: GatewayRequest,
  live: UnmappedRoutes,
): Promise<GatewayRequest> {
  const { apiId, route, arrived = route, sent } = request;
  const mayMeanAnother = mayReachAnother(arrived) || sent.overrides.length > 0;
  return mayMeanAnother ? { ...request, unmapped: (await live.of(apiId)) ?? 'unknown' } : request;
}

/** What the event says of the path and the method, before what they may mean. */
function evaluate(
  table: RouteTable,
  { basePaths }: AccessModel,
  request: GatewayRequest,
): PathVerdict | Refusal {
  const { route, arrived = route, sent, stage, pathRefusal } = request;
  const [method = ''] = arrived.split(' ', 1);
  const methods = otherMethods({ method, overrides: sent.overrides }, METHODS);
  if (!methods) return refuse('PATH_REFUSED', unknownMethod(method));
  if (pathRefusal) return pathRefusal;
  const [path = ''] = sent.paths;
  const { texts, segments } = prefixesOf({ stage, basePaths, customDomain: sent.customDomain });
  const taken = sent.others.includes(`/${stage}${path}`) ? `/${stage}` : undefined;
  const prefixes = { texts, segments, taken };
  const forms = new Set(sent.paths);
  for (const other of sent.others) {
    const form = sameFrame(path, other, prefixes);
    if (form === undefined) return refuse('PATH_REFUSED', 'paths_disagree');
    if (form === path) continue;
    // The gateway has tidied doubled slashes and those at the end.
    const tidy = tidied(form);
    if (tidy !== tidied(path)) forms.add(path.includes('//') ? form : tidy);
  }
  return evaluatePath(table, { arrived, paths: [...forms], methods, prefixes });
}

/**
 * What a back end may still read otherwise with `paths: exact`: the decoded path, where the gateway
 * has decoded it, and another method.
 */
const readExactly = (verdict: PathVerdict): PathVerdict => ({
  ...verdict,
  needs: verdict.needs.filter(({ by }) => by.every((one) => one === 'method' || one === 'plain')),
  misses: verdict.misses.filter((by) => by.every((one) => one === 'method')),
});

/**
 * The verdict with the route that is decided on as its own; what the path means beside is a need.
 */
const ofRoute = (verdict: PathVerdict, route: string): PathVerdict =>
  verdict.route === route
    ? verdict
    : {
        ...verdict,
        route,
        needs: [
          ...verdict.needs.filter((need) => need.route !== route),
          { route: verdict.route, by: ['plain'] },
        ],
      };

/** Whether no map can have the request's own method, or the one that a header or a field names. */
const unknownMethod = (method: string): 'unknown_method' | 'method_override' =>
  METHODS.some((known) => known === method) ? 'method_override' : 'unknown_method';
