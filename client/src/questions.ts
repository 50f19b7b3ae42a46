import { type Caller, callerOf } from './caller.ts';
import { askEndpoint, type EndpointOptions } from './endpoint.ts';
import { LOADING, type PermissionsState, type StateStore } from './state.ts';

export interface QuestionOptions extends EndpointOptions {
  /**
   * The access token to ask with, or nothing for nobody. Called before each request, so that its
   * owner renews it.
   */
  readonly getToken: () => string | null | undefined | Promise<string | null | undefined>;
}

/** What is known of the requests to the endpoint; times in epoch seconds. */
export interface QuestionFacts {
  /** Requests so far. */
  readonly asked: number;
  /** When the last one began. */
  readonly askedAt: number;
  /** Failed requests in a row. */
  readonly failures: number;
  readonly caller: Caller | undefined;
}

export interface Questions {
  facts(): QuestionFacts;
  refresh(): Promise<PermissionsState>;
}

/** @param seconds the time in epoch seconds. */
export function createQuestions(
  options: QuestionOptions,
  store: StateStore,
  seconds: () => number,
): Questions {
  let caller: Caller | undefined;
  let asked = 0;
  let askedAt = 0;
  /** When the last request began that was answered. */
  let knownAt = 0;
  let failures = 0;
  let latest: Promise<PermissionsState>;

  /** Whether `current` is the latest request. */
  const isLatest = (current: number): boolean => current === asked;

  /**
   * Whether the token of the known permissions has ended. A token that had ended by this clock at
   * request time was valid by the gateway's.
   */
  const isOver = (): boolean => !!caller?.exp && caller.exp > knownAt && seconds() > caller.exp;

  const changeCaller = (next: Caller | undefined): void => {
    // Another caller's permissions are unknown; a renewed token of the same caller changes nothing.
    if (next && next.name !== caller?.name && store.state() !== LOADING) store.set(LOADING);
    caller = next;
  };

  const ask = async (current: number, token: string | null | undefined) => {
    const next: PermissionsState = token
      ? await askEndpoint(options, token, () => store.state().answer)
      : { status: 'signed-out' };
    if (isLatest(current)) failures = next.status === 'error' ? failures + 1 : 0;
    return next;
  };

  const failed = (current: number, error: unknown): PermissionsState => {
    if (isLatest(current)) failures += 1;
    const state = store.state();
    return state.status === 'ready' && !isOver() ? { ...state, error } : { status: 'error', error };
  };

  /** A newer request makes this response stale; its caller waits for the newer one. */
  const answerOf = async (current: number): Promise<PermissionsState> => {
    let next: PermissionsState;
    try {
      const token = await options.getToken();
      if (!isLatest(current)) return latest;
      changeCaller(token ? callerOf(token) : undefined);
      next = await ask(current, token);
    } catch (error) {
      next = failed(current, error);
    }
    if (!isLatest(current)) return latest;
    if (failures === 0) knownAt = askedAt;
    store.set(next);
    return store.state();
  };

  return {
    facts: () => ({ asked, askedAt, failures, caller }),
    refresh() {
      asked += 1;
      askedAt = seconds();
      latest = answerOf(asked);
      return latest;
    },
  };
}
