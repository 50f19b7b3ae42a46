/** Who pays for a call: which counters it may be charged to, and in which order. */
import { grantsOn } from '../decision/decide.ts';
import type { Entitlements } from '../decision/entitlements.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel, Grants, Quota } from '../model/model.ts';
import type { Principal } from '../token/principal.ts';
import { idInBlock } from './caller-name.ts';

/** One counter that a call may be charged to. */
export interface Payment {
  readonly quota: Quota;
  /**
   * `user:`uid, `client:`cid or `group:`name; where the map lists several okta blocks,
   * `user:`block`/`uid and `client:`block`/`cid.
   */
  readonly payer: string;
}

/** Who pays for a call. */
export interface Bill {
  /** Each of them is charged, from the most generous on. */
  readonly strict: readonly Payment[];
  /**
   * The first with room is charged, from the most generous on; `free` when a group without a quota
   * allows the route, or nothing but strict quotas does.
   */
  readonly shared: 'free' | readonly Payment[];
}

/**
 * Who pays for a call of an allowed route. Only grants that allow the route pay, and a member of
 * several groups may use each of their quotas in turn, but pays each strict one. What every user
 * holds has a strict quota alone, whichever grant allows the route.
 */
export function billFor(model: AccessModel, entitlements: Entitlements, route: string): Bill {
  const index = model.routeIndex.get(route) ?? 0;
  const strict = new Map<string, Payment>();
  const shared = new Map<string, Payment>();
  let free = false;
  for (const grant of grantsPaying(model, entitlements, route)) {
    const { quota, kind } = grant;
    const counts = quota?.windows.some((window) => countsFor(window.routes, index));
    const isStrict = quota?.strict === true || kind === 'everyone';
    if (!quota || !counts) free ||= !isStrict;
    else {
      const payment = { quota, payer: payerOf(quota, entitlements.principal, grant) };
      (isStrict ? strict : shared).set(keyOf(payment), payment);
    }
  }
  return {
    strict: [...strict.values()].sort(byRank),
    shared: free || shared.size === 0 ? 'free' : [...shared.values()].sort(byRank),
  };
}

/** The grants that allow the route, and what every user holds where any of them does. */
function grantsPaying(
  model: AccessModel,
  entitlements: Entitlements,
  route: string,
): readonly Grants[] {
  const grants = grantsOn(model, entitlements, route, 'allow');
  const everyone = entitlements.grants.find(({ kind }) => kind === 'everyone');
  if (!everyone || grants.length === 0 || grants.includes(everyone)) return grants;
  return [...grants, everyone];
}

/** From the most generous on. */
export const byRank = (a: Payment, b: Payment): number =>
  a.quota.rank - b.quota.rank || (a.payer < b.payer ? -1 : 1);

/** All that a bill may charge, in the order in which it is tried. */
export const paymentsIn = ({ strict, shared }: Bill): readonly Payment[] =>
  shared === 'free' ? strict : [...strict, ...shared];

export const countsFor = (routes: Quota['windows'][number]['routes'], index: number): boolean =>
  routes === undefined || hasBit(routes, index);

/** Key of a payment's counters in the store (Charge.key). */
export const keyOf = ({ quota, payer }: Payment): string =>
  `${quota.name}#${escapeSurrogates(payer)}`;

/**
 * UTF-8 has no form for half a surrogate pair, so two names that differ in such a half alone would
 * share one key in a store. They are escaped, and the escape character with them.
 */
const escapeSurrogates = (name: string): string =>
  name.replace(
    /[\\\ud800-\udfff]/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function payerOf(quota: Quota, principal: Principal, grant: Grants): string {
  // A machine has no user; one with rules of its own has no group either, so its client pays.
  if (quota.by === 'group' && grant.kind === 'group') return `group:${grant.name}`;
  return quota.by === 'user' && principal.kind === 'user'
    ? `user:${idInBlock(principal.uid, principal)}`
    : `client:${idInBlock(principal.cid, principal)}`;
}
