/** Edits that may let refused calls in, from the one that allows least. */
import { membersIn } from '../../../lambda/core/json/json-object.ts';
import { differenceRow, hasBit, intersectRow, type Row } from '../../../lambda/core/model/bits.ts';
import type { AccessModel, Grants } from '../../../lambda/core/model/model.ts';
import type { ListEdit } from '../../access-map/edits.ts';
import type { AccessMap, AccessRule } from '../../access-map/index.ts';
import { parseRoute } from '../../access-map/routes/notation.ts';
import type { RefusedCalls, ShadowSummary } from '../../audit-log/refused-calls.ts';
import type { ProposalContext } from './proposal-context.ts';

type Edits = readonly ListEdit[];

const size = (row: Row): number => row.reduce((sum, word) => sum + bits(word), 0);
const bits = (word: number): number => word.toString(2).replaceAll('0', '').length;

/**
 * What a list of grants gets so that the route is in it: the permission that allows no more, else
 * the route itself.
 */
function grantFor(
  route: string,
  { allow, deny }: Pick<Grants, 'allow' | 'deny'>,
  model: AccessModel,
): string {
  const index = model.routeIndex.get(route);
  if (index === undefined) return route;
  const exact = model.permissions.find(
    ({ routes }) =>
      hasBit(routes, index) &&
      size(differenceRow(differenceRow(routes, allow), deny)) === 1 &&
      size(intersectRow(routes, deny)) === 0,
  );
  return exact?.name ?? route;
}

/** A group or a machine of their own that gets the route. */
export function allowEdits(
  rows: readonly RefusedCalls[],
  shadowSummary: ShadowSummary,
  { model }: ProposalContext,
): readonly Edits[] {
  const [row] = rows;
  if (row === undefined) return [];
  const own = rows.find(
    ({ kind, machine, groups }) =>
      kind === 'machine' && machine !== undefined && groups.length === 0,
  );
  const machines =
    own?.machine === undefined || own.reason === 'groups_not_of_block'
      ? []
      : [machineEdit(own.machine, row.route, model)];
  return [
    ...groupsFor(rows, shadowSummary, model).map((group) => [groupEdit(group, row.route, model)]),
    ...machines,
  ];
}

function groupEdit(group: string, route: string, model: AccessModel): ListEdit {
  const grants = model.groups.get(group);
  return {
    path: ['groups', group, 'allow'],
    add: [grants ? grantFor(route, grants, model) : route],
  };
}

function machineEdit(cid: string, route: string, model: AccessModel): Edits {
  const own = model.machines.get(cid)?.own;
  return [{ path: ['machines', cid, 'allow'], add: [own ? grantFor(route, own, model) : route] }];
}

/**
 * Groups of the refused callers that do not deny the route: from the one that the fewest others
 * have, then the one of most calls.
 */
function groupsFor(
  rows: readonly RefusedCalls[],
  { seenWith, refusedWith }: ShadowSummary,
  model: AccessModel,
): readonly string[] {
  const route = rows[0]?.route ?? '';
  const index = model.routeIndex.get(route);
  const callsOf = (group: string): number =>
    rows.reduce((sum, { groups, calls }) => sum + (groups.includes(group) ? calls : 0), 0);
  const othersOf = (group: string): number => seenWith(group) - refusedWith(route, group);
  return [...new Set(rows.flatMap(({ groups }) => groups))]
    .filter((group) => {
      const grants = model.groups.get(group);
      return grants !== undefined && (index === undefined || !hasBit(grants.deny, index));
    })
    .map((group) => ({ group, others: othersOf(group), calls: callsOf(group) }))
    .toSorted((a, b) => a.others - b.others || b.calls - a.calls)
    .map(({ group }) => group);
}

/**
 * Removes the denies that refuse, or narrows them to their other routes. Where nothing allows the
 * route then, a group gets it.
 */
