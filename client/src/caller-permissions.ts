/** What the browser knows of its caller's permissions. */
import type { ShadowRoute } from './answer.ts';
import type { Method, Permission, Route } from './names.ts';
import type { QuotaState } from './quota.ts';
import type { Refusal } from './refused.ts';
import type { PermissionsState } from './state.ts';

export interface Permissions {
  /** Whether the caller may call a route, or has a permission: no, as long as that is not known. */
  can(what: Route | Permission): boolean;
  /** The same for a path, matched as the gateway does: `canPath('DELETE', '/orders/42')`. */
  canPath(method: Method, path: string): boolean;
  /**
   * What the rules of the map say of a route in shadow mode, which lets the caller pass all the
   * same; undefined where the rules are enforced, or nothing is known.
   */
  shadow(route: Route): ShadowRoute | undefined;
  /**
   * Where the quota stands that the next call (of `route`) is charged to; undefined when none is,
   * or nothing is known.
   */
  quota(route?: Route): QuotaState | undefined;
  /**
   * Why the gateway refused; undefined for any other answer. Reads a copy of the response. A bare
   * 403 names no reason, so that the permissions are asked for again and tell: give `route`, or a
   * forbidden call looks like one over a spent quota.
   */
  refusal(response: Response, route?: Route): Promise<Refusal | undefined>;
  /**
   * Asks again, e.g. when the token has changed. A newer request supersedes it: both resolve with
   * the newer state. Never rejects: the state tells.
   */
  refresh(): Promise<PermissionsState>;
  /** The same object until something changes. */
  state(): PermissionsState;
  /**
   * Asks at the first listener, then every `refreshSeconds`, when a quota's window or the token
   * ends, and when the page comes back to the front or to the network. @returns ends it
   */
  subscribe(listener: () => void): () => void;
}
