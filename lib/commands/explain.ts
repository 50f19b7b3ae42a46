/** `explain`: the decision for a caller, and what made it; without a caller, who may call. */
import { Option } from 'commander';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { AccessMap } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { callerAccess, callerAccessLines } from '../verdicts/caller-access.ts';
import { effectOf, shadowNote } from '../verdicts/cells.ts';
import { type DecisionSources, explainDecision, type Question } from '../verdicts/explanation.ts';
import { type Answer, answerLines, isUnmapped } from '../verdicts/explanation-text.ts';
import { type FoundRoute, findRoute } from '../verdicts/find-route.ts';
import { whoCanCall } from '../verdicts/who-can-call.ts';
import { answerJson } from './explain-json.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  listOption,
  type MapOptions,
  mapOption,
  UsageError,
} from './shell/command.ts';
import { type Io, redactTokens, writeLines } from './shell/io.ts';
import { readMap } from './shell/map-file.ts';
import { foundProblem, problemJson } from './shell/problem-json.ts';
import { requireName } from './shell/require-name.ts';
import { writeJson } from './shell/write-json.ts';

export interface ExplainOptions extends MapOptions, JsonOptions {
  /**
   * `METHOD /template`, or a concrete path that one template serves. Default: all, for a caller.
   */
  readonly route?: string;
  readonly group?: readonly string[];
  readonly scope?: readonly string[];
  readonly machine?: string;
  readonly expect?: 'allow' | 'deny';
}

export function runExplain(options: ExplainOptions, io: Io): ExitCode {
  if (options.machine !== undefined && options.group !== undefined) {
    throw new UsageError(
      'expected `--group` or `--machine`, found both: a machine has the groups that the map gives it',
    );
  }
  const { route: given, group: groups, machine: cid, expect } = options;
  if (given === undefined && ((groups === undefined && cid === undefined) || expect !== undefined))
    throw new UsageError('expected `--route <route>`, found no such option: see `--help`');
  const { map, source, problems } = readMap(options.map, io);
  if (!map) {
    if (options.json) writeJson(io, 'explain', { ok: false, problems: problems.map(problemJson) });
    else io.err(redactTokens(problems.map(({ message }) => `${message}\n`).join('')));
    return EXIT.problem;
  }
  refusePatterns(options, map);
  const model = parseModel(map.model);
  const { route } = options;
  if (route === undefined) return runCallerAccess(options, model, io);
  requireRoute(route);
  const answer = answerTo({ ...options, route }, { model, rules: map.rules }, source);
  const unmet = unmetExpectation(answer, options);
  const found = unmet === undefined ? [] : [foundProblem('EXPECTATION_UNMET', unmet)];
  if (options.json)
    writeJson(io, 'explain', {
      ...answerJson(answer),
      ...(found.length > 0 && { problems: found }),
    });
  else writeLines(io, answerLines(answer, io));
  for (const { message } of found) io.err(`${message}\n`);
  return found.length === 0 ? EXIT.good : EXIT.problem;
}

function requireRoute(route: string): void {
  if (/^[A-Z-]+ (?:\/|\$default$)|^\$default$/.test(route)) return;
  throw new UsageError(
    `expected a method and a path such as \`GET /orders/{id}\` for \`--route\`, found ${code(route)}`,
  );
}

function runCallerAccess(
  { group: groups, machine, scope, json }: ExplainOptions,
  model: AccessModel,
  io: Io,
): ExitCode {
  const answer = callerAccess(model, {
    machine,
    ...(groups && { groups }),
    scopes: scope && scopesOf(scope),
  });
  if (json) writeJson(io, 'explain', answer);
  else writeLines(io, callerAccessLines(answer));
  return EXIT.good;
}

const scopesOf = (given: readonly string[]): readonly string[] =>
  given.flatMap((text) => text.split(/\s+/));

/** A name that the map really has is not a pattern. */
function refusePatterns({ group = [], machine }: ExplainOptions, { model }: AccessMap): void {
  const known = new Set(model.groups.flatMap(({ name, was = [] }) => [name, ...was]));
  for (const name of group) if (!known.has(name)) requireName(name, 'group');
  requireName(machine, 'client');
}

function answerTo(
  { route: asked, group, scope, machine }: ExplainOptions & { readonly route: string },
  sources: DecisionSources,
  source: string,
): Answer {
  const { model } = sources;
  const keys = model.routes.map(({ key }) => key);
  const found = findRoute(asked, keys);
  const route = routeOf(found, asked);
  const scopes = scope && scopesOf(scope);
  const question: Question = {
    route,
    groups: group ?? [],
    scopes: scopes ?? [],
    ...(machine === undefined ? {} : { machine }),
  };
  return {
    asked,
    source,
    mapVersion: model.version,
    intersect: model.scopes === 'intersect',
    followsRevocations: model.revocation.length > 0,
    scopesGiven: scope !== undefined,
    nearestRoute: found.kind === 'unknown' ? found.nearest : undefined,
    explanation: explainDecision(sources, question),
    who:
      group === undefined && machine === undefined ? whoCanCall(sources, route, scopes) : undefined,
  };
}

function routeOf(found: FoundRoute, asked: string): string {
  switch (found.kind) {
    case 'route':
    case 'path':
      return found.route;
    case 'several':
      throw new UsageError(
        `expected one route, found ${code(asked)}, which may mean ${found.routes.map(code).join(' and ')}: the authorizer allows callers of all of them, so give the template of each`,
      );
    case 'unknown':
      return asked;
  }
}

/** Why the answer is not what `--expect` says; undefined where it is. */
function unmetExpectation(
  { explanation, asked }: Answer,
  { expect }: ExplainOptions,
): string | undefined {
  if (expect === undefined) return undefined;
  const effect = effectOf(explanation.cell);
  if (expect !== effect) {
    const note = shadowNote(explanation.cell);
    return `expected ${expect}, found ${effect}${note === undefined ? '' : ` (${note})`}`;
  }
  // A misspelt route is refused as well, which must not satisfy `--expect deny`.
  return isUnmapped(explanation)
    ? `expected a route of the map for \`--expect\`, found ${code(asked)}, which it lacks`
    : undefined;
}

export const explain = defineCommand<ExplainOptions>({
  name: 'explain',
  summary: 'say who may call a route, or why a caller may or may not',
  examples: [
    'explain --route "GET /orders"',
    'explain --group orders-readers',
    'explain --route "GET /reports/{year}" --group orders-admins --group contractors',
    'explain --route "GET /orders/42" --machine 0oa1batch --expect allow',
  ],
  declare: (command) =>
    void command
      .addOption(
        new Option(
          '--route <route>',
          'route such as `GET /orders/{id}`, or a path such as `GET /orders/42` (default with `--group` or `--machine`: all routes)',
        ),
      )
      .addOption(listOption('--group <name>', 'group of the calling user; may be repeated'))
      .addOption(listOption('--scope <name>', 'scope that the token asked for; may be repeated'))
      .option('--machine <cid>', 'client id of a calling machine')
      .addOption(
        new Option('--expect <effect>', 'exit 1 unless this is what the gateway does').choices([
          'allow',
          'deny',
        ]),
      )
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: runExplain,
});
