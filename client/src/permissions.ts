/**
 * The caller's permissions in the browser: a convenience for what is shown; the gateway decides
 * each call by itself.
 */
import { keepFresh } from './freshness.ts';
import { matchRoute } from './match-route.ts';
import type { Method, Permission, Route } from './names.ts';
import { createQuestions, type QuestionOptions } from './questions.ts';
import { nextQuota, type QuotaState } from './quota.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { createStore, type PermissionsState } from './state.ts';

export interface PermissionsOptions extends QuestionOptions {
  /** Seconds between two requests while somebody listens. Default 300; 0: only `refresh` asks. */
  readonly refreshSeconds?: number;
  /** Milliseconds since 1970. Default: the real time. */
  readonly now?: () => number;
}

export interface Permissions {
  /** Whether the caller may call a route, or has a permission: no, as long as that is not known. */
  can(what: Route | Permission): boolean;
  /** The same for a path, matched as the gateway does: `canPath('DELETE', '/orders/42')`. */
  canPath(method: Method, path: string): boolean;
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

export function createPermissions(options: PermissionsOptions): Permissions {
  const { refreshSeconds = 300, now = Date.now } = options;
  const seconds = (): number => now() / 1_000;
  const store = createStore(() => schedule());
  const questions = createQuestions(options, store, seconds);
  const { schedule, subscribe } = keepFresh(store, questions, refreshSeconds, seconds);
  const { state, has } = store;

  const permissions: Permissions = {
    can: has,
    canPath(method, path) {
      const { routes = [], closed = [] } = state().answer ?? {};
      const route = matchRoute([...routes, ...closed], method, path);
      return route !== undefined && has(route);
    },
    quota: (route) => nextQuota(state().answer?.quotas ?? [], seconds(), route),
    refusal: (response, route) => refusalOf(permissions, now, response, route),
    refresh: questions.refresh,
    state,
    subscribe,
  };
  return permissions;
}
