/**
 * Differences of names: groups and their former names, machines and their groups, permissions and
 * their routes.
 */
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import { ADDED_WIDENS, type Change, changedSet, NEVER_WIDENS, paired } from './change.ts';
import { placesOf } from './diff-cells.ts';
import { routesIn } from './routes-in.ts';

export function diffSubjects(from: ModelFile, to: ModelFile): readonly Change[] {
  const names = ({ groups }: ModelFile): readonly string[] => groups.map(({ name }) => name);
  const cids = ({ machines }: ModelFile): readonly string[] => machines.map(({ cid }) => cid);
  return [
    ...changedSet({ kind: 'group', subject: 'groups' }, names(from), names(to), NEVER_WIDENS),
    // Tokens that carry the former name count as the group.
    ...paired(from.groups, to.groups, ({ name }) => name).flatMap(({ name, from: was, to: is }) =>
      changedSet(
        { kind: 'group', subject: `groups.${name}.was` },
        was?.was ?? [],
        is?.was ?? [],
        ADDED_WIDENS,
      ),
    ),
    // A machine's client is accepted without a user, whatever its rules allow.
    ...changedSet({ kind: 'machine', subject: 'machines' }, cids(from), cids(to), ADDED_WIDENS),
    ...paired(from.machines, to.machines, ({ cid }) => cid).flatMap(
      ({ name, from: was, to: is }) =>
        was && is
          ? changedSet(
              { kind: 'machine', subject: `machines.${name}.groups` },
              was.groups,
              is.groups,
              NEVER_WIDENS,
            )
          : [],
    ),
  ];
}

export function diffPermissions(from: AccessModel, to: AccessModel): readonly Change[] {
  const names = ({ permissions }: AccessModel): readonly string[] =>
    permissions.map(({ name }) => name);
  // A scope is given to callers that may call all of its routes: fewer routes, more callers. With
  // `intersect` it also allows its routes.
  const widened = { added: to.scopes === 'intersect', removed: true };
  return [
    ...changedSet(
      { kind: 'permission', subject: 'permissions' },
      names(from),
      names(to),
      ADDED_WIDENS,
    ),
    ...paired(from.permissions, to.permissions, ({ name }) => name).flatMap(
      ({ name, from: was, to: is }) =>
        was && is
          ? changedSet(
              { kind: 'permission', subject: `permissions.${name}` },
              routesIn(from, was.routes),
              routesIn(to, is.routes),
              widened,
            )
          : [],
    ),
  ];
}

/**
 * Each pair of names that a caller may not hold together, on each route that both maps serve, under
 * its name or another one. A conflict that goes lets its callers in.
 */
export function diffConflicts(from: AccessModel, to: AccessModel): readonly Change[] {
  const places = placesOf(from, to);
  const [before, after] = [pairsOn(from), pairsOn(to)];
  const lines = (pairs: PairsOn, end: 'from' | 'to'): readonly string[] => [
    ...new Set(
      places.flatMap(({ key, ...at }) =>
        at.from.length === 0 || at.to.length === 0
          ? []
          : pairs(at[end]).map((pair) => `${pair} on ${key}`),
      ),
    ),
  ];
  const what = { kind: 'conflict', subject: 'conflicts' } as const;
  return changedSet(what, lines(before, 'from'), lines(after, 'to'), {
    added: false,
    removed: true,
  });
}

/** Pairs of names that conflict on any of the routes, by their indexes. */
type PairsOn = (routes: readonly number[]) => readonly string[];

function pairsOn(model: AccessModel): PairsOn {
  const conflicts = model.conflicts.map(({ groups, routes }) => ({
    routes,
    pairs: pairsOf(namesOf(model, groups), model),
  }));
  return (asked) =>
    conflicts.flatMap(({ routes, pairs }) =>
      asked.some((route) => hasBit(routes, route)) ? pairs : [],
    );
}

/** Former names count as the group. */
const namesOf = (model: AccessModel, groups: readonly string[]): readonly string[] =>
  [...model.groups].flatMap(([name, group]) => (groups.includes(group.name) ? [name] : []));

/** Two names of one group are no pair. */
const pairsOf = (names: readonly string[], { groups }: AccessModel): readonly string[] =>
  names.toSorted().flatMap((one, at, sorted) =>
    sorted
      .slice(at + 1)
      .filter((other) => groups.get(other) !== groups.get(one))
      .map((other) => `${one} with ${other}`),
  );
