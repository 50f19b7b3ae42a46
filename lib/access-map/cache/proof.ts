/**
 * Proves that a caller's policy gives the same answers as the decision, for every caller of the
 * map. It compares pairs of routes whose request patterns overlap. `canDiffer` handles unions of
 * groups, so nothing is exponential.
 *
 * Take an allowed route `a` and a refused route `d` of one caller. Where their patterns overlap, an
 * Allow of `a` matches `d` too, so `d` needs a Deny. Where the pattern of `d` contains a plain
 * request of `a`, that Deny refuses it too, and no policy is correct.
 */

import { compareTexts } from '../report/text-order.ts';
import { type CacheRoute, canDiffer, type RouteClass } from './classes.ts';
import { plainRouter } from './plain-route.ts';
import { type Atom, meet, plainRequestsWithin } from './request-segments.ts';

/** Some caller may call `open` and not `closed`, and one request string can belong to either. */
export interface Conflict {
  readonly open: string;
  readonly closed: string;
}

export interface Proof {
  readonly conflicts: readonly Conflict[];
  /** By class: its routes that an Allow of another class matches, and those classes. */
  readonly reached: readonly {
    readonly routes: ReadonlySet<CacheRoute>;
    readonly by: ReadonlySet<number>;
  }[];
}

interface Member {
  readonly route: CacheRoute;
  readonly at: number;
}

/** @param all every route of the model, public ones included. */
export function prove(classes: readonly RouteClass[], all: readonly CacheRoute[]): Proof {
  const conflicts: Conflict[] = [];
  const reached = classes.map(() => ({ routes: new Set<CacheRoute>(), by: new Set<number>() }));
  const differ = memoised(classes);
  const members = classes.flatMap(({ routes }, at) =>
    routes.map((route): Member => ({ route, at })),
  );
  for (const method of new Set(all.map((route) => route.method))) {
    const routesOfPlain = plainRouter(all.filter((route) => route.method === method));
    for (const [one, other] of meetingPairs(
      members.filter(({ route }) => route.method === method),
    )) {
      for (const [allowed, notAllowed] of [
        [one, other],
        [other, one],
      ] as const) {
        if (!differ(allowed.at, notAllowed.at)) continue;
        reached[notAllowed.at]?.routes.add(notAllowed.route);
        reached[notAllowed.at]?.by.add(allowed.at);
        if (blocksPlainRequest(notAllowed.route, allowed.route, routesOfPlain))
          conflicts.push({ open: allowed.route.key, closed: notAllowed.route.key });
      }
    }
  }
  return { conflicts, reached };
}

function blocksPlainRequest(
  notAllowed: CacheRoute,
  allowed: CacheRoute,
  routesOfPlain: ReturnType<typeof plainRouter<CacheRoute>>,
): boolean {
  for (const segments of plainRequestsWithin(allowed.template, notAllowed.pattern))
    if (routesOfPlain(segments).includes(allowed)) return true;
  return false;
}

/**
 * Pairs of routes of different classes whose patterns overlap. Sorted by literal prefix, so that
 * unrelated routes are never compared.
 */
function meetingPairs(members: readonly Member[]): readonly (readonly [Member, Member])[] {
  const sorted = members
    .map((member) => ({ ...member, start: startOf(member.route.pattern) }))
    .toSorted((a, b) => compareTexts(a.start, b.start));
  const pairs: (readonly [Member, Member])[] = [];
  sorted.forEach((one, index) => {
    for (let next = index + 1; next < sorted.length; next++) {
      const other = sorted[next];
      // Sorted by prefix: no later one starts with this one's literals either.
      if (!other?.start.startsWith(one.start)) break;
      if (one.at !== other.at && meet(one.route.pattern, other.route.pattern))
        pairs.push([one, other]);
    }
  });
  return pairs;
}

/**
 * The literals before the first parameter: two patterns can overlap only if one's literals begin
 * with the other's.
 */
function startOf(atoms: readonly Atom[]): string {
  let start = '/';
  for (const atom of atoms) {
    if (atom.kind !== 'literal') return start;
    start += `${atom.text}/`;
  }
  return start;
}

function memoised(
  classes: readonly RouteClass[],
): (allowed: number, notAllowed: number) => boolean {
  const known = new Map<number, boolean>();
  return (allowed, notAllowed) => {
    const key = allowed * classes.length + notAllowed;
    const [one, other] = [classes[allowed], classes[notAllowed]];
    const result =
      known.get(key) ?? (one !== undefined && other !== undefined && canDiffer(one, other));
    known.set(key, result);
    return result;
  };
}
