/**
 * Differences of names: groups and their former names, machines and their groups, permissions and
 * their routes.
 */
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import { ADDED_WIDENS, type Change, changedSet, NEVER_WIDENS, paired } from './change.ts';
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
  // A scope is handed out to who may call all of its routes: fewer routes, more callers. With
  // `intersect` it also opens its routes.
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
 * Each pair of groups that a caller may not hold together, on each route that both maps have. A
 * conflict that goes lets its callers in.
 */
export function diffConflicts(from: AccessModel, to: AccessModel): readonly Change[] {
  const known = (key: string): boolean => from.routeIndex.has(key) && to.routeIndex.has(key);
  const lines = (model: AccessModel): readonly string[] =>
    model.conflicts.flatMap(({ groups, routes }) =>
      routesIn(model, routes)
        .filter(known)
        .flatMap((key) => pairsOf(groups.toSorted()).map((pair) => `${pair} on ${key}`)),
    );
  const [was, is] = [lines(from), lines(to)].map((all) => [...new Set(all)]);
  return changedSet({ kind: 'conflict', subject: 'conflicts' }, was ?? [], is ?? [], {
    added: false,
    removed: true,
  });
}

const pairsOf = (names: readonly string[]): readonly string[] =>
  names.flatMap((one, at) => names.slice(at + 1).map((other) => `${one} with ${other}`));
