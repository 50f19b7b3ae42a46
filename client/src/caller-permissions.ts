/** What the browser knows of its caller's permissions. */
import type { Allowance, Wanted } from './allowance.ts';
import type { ShadowRoute } from './answer.ts';
import type { Method, ParamsOf, Permission, Route } from './names.ts';
import type { PermissionsState } from './permissions-state.ts';
import type { QuotaState } from './quota.ts';
import type { Refusal } from './refused.ts';

export interface Permissions {
  /**
   * Whether the caller may call a route, or has a permission: no, as long as that is not known.
   * @param params values of the route's path parameters; rules bind no values yet, so that they are
   * checked by the compiler alone.
   */
  can<Name extends Route | Permission>(what: Name, params?: ParamsOf<Name>): boolean;
  /** The same with the reason, also of any or all of several: `{ any: ['GET /a', 'b:read'] }`. */
  check(what: Wanted): Allowance;
  /** The same for a path, matched as the gateway does: `canPath('DELETE', '/orders/42')`. */
  canPath(method: Method, path: string): boolean;
  /**
   * What the rules of the map say of a route in shadow mode, which lets the caller pass all the
   * same; undefined where the rules are enforced, or nothing is known.
   */
  shadow(route: Route): ShadowRoute | undefined;
  /**
   * The state of the quota that the next call (of `route`) is charged to; undefined when there is
   * none, or nothing is known.
   */
  quota(route?: Route): QuotaState | undefined;
  /**
   * Why the gateway refused; undefined for any other answer. Reads a copy of the response. A bare
   * 403 names no reason, so that the permissions are asked for again and tell: give `route`, or a
   * forbidden call looks like one over a spent quota.
   */
  refusal(response: Response, route?: Route): Promise<Refusal | undefined>;
  /**
   * Whether what is known was asked for with this access token, null: with none.
   * @param orSameCaller another token of the same caller will do.
   */
  askedWith(token: unknown, orSameCaller?: boolean): boolean;
  /**
   * Asks again, e.g. when the token has changed; ends a request under way. A newer request
   * supersedes it: both resolve with the newer state. Never rejects: the state tells.
   */
  refresh(): Promise<PermissionsState>;
  /** The same object until something changes. */
  state(): PermissionsState;
  /**
   * Asks at the first listener, then every `refreshSeconds`, up to 10 s after a quota's window has
   * ended, when the token ends, and when the page comes back to the front or to the network; a page
   * that nobody sees asks nothing. @returns ends it
   */
  subscribe(listener: () => void): () => void;
}
