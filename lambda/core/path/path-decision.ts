/**
 * Whether a path, or a method, that a back end may read as another route is refused: it is unless
 * the caller may call that route too.
 */
import { type Refusal, refuse } from '../contract/codes.ts';
import type { RecordedReading } from '../contract/decision-record.ts';
import { decide } from '../decision/decide.ts';
import type { Entitlements } from '../decision/entitlements.ts';
import { shadowMode } from '../decision/shadow-mode.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel } from '../model/model.ts';
import { billFor, keyOf, type Payment } from '../quota/bill.ts';
import type { PathVerdict } from './evaluate-path.ts';
import type { ReadingClass } from './readings.ts';
import { isCatchAll } from './route-tree.ts';

export interface PathRefusal {
  readonly refusal: Refusal;
  /** Whether it holds where the arriving route is in shadow mode. */
  readonly holdsInShadow: boolean;
  /**
   * Whether the path is refused whatever its caller may call; otherwise a route that the caller may
   * not call is a reading of it.
   */
  readonly forAll: boolean;
  /** How a back end may read the path; absent where the event itself is refused. */
  readonly reading?: RecordedReading;
}

/** The caller writes the path, so it may have many readings. */
export const MAX_RECORDED_ROUTES = 8;

export interface PathRefusals {
  /**
   * Set when the list of unmapped routes could not be read. The path may mean one of these routes.
   */
  readonly unevaluated: PathRefusal;
  /** A refusal for every caller. */
  readonly always: (refusal: Refusal) => PathRefusal;
  /** @param caller absent: no valid token, which opens `public` routes alone. */
  readonly read: (
    verdict: PathVerdict,
    arrived: string,
    caller: Entitlements | undefined,
  ) => PathRefusal | undefined;
}

export function pathRefusals(model: AccessModel): PathRefusals {
  const shadow = shadowMode(model);
  const always = (refusal: Refusal): PathRefusal => ({
    refusal,
    holdsInShadow: shadow.refusesAmbiguousPaths,
    forAll: true,
  });
  const read: PathRefusals['read'] = (verdict, arrived, caller) => {
    // Readings of a route that the map does not have lead to no route of the map.
    const isKnown = model.routeIndex.has(verdict.route);
    const refusal = refusalForAll(isKnown ? verdict : { ...verdict, misses: [] }, arrived);
    if (refusal) return { ...always(refusal), reading: { by: forAllBy(verdict), routes: [] } };
    const inShadow = (route: string): boolean => shadow.modeOf(route) === 'shadow';
    // In shadow mode a quota refuses nobody, so that it opens nothing that costs a unit elsewhere.
    const free = inShadow(verdict.route);
    const closed = verdict.needs.filter(
      ({ route }) => !mayCall(model, route, { own: verdict.route, free }, caller),
    );
    const enforced = closed.find(({ route }) => !inShadow(route));
    // A route in shadow mode is open to whoever has a token; what the rules say of it is recorded
    // on routes that are in shadow mode themselves.
    const found = enforced ?? (inShadow(verdict.route) ? closed[0] : undefined);
    if (!found) return undefined;
    const reason =
      found.by.includes('method') && arrived.startsWith('POST ')
        ? 'method_override'
        : 'closed_route';
    return {
      refusal: refuse('PATH_REFUSED', reason),
      holdsInShadow: enforced !== undefined,
      forAll: false,
      reading: {
        ...(arrived !== verdict.route && { on: arrived }),
        by: found.by,
        routes: closed.slice(0, MAX_RECORDED_ROUTES).map(({ route }) => route),
      },
    };
  };
  // The routes are not known, so the mode of routes that the map does not have applies.
  const unevaluated: PathRefusal = {
    refusal: refuse('PATH_REFUSED', 'live_routes_unknown'),
    holdsInShadow: model.shadow?.whole !== true,
    forAll: false,
  };
  return { always, read, unevaluated };
}

const forAllBy = ({ odd, misses }: PathVerdict): readonly ReadingClass[] => {
  const [stray = []] = misses;
  return odd.length > 0 ? odd : stray;
};

/** What no reading makes harmless. */
function refusalForAll(
  { unbounded, odd, misses }: PathVerdict,
  arrived: string,
): Refusal | undefined {
  if (unbounded) return refuse('PATH_REFUSED', 'too_many_readings');
  if (odd.length === 0 && misses.length > 0 && misses.every((by) => by.includes('method')))
    return refuse('PATH_REFUSED', 'method_override');
  if (odd.length === 0 && misses.length === 0) return undefined;
  return refuse('PATH_REFUSED', isCatchAll(arrived) ? 'ambiguous_path' : 'ambiguous_parameter');
}

/**
 * Whether the caller may call the other route now, and pays the same for it as for its own: what
 * costs it a unit of another quota is not open to it by this path.
 */
function mayCall(
  model: AccessModel,
  route: string,
  { own, free }: { readonly own: string; readonly free: boolean },
  caller: Entitlements | undefined,
): boolean {
  const index = model.routeIndex.get(route);
  if (index !== undefined && hasBit(model.public, index)) return true;
  if (!caller || decide(model, caller, route).effect === 'deny') return false;
  const bill = billOf(model, caller, route);
  return bill === (free ? '' : billOf(model, caller, own));
}

/** The counters that a call of the route may be charged to; one text, to be compared. */
function billOf(model: AccessModel, caller: Entitlements, route: string): string {
  const decision = decide(model, caller, route);
  const index = model.routeIndex.get(route);
  if (index === undefined || decision.effect === 'deny') return '';
  const free = decision.reason === 'public' || decision.reason === 'signed_in';
  if (free) return '';
  const { strict, shared } = billFor(model, caller, route);
  const counters = (payments: readonly Payment[]): readonly unknown[] =>
    payments.map((payment) => [
      keyOf(payment),
      payment.quota.windows
        .filter(({ routes }) => routes === undefined || hasBit(routes, index))
        .map(({ id }) => id),
    ]);
  if (strict.length === 0 && shared === 'free') return '';
  return JSON.stringify([counters(strict), shared === 'free' ? [] : counters(shared)]);
}
