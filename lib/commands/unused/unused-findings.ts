/** What of a map could be taken away, each with its place. */
import {
  differenceRow,
  hasBit,
  intersectRow,
  isEmptyRow,
  type Row,
} from '../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import {
  type AccessMap,
  type AccessRule,
  describePlace,
  mapPointer,
} from '../../access-map/index.ts';
import type { AtLimit } from '../../audit-log/limits.ts';
import type { RuleUsage } from '../../audit-log/unused-rules.ts';
import type { ReadMap } from '../shell/map-file.ts';

export interface UnusedFinding {
  readonly kind: 'grant' | 'group' | 'permission' | 'machine' | 'route';
  /** The group or machine of a grant, or `everyone`; else the name of what nobody used. */
  readonly name: string;
  /** The pattern or permission of a grant, as written. */
  readonly grant?: string;
  /** `access.yaml:52:12: at groups.readers.allow[0]` */
  readonly at: string;
}

/** A route that several groups may call and one did. */
export interface OneGroup {
  readonly route: string;
  readonly group: string;
  /** The others that may call it. */
  readonly others: readonly string[];
  /** Place of the route in `routes`. */
  readonly at: string;
}

export interface QuotaAtLimit extends AtLimit {
  /** Place of the quota in the map; absent for a quota that the map no longer has. */
  readonly at?: string;
}

export interface Unused {
  readonly findings: readonly UnusedFinding[];
  readonly oneGroup: readonly OneGroup[];
  readonly atLimit: readonly QuotaAtLimit[];
  /** Routes whose calls nothing in the data would show. */
  readonly notSeenRoutes: readonly string[];
}

type PlaceOf = ReadMap['placeOf'];

/**
 * @param publicSeen whether calls of public routes would be in the data; the access log alone has
 * them.
 */
export function unusedOf(
  map: AccessMap,
  use: RuleUsage,
  publicSeen: boolean,
  placeOf: PlaceOf,
): Unused {
  const model = parseModel(map.model);
  const place = (pointer: string): string => describePlace(placeOf(pointer, 'key'));
  const gone = goneSubjects(model, use);
  const routes = unusedRoutes(model, use, publicSeen);
  const routePlaces = placesOfRoutes(map, placeOf);
  const goneAt = (kind: 'group' | 'machine', names: readonly string[]): readonly UnusedFinding[] =>
    names.map((name) => ({ kind, name, at: place(mapPointer(`${kind}s` as const, name)) }));
  return {
    findings: [
      ...goneAt('group', gone.groups),
      ...unusedGrants(map, model, use).filter(
        ({ name }) => !gone.groups.includes(name) && !gone.machines.includes(name),
      ),
      ...unusedPermissions(map, use, place),
      ...goneAt('machine', gone.machines),
      ...routes.gone.map((name) => ({ kind: 'route', name, at: routePlaces(name) }) as const),
    ],
    oneGroup: oneGroupRoutes(model, use).map((one) => ({ ...one, at: routePlaces(one.gateway) })),
    atLimit: use.atLimit.map((one) =>
      model.quotas.has(one.quota) ? { ...one, at: place(mapPointer('quotas', one.quota)) } : one,
    ),
    notSeenRoutes: routes.unseen,
  };
}

/** Groups that no caller had, and machines that never called; hashed machines cannot be matched. */
function goneSubjects(
  model: AccessModel,
  { groupsSeen, machinesSeen, hashedMachines }: RuleUsage,
): { readonly groups: readonly string[]; readonly machines: readonly string[] } {
  const groups = [...new Set([...model.groups.values()].map(({ name }) => name))];
  const machines = hashedMachines ? [] : [...model.machines.keys()];
  return {
    groups: groups.filter((name) => !groupsSeen.has(name)),
    machines: machines.filter((cid) => !machinesSeen.has(cid)),
  };
}

/** `public` and `signedIn` routes are granted to nobody. */
const isGranted = (
  subject: AccessRule['subject'],
): subject is AccessRule['subject'] & { readonly kind: 'group' | 'machine' | 'everyone' } =>
  subject.kind !== 'public' && subject.kind !== 'signedIn';

/** Whether a subject used a rule; a rule of a route that somebody unknown called counts as used. */
function isUsed({ subject, routes }: AccessRule, use: RuleUsage): boolean {
  if (!isGranted(subject)) return true;
  if (subject.kind === 'machine' && use.hashedMachines) return true;
  return (
    !isEmptyRow(intersectRow(routes, use.usedRoutes(subject.kind, subject.name))) ||
    !isEmptyRow(intersectRow(routes, use.unexplained))
  );
}

