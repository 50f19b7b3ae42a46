/**
 * The caller's permissions in the browser: a convenience for what is shown; the gateway decides
 * each call by itself.
 */
import { allowanceOf } from './allowance.ts';
import type { Answer } from './answer.ts';
import type { AskerOptions } from './asker.ts';
import type { Permissions } from './caller-permissions.ts';
import { keepFresh } from './freshness.ts';
import { matchRoute } from './match-route.ts';
import type { Route } from './names.ts';
import { otherReadings } from './path-readings.ts';
import { createStore } from './permissions-state.ts';
import { createQuestions } from './questions.ts';
import { nextQuota, type QuotaState } from './quota.ts';
import { refusals } from './refusal.ts';
import { type RouteIndex, routeIndex } from './route-index.ts';

export interface PermissionsOptions extends AskerOptions {
  /**
   * Seconds between two requests while somebody listens. Default: what the endpoint says, else 300;
   * 0: only `refresh` asks.
   */
  readonly refreshSeconds?: number;
  /** Milliseconds since 1970. Default: the real time. */
  readonly now?: () => number;
}

export function createPermissions(options: PermissionsOptions): Permissions {
  const { refreshSeconds, now = Date.now } = options;
  const seconds = (): number => now() / 1_000;
  const store = createStore(() => schedule());
  const questions = createQuestions(options, store, seconds);
  const { schedule, subscribe } = keepFresh(store, questions, refreshSeconds, seconds);
  const { state, has } = store;
  const quota = (route?: Route): QuotaState | undefined =>
    nextQuota(state().answer?.quotas ?? [], seconds(), route);

  return {
    can: has,
    check: (what) => allowanceOf(store, seconds(), what),
    canPath(method, path) {
      const { answer } = state();
      if (!answer) return false;
      const near = indexOf(answer)(method, path);
      const route = matchRoute(near, method, path);
      if (route === undefined || !has(route)) return false;
      // The authorizer refuses a reading that another quota pays for; which one does is not known.
      return otherReadings(near, route, path).every((one) => has(one) && !answer.quotas[0]);
    },
    shadow: (route) => state().answer?.shadow?.find((one) => one.route === route),
    quota,
    refusal: refusals({ can: has, quota, state, questions, now }),
    refresh: questions.refresh,
    askedWith: questions.askedWith,
    state,
    subscribe,
  };
}

const indexes = new WeakMap<Answer, RouteIndex>();

/** Made once for each answer, at the first path that is asked for. */
function indexOf(answer: Answer): RouteIndex {
  const index = indexes.get(answer) ?? routeIndex([...answer.routes, ...(answer.closed ?? [])]);
  indexes.set(answer, index);
  return index;
}
