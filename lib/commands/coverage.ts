/** `coverage`: what guards each route of the live API, and how to fix what is wrong. */
import { unacceptedOf } from '../../lambda/gateway/api-rules.ts';
import { publicConfusable } from '../../lambda/gateway/confusable-routes.ts';
import { GatewayError, type LiveApi } from '../../lambda/gateway/live-api.ts';
import { liveApiProblems } from '../../lambda/gateway/live-api-problems.ts';
import { classifyRoutes } from '../../lambda/gateway/route-state.ts';
import {
  type ClassifiedRoute,
  describeState,
  isDrift,
  ROUTE_FIXES,
  ROUTE_STATES,
} from '../../lambda/gateway/route-states.ts';
import type { AccessMap } from '../access-map/index.ts';
import { coverageJson, isFailing } from './coverage-json.ts';
import { neighbourProblems } from './coverage-neighbours.ts';
import { askAws } from './live/ask-aws.ts';
import { type Deployed, findDeployed } from './live/deployed-authorizer.ts';
import { type Expectation, expectationOf } from './live/expectation.ts';
import { findLiveApi } from './live/find-live-api.ts';
import { requireFunctionArn, stackOption } from './live/lambda-code.ts';
import {
  httpApiOption,
  type LiveAws,
  type LiveOptions,
  liveAws,
  restApiOption,
  stageOption,
} from './live/live-aws.ts';
import {
  CommandError,
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
} from './shell/command.ts';
import { type Io, paint, pluralize, table, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { writeJson } from './shell/write-json.ts';

export interface CoverageOptions extends MapOptions, JsonOptions, LiveOptions {
  /** Stack of the authorizer. */
  readonly stack?: string;
  /** ARN of the authorizer's function. */
  readonly function?: string;
  readonly strict?: boolean;
}

export async function runCoverage(
  options: CoverageOptions,
  io: Io,
  aws: LiveAws = liveAws,
): Promise<ExitCode> {
  const map = requireMap(options.map, io);
  requireFunctionArn(options.function);
  try {
    const found = await readLive(options, map, aws);
    const routes = classifyRoutes(found.api, found.expected);
    const problems = problemsOf(map, routes, found);
    const failing = routes.filter(isFailing);
    const ok = problems.length === 0 && failing.length === 0;
    if (options.json)
      writeJson(io, 'coverage', coverageJson({ routes, problems, failing }, found.api));
    else {
      const said = problems.map((problem) => paint(io, 'red', problem));
      writeLines(io, [...linesOf(routes, found, io), ...said, ...summary(routes, ok, io)]);
    }
    return ok ? EXIT.good : EXIT.problem;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new CommandError('API_UNREADABLE', error.message, { prefix: '', cause: error });
  }
}

/** Findings about the API as a whole that nothing accepts. */
function problemsOf(
  map: AccessMap,
  routes: readonly ClassifiedRoute[],
  { api: live, expected }: ReadApi,
): readonly string[] {
  const guarded = routes.flatMap(({ key, state }) => (state.kind === 'ours' ? [key] : []));
  const mapped = new Set(map.gatewayRoutes.map(({ key }) => key));
  const isMapped = (key: string): boolean => mapped.has(key);
  const found = liveApiProblems(live, {
    guarded,
    isMapped,
    mapHasCors: map.api.cors !== undefined,
    // An API that has ours had room for it; without ours the gateway's own error tells.
    otherAuthorizers: 0,
  });
  return [
    ...unacceptedOf(found, expected.findings).map(({ says }) => says),
    ...publicConfusable(live, { guarded, isMapped }),
    ...neighbourProblems(map, live, { routes, expected }),
  ];
}

interface ReadApi {
  readonly api: LiveApi;
  readonly expected: Expectation;
  readonly deployed: Deployed | undefined;
}

async function readLive(options: CoverageOptions, map: AccessMap, aws: LiveAws): Promise<ReadApi> {
  return askAws('what the API is', async () => {
    const deployed = await findDeployed(map, options.stack, aws);
    const ref = await findLiveApi(options, map, aws, deployed);
    const { function: named, strict } = options;
    const given = { ref, deployed, ...(named && { function: named }), ...(strict && { strict }) };
    const [api, expected] = [await aws.read(ref), await expectationOf(map, given, aws)];
    return { api, expected, deployed };
  });
}

function linesOf(
  routes: readonly ClassifiedRoute[],
  { api, expected, deployed }: ReadApi,
  io: Io,
): readonly string[] {
  const ours =
    expected.authorizer.invokes ??
    'not known, so that no Lambda authorizer counts as ours: give `--stack` or `--function`';
  const rows = table(routes.map(({ key, state }) => [key, describeState(state)]));
  return [
    `${api.kind === 'http' ? 'HTTP' : 'REST'} API ${api.id} (${api.name})`,
    `our authorizer: ${ours}${deployed === undefined ? '' : ` (stack ${deployed.stack})`}`,
    ...rows.map((line, at) => {
      const style = styleOf(routes[at]);
      return style === undefined ? line : paint(io, style, line);
    }),
  ];
}

function styleOf(route: ClassifiedRoute | undefined): 'red' | 'yellow' | undefined {
  const verdict = route && ROUTE_STATES[route.state.kind].verdict;
  if (verdict === 'drift') return 'red';
  return verdict === 'accepted' ? 'yellow' : undefined;
}

/** How many routes are in each state, and what fixes them. */
function summary(routes: readonly ClassifiedRoute[], ok: boolean, io: Io): readonly string[] {
  const drift = routes.filter(({ state }) => isDrift(state));
  if (drift.length === 0) return ok ? [paint(io, 'green', 'no route is unprotected')] : [];
  const texts = drift.map(({ state: { kind, fix } }) =>
    fix === undefined ? kind : `${kind}: ${ROUTE_FIXES[fix]}`,
  );
  return [...new Set(texts)].map((text) => {
    const count = texts.filter((other) => other === text).length;
    return paint(io, 'red', `${pluralize(count, 'route')} ${text}`);
  });
}

export const coverage = defineCommand<CoverageOptions>({
  name: 'coverage',
  summary: 'list the routes of the live API and the authorizer of each',
  examples: [
    'coverage',
    'coverage --rest-api a1b2c3d4e5 --stage prod --json',
    'coverage --http-api a1b2c3d4e5 --function "$ARN"',
  ],
  declare: (command) =>
    void command
      .addOption(mapOption())
      .addOption(httpApiOption())
      .addOption(restApiOption())
      .addOption(stageOption())
      .addOption(stackOption())
      .option('--function <arn>', 'ARN of the function that our authorizer invokes')
      .option('--strict', 'count routes that the map does not have, whatever authorizer they have')
      .addOption(jsonOption()),
  run: (options, io) => runCoverage(options, io),
});