export function denyEdits(
  row: RefusedCalls,
  context: ProposalContext,
  shadowSummary: ShadowSummary,
): readonly Edits[] {
  const { map, model } = context;
  const index = model.routeIndex.get(row.route);
  if (index === undefined) return [];
  const edits = deniesOf(row, map, index).map((deny) => narrowing(deny, map, model, index));
  // A change before this one has taken the deny away, and nothing allows the route yet.
  if (edits.length === 0) return allowEdits([row], shadowSummary, context);
  const allowed = [
    ...row.groups.flatMap((name) => model.groups.get(name) ?? []),
    ...ownGrants(row, model),
  ].some(({ allow }) => hasBit(allow, index));
  if (allowed) return [edits];
  return allowsAfterDeny(row, shadowSummary, model).map((edit) => [...edits, ...edit]);
}

/** An entry of a `deny` list. */
interface Deny {
  readonly subject: AccessRule['subject'];
  /** A permission, or a pattern of routes. */
  readonly item: string;
}

const itemOf = ({ permission, pattern }: AccessRule): string => permission ?? pattern;

/** The entries that deny the route to the caller. */
function deniesOf(row: RefusedCalls, { rules }: AccessMap, index: number): readonly Deny[] {
  const isOwn = ({ kind, name }: AccessRule['subject']): boolean =>
    (kind === 'group' && row.groups.includes(name)) || (kind === 'machine' && name === row.machine);
  const denies = rules.filter(
    ({ effect, subject, routes }) => effect === 'deny' && isOwn(subject) && hasBit(routes, index),
  );
  const byPlace = new Map(
    denies.map((rule) => [rule.place.path, { subject: rule.subject, item: itemOf(rule) }]),
  );
  return [...byPlace.values()];
}

/** Replaces a deny by what it denies beside the route. */
function narrowing(
  { subject, item }: Deny,
  { rules }: AccessMap,
  { routes }: AccessModel,
  index: number,
): ListEdit {
  const same = rules.filter(
    (rule) =>
      rule.effect === 'deny' &&
      rule.subject.kind === subject.kind &&
      rule.subject.name === subject.name &&
      itemOf(rule) === item,
  );
  const rest = routes.filter(
    (_, at) => at !== index && same.some((rule) => hasBit(rule.routes, at)),
  );
  return {
    path: [subject.kind === 'group' ? 'groups' : 'machines', subject.name, 'deny'],
    remove: [item],
    add: rest.map(({ key }) => key),
  };
}

function allowsAfterDeny(
  row: RefusedCalls,
  shadowSummary: ShadowSummary,
  model: AccessModel,
): readonly Edits[] {
  if (row.groups.length > 0) return groupsOfDenied(row, shadowSummary, model);
  return row.machine === undefined ? [] : [machineEdit(row.machine, row.route, model)];
}

const ownGrants = ({ machine }: RefusedCalls, model: AccessModel): readonly Grants[] => {
  const own = machine === undefined ? undefined : model.machines.get(machine)?.own;
  return own ? [own] : [];
};

/** The denying group loses its deny, so that each group of the caller may get the route. */
function groupsOfDenied(
  row: RefusedCalls,
  { seenWith }: ShadowSummary,
  model: AccessModel,
): readonly Edits[] {
  return [...row.groups]
    .filter((name) => model.groups.has(name))
    .toSorted((a, b) => seenWith(a) - seenWith(b))
    .map((group) => [{ path: ['groups', group, 'allow'], add: [row.route] }]);
}

/** The inventory gets the route, and a group of the callers may call it. */
export function routeEdits(
  rows: readonly RefusedCalls[],
  shadowSummary: ShadowSummary,
  { model, document }: ProposalContext,
): readonly Edits[] {
  const route = rows[0]?.route ?? '';
  if (!Array.isArray(membersIn(document.data)['routes']) || parseRoute(route) === undefined)
    return [];
  const inventory: ListEdit = { path: ['routes'], add: [route] };
  return groupsFor(rows, shadowSummary, model).map((group) => [
    inventory,
    { path: ['groups', group, 'allow'], add: [route] },
  ]);
}
