/** `explain` without a route: what a caller may do, over all routes of the map. */
import type { Cell } from '../../lambda/core/decision/cell.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { pluralize, table } from '../access-map/report/layout.ts';
import { code } from '../access-map/report/problems.ts';
import { cellsFor, cellText, effectOf } from './cells.ts';
import { REVOCABLE } from './explanation-text.ts';
import type { Caller } from './principals.ts';

export interface CallerAccess {
  /** Each group of the map that was named, or the machine. */
  readonly caller: readonly string[];
  /** Names that the map does not have. */
  readonly unknown: readonly string[];
  readonly routes: readonly { readonly route: string; readonly cell: Cell }[];
  /** What the cells leave out, a sentence each. */
  readonly notes: readonly string[];
}

export function callerAccess(model: AccessModel, caller: Caller): CallerAccess {
  const { groups = [], machine } = caller;
  const known = machine === undefined ? groupNames(model) : new Set(model.machines.keys());
  const names = machine === undefined ? groups : [machine];
  const cell = cellsFor(model, caller);
  return {
    caller: names,
    unknown: names.filter((name) => !known.has(name)),
    routes: model.routes.map(({ key }) => ({ route: key, cell: cell(key) })),
    notes: [
      ...(model.scopes === 'intersect' && caller.scopes === undefined ? [ALL_SCOPES] : []),
      ...(model.revocation.length > 0 ? [REVOCABLE] : []),
    ],
  };
}

const groupNames = (model: AccessModel): ReadonlySet<string> =>
  new Set([...model.groups].flatMap(([name]) => name));

const ALL_SCOPES =
  'scopes matter (`scopes: intersect`): here every scope counts as asked for, name those of a token with `--scope`';

export function callerAccessLines({
  caller,
  unknown,
  routes,
  notes,
}: CallerAccess): readonly string[] {
  const reached = routes.filter(({ cell }) => effectOf(cell) !== 'deny');
  return [
    `${caller.map(code).join(' and ')}: ${reached.length} of ${pluralize(routes.length, 'route')}`,
    ...table(reached.map(({ route, cell }) => [route, cellText(cell)])),
    ...unknown.map((name) => `the map has no ${code(name)}`),
    ...notes,
  ];
}
