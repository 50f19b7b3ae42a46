/** `coverage`: lists the routes of the live API and the authorizer of each. */
import { GatewayError } from '../../lambda/gateway/live-api.ts';
import {
  type ClassifiedRoute,
  classifyRoutes,
  type RouteState,
  unprotected,
} from '../../lambda/gateway/route-state.ts';
import type { AccessMap } from '../access-map/index.ts';
import {
  findLiveApi,
  httpApiOption,
  type LiveAws,
  type LiveOptions,
  liveAws,
  restApiOption,
  stageOption,
} from './live/open-api.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
} from './shell/command.ts';
import { type Io, paint, pluralize, table, writeJson, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';

export interface CoverageOptions extends MapOptions, JsonOptions, LiveOptions {}

export async function runCoverage(
  options: CoverageOptions,
  io: Io,
  aws: LiveAws = liveAws,
): Promise<ExitCode> {
  const map = requireMap(options.map, io);
  const ref = await findLiveApi(options, map, aws);
  try {
    const api = await aws.read(ref);
    const routes = classifyRoutes(api, expectationOf(map));
    const live = new Set(api.routes.map(({ key }) => key));
    const missing = map.gatewayRoutes.map(({ key }) => key).filter((key) => !live.has(key));
    const unprotectedRoutes = unprotected(routes);
    const ok = unprotectedRoutes.length === 0 && missing.length === 0;
    const api_ = { kind: api.kind, id: api.id, name: api.name };
    if (options.json) writeJson(io, { ok, api: api_, routes: routes.map(routeJson), missing });
    else
      writeLines(io, [
        `${api.kind === 'http' ? 'HTTP' : 'REST'} API ${api.id} (${api.name})`,
        ...routeLines(routes, io),
        ...summary(unprotectedRoutes, missing, io),
      ]);
    return ok ? EXIT.good : EXIT.problem;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`${error.message}\n`);
    return EXIT.problem;
  }
}

const expectationOf = ({ gatewayRoutes, permissionsEndpoint }: AccessMap) => ({
  guarded: new Set([
    ...gatewayRoutes.filter((route) => !route.public).map(({ key }) => key),
    ...(permissionsEndpoint === undefined ? [] : [permissionsEndpoint.route]),
  ]),
  public: new Set(gatewayRoutes.filter((route) => route.public).map(({ key }) => key)),
});

const routeJson = ({ route: { key }, state }: ClassifiedRoute): unknown => ({
  route: key,
  state: state.kind,
  detail: describe(state),
});

function describe(state: RouteState): string {
  switch (state.kind) {
    case 'ours':
      return 'our authorizer';
    case 'public':
      return 'public by the map';
    case 'preflight':
      return 'preflight, answered by the gateway';
    case 'unprotected':
      return state.mapped ? 'no authorizer' : 'no authorizer, and not in the map';
    case 'foreign':
      return `another authorizer: ${state.authorizer}`;
    case 'stale':
      return `stage ${state.stage} serves an older deployment without authorizer`;
  }
}

function routeLines(routes: readonly ClassifiedRoute[], io: Io): readonly string[] {
  const lines = table(routes.map(({ route, state }) => [route.key, describe(state)]));
  return lines.map((line, at) => {
    const kind = routes[at]?.state.kind;
    if (kind === 'unprotected' || kind === 'stale') return paint(io, 'red', line);
    return kind === 'foreign' ? paint(io, 'yellow', line) : line;
  });
}

function summary(
  unprotectedRoutes: readonly ClassifiedRoute[],
  missing: readonly string[],
  io: Io,
): readonly string[] {
  return [
    unprotectedRoutes.length === 0
      ? paint(io, 'green', 'no route is unprotected')
      : paint(
          io,
          'red',
          `${pluralize(unprotectedRoutes.length, 'route')} can be called without the authorizer: deploy again, or list what is meant to be public under \`public\``,
        ),
    ...(missing.length === 0 ? [] : [`not on the API: ${missing.join(', ')}`]),
  ];
}

export const coverage = defineCommand<CoverageOptions>({
  name: 'coverage',
  summary: 'list the routes of the live API and the authorizer of each',
  examples: ['coverage', 'coverage --rest-api a1b2c3d4e5 --stage prod --json'],
  declare: (command) =>
    void command
      .addOption(mapOption())
      .addOption(httpApiOption())
      .addOption(restApiOption())
      .addOption(stageOption())
      .addOption(jsonOption()),
  run: (options, io) => runCoverage(options, io),
});
