/** What the console's page knows about the run, and the answers of its what-if panel. */
import { type Cell, GATEWAY_STATES, type RuleState } from '../../lambda/core/decision/cell.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessMap, CheckedMap } from '../../lib/access-map/index.ts';
import { type Matrix, matrixOf } from '../../lib/verdicts/access-matrix.ts';
import { CELL_LABELS, labelOfCell } from '../../lib/verdicts/cell-labels.ts';
import { effectOf, shadowNote } from '../../lib/verdicts/cells.ts';
import { type DecisionSources, explainDecision } from '../../lib/verdicts/explanation.ts';
import { answerLines } from '../../lib/verdicts/explanation-text.ts';
import { sentenceFor } from '../../lib/verdicts/sentence.ts';
import { clientApp } from '../client-app.ts';
import { type RefusalPlaces, refusalPlaces } from '../refusal-places.ts';
import type { LocalUser } from '../users.ts';
import { cellKey } from './app/cell-key.ts';
import type { LocalOrgAddress } from './org-change.ts';
import type { CellLabel, ConsoleSetup, MatrixSubject, WhatIf } from './wire.ts';

export interface ConsoleParts {
  readonly facts: MapFacts;
  readonly servedVersion: string;
  readonly gateway: string;
  readonly issuer: IssuerEndpoints;
  readonly users: readonly LocalUser[];
  /** Absent where no local Okta org runs beside the gateway. */
  readonly org?: LocalOrgAddress | undefined;
}

/** The endpoints at which a browser signs in. */
export interface IssuerEndpoints {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

/** Everything about a map that the page's answers need; made once for each map. */
export interface MapFacts {
  readonly map: AccessMap;
  readonly sources: DecisionSources;
  readonly matrix: Pick<ConsoleSetup, 'routes' | 'cells' | 'subjects'>;
  /** The entry that a refusal is about where no rule made it. */
  readonly entryOf: RefusalPlaces;
}

/** @param read knows the places of its entries. Default: none is known. */
export function mapFacts(map: AccessMap, read?: CheckedMap): MapFacts {
  return {
    map,
    entryOf: read ? refusalPlaces(read) : () => undefined,
    sources: { model: parseModel(map.model), rules: map.rules },
    matrix: packedMatrix(matrixOf(map)),
  };
}

/** Cells are few different ones: 12,000 of them are sent as indexes into a short list. */
function packedMatrix({ routes, subjects }: Matrix): MapFacts['matrix'] {
  const cells: Cell[] = [];
  const places = new Map<string, number>();
  const placeOf = (cell: Cell): number => {
    const key = cellKey(cell);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, cells.push(cell) - 1);
    return cells.length - 1;
  };
  const packed = subjects.map(
    ({ kind, name }, at): MatrixSubject => ({
      kind,
      name,
      cells: routes.flatMap((route) => {
        const cell = route.cells[at];
        return cell === undefined ? [] : [placeOf(cell)];
      }),
    }),
  );
  return { routes: routes.map(({ key }) => key), cells, subjects: packed };
}

const RULES = Object.keys(CELL_LABELS) as readonly RuleState[];

const allCellLabels = (): Readonly<Record<string, CellLabel>> =>
  Object.fromEntries(
    (['enforce', 'shadow'] as const).flatMap((mode) =>
      RULES.flatMap((rule) =>
        GATEWAY_STATES.map((gateway) => {
          const cell = { rule, mode, gateway };
          const shadow = shadowNote(cell) !== undefined;
          return [
            cellKey(cell),
            { sign: CELL_LABELS[rule].sign, label: labelOfCell(cell), shadow },
          ] as const;
        }),
      ),
    ),
  );

export function consoleSetup(
  run: string,
  { facts: { map, matrix }, servedVersion, gateway, issuer, users, org }: ConsoleParts,
): ConsoleSetup {
  const { clientId, scopes } = clientApp(map);
  return {
    run,
    name: map.name,
    source: map.source,
    mapVersion: map.version,
    servedVersion,
    gateway,
    ...issuer,
    clientId,
    scope: scopes.join(' '),
    ...(map.permissionsEndpoint && { permissionsPath: map.permissionsEndpoint.path }),
    ...matrix,
    cellLabels: allCellLabels(),
    users,
    ...(org && { org: { followed: map.revocations.length > 0 } }),
  };
}

/** The decision for a user of these groups, with the rules that made it. */
export function whatIf(
  { map, sources }: MapFacts,
  route: string,
  groups: readonly string[],
): WhatIf {
  const { model } = sources;
  const scopes = model.permissions.map(({ name }) => name);
  const explanation = explainDecision(sources, { route, groups, scopes });
  const { decision, cell } = explanation;
  const lines = answerLines(
    {
      asked: route,
      source: map.source,
      mapVersion: map.version,
      intersect: model.scopes === 'intersect',
      scopesGiven: true,
      followsRevocations: model.revocation.length > 0,
      nearestRoute: undefined,
      explanation,
      who: undefined,
    },
    { color: false },
  );
  return {
    effect: effectOf(cell),
    cell,
    ...(decision.effect === 'deny' && { code: decision.code }),
    sentence: sentenceFor(explanation),
    lines,
  };
}