/** Items of `allow`, of which a permission gives a rule for each of its patterns. */
function unusedGrants(
  map: AccessMap,
  model: AccessModel,
  use: RuleUsage,
): readonly UnusedFinding[] {
  const allows = map.rules.filter(
    ({ effect, subject }) => effect === 'allow' && isGranted(subject),
  );
  const items = new Map<string, readonly AccessRule[]>();
  for (const rule of allows) {
    const key = `${rule.subject.kind} ${rule.place.source} ${rule.place.path}`;
    items.set(key, [...(items.get(key) ?? []), rule]);
  }
  const needingGroup = (routes: Row): Row =>
    differenceRow(differenceRow(routes, model.public), model.signedIn);
  return [...items.values()].flatMap((rules): readonly UnusedFinding[] => {
    const [rule] = rules;
    if (rule === undefined || rules.some((one) => isUsed(one, use))) return [];
    // A grant of public and `signedIn` routes alone has no effect, which `check` says.
    if (rules.every(({ routes }) => isEmptyRow(needingGroup(routes)))) return [];
    return [
      {
        kind: 'grant',
        name: rule.subject.name,
        grant: rule.permission ?? rule.pattern,
        at: describePlace(rule.place),
      },
    ];
  });
}

function unusedPermissions(
  map: AccessMap,
  use: RuleUsage,
  place: (pointer: string) => string,
): readonly UnusedFinding[] {
  const granted = map.rules.filter(
    ({ permission, effect }) => permission !== undefined && effect === 'allow',
  );
  const used = new Set(
    granted.filter((rule) => isUsed(rule, use)).map(({ permission }) => permission),
  );
  const names = [...new Set(granted.map(({ permission }) => permission ?? ''))];
  return names
    .filter((name) => !used.has(name))
    .map((name) => ({
      kind: 'permission',
      name,
      at: place(mapPointer('permissions', name)),
    }));
}

function unusedRoutes(
  { routes, public: publicRow }: AccessModel,
  { called }: RuleUsage,
  publicSeen: boolean,
): { readonly gone: readonly string[]; readonly unseen: readonly string[] } {
  // A gateway route `ANY /x` is not called when none of its methods is.
  const keys = new Map<string, { called: boolean; seen: boolean }>();
  routes.forEach(({ key, gateway = key }, index) => {
    const before = keys.get(gateway) ?? { called: false, seen: false };
    keys.set(gateway, {
      called: before.called || hasBit(called, index),
      seen: before.seen || publicSeen || !hasBit(publicRow, index),
    });
  });
  const not = [...keys].filter(([, state]) => !state.called);
  return {
    gone: not.filter(([, { seen }]) => seen).map(([key]) => key),
    unseen: not.filter(([, { seen }]) => !seen).map(([key]) => key),
  };
}

function oneGroupRoutes(
  model: AccessModel,
  use: RuleUsage,
): readonly (Omit<OneGroup, 'at'> & { readonly gateway: string })[] {
  const groups = [
    ...new Map([...model.groups.values()].map((grants) => [grants.name, grants])).values(),
  ];
  return model.routes.flatMap(({ key, gateway = key }, index) => {
    if (
      hasBit(model.public, index) ||
      hasBit(model.signedIn, index) ||
      hasBit(use.unexplained, index)
    )
      return [];
    const may = groups
      .filter(({ allow, deny }) => hasBit(allow, index) && !hasBit(deny, index))
      .map(({ name }) => name);
    const did = may.filter((name) => hasBit(use.usedRoutes('group', name), index));
    const [group] = did;
    return did.length === 1 && may.length > 1 && group !== undefined
      ? [{ route: key, gateway, group, others: may.filter((name) => name !== group) }]
      : [];
  });
}

/** Place of a route in `routes`; for a route of an OpenAPI file, the place that names the file. */
function placesOfRoutes(
  { gatewayRoutes, permissionsEndpoint }: AccessMap,
  placeOf: PlaceOf,
): (key: string) => string {
  const listed = new Map(gatewayRoutes.map(({ key }, index) => [key, index]));
  return (key) => {
    if (key === permissionsEndpoint?.route)
      return describePlace(placeOf(mapPointer('permissionsEndpoint'), 'key'));
    const index = listed.get(key);
    const pointer = index === undefined ? mapPointer('routes') : mapPointer('routes', index);
    return describePlace(placeOf(pointer));
  };
}
