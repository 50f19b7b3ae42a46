/**
 * The caller's permissions in the browser: a convenience for what is shown; the gateway decides
 * each call by itself.
 */
import { type Answer, readAnswer } from './answer.ts';
import { matchRoute } from './match-route.ts';
import type { Method, Permission, Route } from './names.ts';
import { onVisible } from './page.ts';
import { nextQuota, type QuotaState } from './quota.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export interface PermissionsOptions {
  /** The permissions endpoint: `https://api.example.com/permissions`. */
  readonly url: string;
  /**
   * The access token to ask with, or nothing for nobody. Asked for before each request, so that
   * renewal is the token's owner's.
   */
  readonly getToken: () => string | null | undefined | Promise<string | null | undefined>;
  /** Seconds between two questions while somebody listens. Default 300; 0: only `refresh` asks. */
  readonly refreshSeconds?: number;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. Default: the real time. */
  readonly now?: () => number;
}

export type Status = 'loading' | 'ready' | 'error' | 'signed-out';

export interface PermissionsState {
  /**
   * `error`: nothing is known, or the endpoint refuses the caller (403). A refresh of known
   * permissions that fails otherwise leaves them `ready` and sets `error`, until the token ends
   * that they are known of.
   */
  readonly status: Status;
  /** Undefined unless `ready`. */
  readonly answer?: Answer | undefined;
  readonly error?: unknown;
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
   * Asks again, e.g. when the token has changed; asked again meanwhile, it waits for the later
   * answer. Never rejects: the state tells.
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

const LOADING: PermissionsState = { status: 'loading' };
const FIRST_RETRY_SECONDS = 5;
/** A page that comes back to the front asks again if its answer is older. */
const STALE_SECONDS = 15;
/** The longest that a timer can wait; beyond that it would not wait at all. */
const MAX_TIMER_SECONDS = 2_147_483;

export function createPermissions(options: PermissionsOptions): Permissions {
  const { url, getToken, refreshSeconds = 300, now = Date.now } = options;
  const listeners = new Set<() => void>();
  let state = LOADING;
  let names: ReadonlySet<string> = new Set();
  let caller: Caller | undefined;
  let asked = 0;
  /** Epoch seconds of the last question. */
  let askedAt = 0;
  /** Epoch seconds of the question that was last answered. */
  let knownAt = 0;
  let failures = 0;
  let latest: Promise<PermissionsState>;
  let endWatch: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const setState = (next: PermissionsState): void => {
    const same =
      next.status === state.status && next.answer === state.answer && next.error === state.error;
    if (!same) {
      state = next;
      names = new Set([...(next.answer?.routes ?? []), ...(next.answer?.permissions ?? [])]);
    }
    schedule();
    if (!same) for (const listener of listeners) listener();
  };

  const schedule = (): void => {
    clearTimeout(timer);
    if (refreshSeconds > 0 && listeners.size > 0)
      timer = setTimeout(refresh, 1_000 * Math.min(MAX_TIMER_SECONDS, Math.max(0, dueIn())));
  };

  /**
   * Seconds until the usual time, the end of a window that has been drawn on or of the token, or
   * after a failure the next attempt.
   */
  const dueIn = (): number => {
    const second = now() / 1_000;
    const retry = failures > 0 ? FIRST_RETRY_SECONDS * 2 ** (failures - 1) : refreshSeconds;
    const usual = askedAt + Math.min(refreshSeconds, retry) - second;
    if (failures > 0) return usual;
    const windows = (state.answer?.quotas ?? []).flatMap((quota) => quota.windows);
    const ends = windows.flatMap(({ remaining, limit, resetsAt }) =>
      (remaining ?? limit) < limit ? [resetsAt + 0.5] : [],
    );
    // After the token's end its owner has another one, or nobody is signed in any more.
    if (caller?.exp !== undefined) ends.push(caller.exp + 1);
    // What was past when it was asked for is so by a clock that is wrong, and would be past the
    // next time as well.
    return Math.min(usual, ...ends.filter((end) => end > askedAt + 1).map((end) => end - second));
  };

  const ask = async (token: string): Promise<PermissionsState> => {
    const response = await (options.fetch ?? fetch)(url, {
      headers: { authorization: `Bearer ${token}` },
      credentials: 'omit',
    });
    if (response.status === 401) return { status: 'signed-out' };
    const error = response.ok
      ? undefined
      : new Error(`the permissions endpoint answers ${response.status}`);
    // Open to any valid token: who is refused there may call nothing any more. Whatever else fails
    // says nothing of the caller.
    if (response.status === 403) return { status: 'error', error };
    if (error) throw error;
    const [answer, known] = [readAnswer(await response.json()), state.answer];
    // What has not changed stays the same object, so that nothing is rendered anew for it.
    return {
      status: 'ready',
      answer: known && JSON.stringify(known) === JSON.stringify(answer) ? known : answer,
    };
  };

  const refresh = (): Promise<PermissionsState> => {
    asked += 1;
    askedAt = now() / 1_000;
    latest = answerOf(asked);
    return latest;
  };

  /**
   * An answer that was overtaken speaks of a caller, or of a time, that is past: who has asked for
   * it waits for the later one.
   */
  const answerOf = async (current: number): Promise<PermissionsState> => {
    let next: PermissionsState;
    try {
      const token = await getToken();
      if (current !== asked) return latest;
      const tokenCaller = token ? callerOf(token) : undefined;
      // Another caller's permissions are unknown; a renewed token of the same caller changes
      // nothing meanwhile.
      if (tokenCaller?.name !== caller?.name && state !== LOADING && token) setState(LOADING);
      caller = tokenCaller;
      next = token ? await ask(token) : { status: 'signed-out' };
      if (current === asked) failures = next.status === 'error' ? failures + 1 : 0;
    } catch (error) {
      if (current === asked) failures += 1;
      next =
        state.status === 'ready' && !isOver() ? { ...state, error } : { status: 'error', error };
    }
    if (current !== asked) return latest;
    if (failures === 0) knownAt = askedAt;
    setState(next);
    return state;
  };

  /**
   * Whether the token has ended that permissions are known of. One that had ended by this clock
   * before was good by the gateway's.
   */
  const isOver = (): boolean => !!caller?.exp && caller.exp > knownAt && now() / 1_000 > caller.exp;

  const isOlderThan = (seconds: number): boolean => now() / 1_000 - askedAt >= seconds;

  const onReturn = (): void => {
    if (isOlderThan(STALE_SECONDS)) void refresh();
  };

  const permissions: Permissions = {
    can: (what) => names.has(what),
    canPath(method, path) {
      const { routes = [], closed = [] } = state.answer ?? {};
      const route = matchRoute([...routes, ...closed], method, path);
      return route !== undefined && names.has(route);
    },
    quota: (route) => nextQuota(state.answer?.quotas ?? [], now() / 1_000, route),
    refusal: (response, route) => refusalOf(permissions, now, response, route),
    refresh,
    state: () => state,
    subscribe(listener) {
      if (listeners.size === 0 && refreshSeconds > 0) endWatch = onVisible(onReturn);
      listeners.add(listener);
      if (asked === 0 || (refreshSeconds > 0 && isOlderThan(refreshSeconds))) void refresh();
      else schedule();
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        endWatch?.();
        schedule();
      };
    },
  };
  return permissions;
}

interface Caller {
  readonly name: string;
  /** Epoch seconds. */
  readonly exp?: number | undefined;
}

/**
 * Who a token speaks of, where that can be read; else the token itself. Nothing is decided by it.
 */
function callerOf(token: string): Caller {
  try {
    const { uid, sub, exp } = JSON.parse(
      atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')),
    );
    return { name: uid ?? sub ?? token, exp: Number(exp) || undefined };
  } catch {
    return { name: token };
  }
}
