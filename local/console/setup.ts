/** What the console's page is told about the run, and the answers of its what-if panel. */
import type { Cell } from '../../lambda/core/decision/cell.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessMap } from '../../lib/access-map/index.ts';
import { cellsFor, effectOf } from '../../lib/verdicts/cells.ts';
import { explainDecision } from '../../lib/verdicts/explanation.ts';
import { answerLines } from '../../lib/verdicts/explanation-text.ts';
import { sentenceFor } from '../../lib/verdicts/sentence.ts';
import type { LocalUser } from '../users.ts';

export interface ConsoleSetup {
  readonly name: string;
  readonly source: string;
  readonly mapVersion: string;
  /**
   * Of the map as this run decides by it, with its own issuer; records and answers name this one.
   */
  readonly servedVersion: string;
  readonly gateway: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Space-separated, for the authorization request. */
  readonly scope: string;
  /** Undefined: the map has no permissions endpoint, so that nothing can be hidden. */
  readonly permissionsPath: string | undefined;
  readonly routes: readonly string[];
  readonly groups: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
  /** What every user may call, where the map says so. */
  readonly everyone: readonly Cell[] | undefined;
  /** Known only of the local issuer. */
  readonly users: readonly LocalUser[];
}

export interface ConsoleParts {
  readonly map: AccessMap;
  readonly servedVersion: string;
  readonly gateway: string;
  readonly issuer: string;
  readonly users: readonly LocalUser[];
}

export function consoleSetup({
  map,
  servedVersion,
  gateway,
  issuer,
  users,
}: ConsoleParts): ConsoleSetup {
  const model = parseModel(map.model);
  const clients = map.model.okta[0]?.clients ?? 'any';
  const routes = map.model.routes.map(({ key }) => key);
  const scopes = model.scopes === 'intersect' ? model.permissions.map(({ name }) => name) : [];
  return {
    name: map.name,
    source: map.source,
    mapVersion: map.version,
    servedVersion,
    gateway,
    issuer,
    clientId: clients === 'any' ? '0oa1web' : (clients[0] ?? '0oa1web'),
    scope: ['openid', ...scopes].join(' '),
    permissionsPath: map.permissionsEndpoint?.path,
    routes,
    groups: map.model.groups.map(({ name }) => ({
      name,
      cells: routes.map(cellsFor(model, { groups: [name] })),
    })),
    everyone: model.everyone && routes.map(cellsFor(model, {})),
    users,
  };
}

export interface WhatIf {
  /** What the gateway does. */
  readonly effect: 'allow' | 'deny' | 'unknown';
  readonly cell: Cell;
  readonly code: string | undefined;
  readonly sentence: string;
  /** The whole explanation as the command `explain` prints it. */
  readonly lines: readonly string[];
}

/** The decision for a user of these groups, with the rules that made it. */
export function whatIf(map: AccessMap, route: string, groups: readonly string[]): WhatIf {
  const model = parseModel(map.model);
  const scopes = model.permissions.map(({ name }) => name);
  const explanation = explainDecision({ model, rules: map.rules }, { route, groups, scopes });
  const { decision, cell } = explanation;
  const lines = answerLines(
    {
      asked: route,
      source: map.source,
      mapVersion: map.version,
      intersect: model.scopes === 'intersect',
      scopesGiven: true,
      nearestRoute: undefined,
      explanation,
      who: undefined,
    },
    { color: false },
  );
  return {
    effect: effectOf(cell),
    cell,
    code: decision.effect === 'deny' ? decision.code : undefined,
    sentence: sentenceFor(explanation),
    lines,
  };
}
