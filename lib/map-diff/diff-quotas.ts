/** Differences of quotas: what each limits, and who is charged to which. */
import type { AccessModel, Grants, Quota, QuotaWindow } from '../../lambda/core/model/model.ts';
import { firstAndCount } from '../access-map/report/layout.ts';
import { FREE, type Payers, payersOfMachine } from '../verdicts/payers.ts';
import { type Change, changed, changedSet, NEVER_WIDENS, paired } from './change.ts';
import { routesIn } from './routes-in.ts';

type Models = readonly [from: AccessModel, to: AccessModel];

export function diffQuotas(from: AccessModel, to: AccessModel): readonly Change[] {
  return [
    ...changedSet(
      { kind: 'quota', subject: 'quotas' },
      [...from.quotas.keys()],
      [...to.quotas.keys()],
      NEVER_WIDENS,
    ),
    ...paired([...from.quotas.values()], [...to.quotas.values()], ({ name }) => name).flatMap(
      ({ name, from: was, to: is }) =>
        was && is ? diffQuota(`quotas.${name}`, was, is, [from, to]) : [],
    ),
    ...paired(ofGroups(from), ofGroups(to), ({ name }) => name).flatMap(
      ({ name, from: was, to: is }) =>
        was && is ? diffPayer(`groups.${name}.quota`, was, is) : [],
    ),
    ...changed(
      { kind: 'quota', subject: 'everyone.quota' },
      from.everyone?.quota?.name,
      to.everyone?.quota?.name,
      from.everyone?.quota !== undefined,
    ),
    ...paired([...from.machines], [...to.machines], ([cid]) => cid).flatMap(
      ({ name, from: was, to: is }) => {
        if (!was || !is) return [];
        const same = was[1].groups.toSorted().join('\n') === is[1].groups.toSorted().join('\n');
        return same
          ? diffPayer(`machines.${name}.quota`, was[1].own, is[1].own)
          : diffPayers(name, [from, to]);
      },
    ),
  ];
}

const ofGroups = ({ groups }: AccessModel): readonly Grants[] => [...new Set(groups.values())];

/**
 * Without a quota the group's calls are free. Of two quotas, neither is smaller in all windows and
 * for all payers.
 */
const diffPayer = (subject: string, was: Grants, is: Grants): readonly Change[] =>
  changed({ kind: 'quota', subject }, was.quota?.name, is.quota?.name, was.quota !== undefined);

function diffQuota(subject: string, was: Quota, is: Quota, models: Models): readonly Change[] {
  const what = (key: string) => ({ kind: 'quota', subject: `${subject}.${key}` }) as const;
  return [
    ...changed(what('by'), was.by, is.by, true),
    // Leases refuse early; an exact count lets a payer use all of its limit.
    ...changed(what('accuracy'), was.accuracy, is.accuracy, is.accuracy === 'exact'),
    ...changed(
      what('onStoreFailure'),
      was.onStoreFailure,
      is.onStoreFailure,
      is.onStoreFailure === 'allow',
    ),
    // Strict quotas are charged beside the others, those that are not in each other's place.
    ...changed(what('strict'), strictOf(was), strictOf(is), was.strict === true),
    ...changed(what('onExceeded'), was.onExceeded, is.onExceeded, is.onExceeded === 'pass'),
    ...pairedWindows(was, is, models).flatMap((pair) => diffWindow(subject, pair, models)),
  ];
}

const strictOf = ({ strict }: Quota): string => String(strict ?? false);

interface Window extends QuotaWindow {
  /** Keys of the routes whose calls count; undefined: all. */
  readonly keys: readonly string[] | undefined;
}

interface WindowPair {
  readonly from: Window | undefined;
  readonly to: Window | undefined;
}

/**
 * Matches the same counter, else the same period over the same routes (a counter's id depends on
 * how its patterns are written).
 */
function pairedWindows(was: Quota, is: Quota, [from, to]: Models): readonly WindowPair[] {
  const windows = (quota: Quota, model: AccessModel): readonly Window[] =>
    quota.windows.map((window) => ({
      ...window,
      keys: window.routes && routesIn(model, window.routes).toSorted(),
    }));
  const [before, after] = [windows(was, from), windows(is, to)];
  const left = new Set(after);
  const take = (like: (window: Window) => boolean): Window | undefined => {
    const found = [...left].find(like);
    if (found) left.delete(found);
    return found;
  };
  const same = before.map((window) => ({ from: window, to: take(({ id }) => id === window.id) }));
  const pairs = same.map(({ from: window, to: found }) => ({
    from: window,
    to: found ?? take((other) => countsAlike(window, other)),
  }));
  return [...pairs, ...[...left].map((window) => ({ from: undefined, to: window }))];
}

const countsAlike = (a: Window, b: Window): boolean =>
  a.per === b.per && a.keys?.join('\n') === b.keys?.join('\n');

function diffWindow(
  subject: string,
  { from, to }: WindowPair,
  [before, after]: Models,
): readonly Change[] {
  const name = nameOf(to ?? from);
  const what = (key: string) => ({ kind: 'quota', subject: `${subject}.${key} ${name}` }) as const;
  const known = (keys: readonly string[] = []) =>
    keys.filter((key) => before.routeIndex.has(key) && after.routeIndex.has(key));
  return [
    ...changed(
      what('limit'),
      limitOf(from),
      limitOf(to),
      (to?.limit ?? Infinity) > (from?.limit ?? Infinity),
    ),
    // A removed route is no longer counted. A new counter starts at zero.
    ...(from && to
      ? changedSet(what('routes'), known(from.keys), known(to.keys), {
          added: false,
          removed: true,
        })
      : []),
    ...(from && to ? changed(what('counter'), from.id, to.id, true) : []),
  ];
}

const limitOf = (window: Window | undefined): string | undefined => window && String(window.limit);

/** `per minute on GET /a, GET /b, GET /c and 4 more`. */
function nameOf(window: Window | undefined): string {
  const { per = '', keys } = window ?? {};
  if (keys === undefined) return `per ${per}`;
  return `per ${per} on ${firstAndCount(keys, 3)}`;
}

/**
 * A machine that changes groups, or gets rules of its own: the quotas that pay for what it may call
 * before and after.
 */
function diffPayers(cid: string, [from, to]: Models): readonly Change[] {
  const changes = new Map<string, Change>();
  const [before, after] = [payersOfMachine(from, cid), payersOfMachine(to, cid)];
  for (const { key } of from.routes) {
    const [was, is] = [before(key), after(key)];
    if (!was || !is) continue;
    const widened =
      was.strict.some((quota) => !is.strict.includes(quota)) ||
      (!was.shared.includes(FREE) && is.shared.some((quota) => !was.shared.includes(quota)));
    const [change] = changed(
      { kind: 'quota', subject: `machines.${cid}.quota` },
      textOf(was),
      textOf(is),
      widened,
    );
    if (change) changes.set(`${change.from} > ${change.to}`, change);
  }
  return [...changes.values()];
}

function textOf({ strict, shared }: Payers): string {
  const each = strict.map((quota) => `${quota} (strict)`);
  return (each.length > 0 && shared.includes(FREE) ? each : [...each, ...shared]).join(', ');
}
