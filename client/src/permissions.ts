/**
 * The caller's permissions in the browser: a convenience for what is shown; the gateway decides
 * each call by itself.
 */
import type { Permissions } from './caller-permissions.ts';
import { keepFresh } from './freshness.ts';
import { matchRoute } from './match-route.ts';
import { otherReadings } from './path-readings.ts';
import { createQuestions, type QuestionOptions } from './questions.ts';
import { nextQuota } from './quota.ts';
import { refusalOf } from './refusal.ts';
import { createStore } from './state.ts';

export interface PermissionsOptions extends QuestionOptions {
  /** Seconds between two requests while somebody listens. Default 300; 0: only `refresh` asks. */
  readonly refreshSeconds?: number;
  /** Milliseconds since 1970. Default: the real time. */
  readonly now?: () => number;
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
      const all = [...routes, ...closed];
      const route = matchRoute(all, method, path);
      return route !== undefined && has(route) && otherReadings(all, route, path).every(has);
    },
    shadow: (route) => state().answer?.shadow?.find((one) => one.route === route),
    quota: (route) => nextQuota(state().answer?.quotas ?? [], seconds(), route),
    refusal: (response, route) => refusalOf(permissions, now, response, route),
    refresh: questions.refresh,
    state,
    subscribe,
  };
  return permissions;
}
