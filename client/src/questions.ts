import { type Caller, callerOf } from './caller.ts';
import { retryDelay } from './due.ts';
import { askEndpoint, type EndpointError, type EndpointOptions } from './endpoint.ts';
import { secondsIn } from './retry-after.ts';
import { LOADING, type PermissionsState, type StateStore } from './state.ts';

/** A question without an answer by then has failed. */
const TIME_LIMIT_MS = 10_000;

const RECENT_SECONDS = 1;

const SIGNED_OUT: PermissionsState = { status: 'signed-out' };

type Token = string | null | undefined;

export interface QuestionOptions extends EndpointOptions {
  /**
   * The access token to ask with, or nothing for nobody. Called before each request, so that its
   * owner renews it.
   * @param refused the token that the gateway has just refused (401): its owner renews it, once.
   * Who gives the same token again, none, or fails is signed out.
   */
  readonly getToken: (refused?: string) => Token | Promise<Token>;
}

/** What is known of the requests to the endpoint; times in epoch seconds. */
export interface QuestionFacts {
  /** Questions so far. */
  readonly asked: number;
  /** When the last one began. */
  readonly askedAt: number;
  /** Failed questions in a row. */
  readonly failures: number;
  /** Seconds that the endpoint asked to wait when it last failed. */
  readonly retryAfter: number | undefined;
  /** From 0 to 1, another one for each question, so that clients do not ask in step. */
  readonly jitter: number;
  readonly caller: Caller | undefined;
}

export interface Questions {
  facts(): QuestionFacts;
  /** Asks anew: a question under way is aborted, and both resolve with the newer state. */
  refresh(): Promise<PermissionsState>;
  /** The answer to the question under way, else to a new one. */
  join(): Promise<PermissionsState>;
  /** The same, and the state itself where that is not a second old: refusals come in storms. */
  recent(): Promise<PermissionsState>;
  /** The answer to a question later than the `count` ones so far. */
  after(count: number): Promise<PermissionsState>;
  /**
   * Whether the state was asked for with this token, null for nobody.
   * @param orSameCaller another token of the same caller will do.
   */
  askedWith(token: unknown, orSameCaller?: boolean): boolean;
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
  let retryAfter: number | undefined;
  let jitter = 0;
  /** Token of the known state: null for nobody, undefined as long as nothing is known. */
  let knownToken: Token;
  /** The gateway has refused it and its owner had no other: asking with it again is in vain. */
  let refusedToken: Token;
  let underWay: Question | undefined;

  /**
   * Whether the token of the known permissions has ended. A token that had ended by this clock at
   * request time was valid by the gateway's.
   */
  const isOver = (): boolean => !!caller?.exp && caller.exp > knownAt && seconds() > caller.exp;

  const changeCaller = (token: Token): void => {
    const next = token ? callerOf(token) : undefined;
    // Another caller's permissions are unknown; a renewed token of the same caller changes nothing.
    if (next && next.name !== caller?.name && store.state() !== LOADING) store.set(LOADING);
    caller = next;
    knownToken = token ?? null;
  };

  const ask = async (question: Question): Promise<PermissionsState> => {
    const { control, refused } = question;
    const token = await options.getToken(refused);
    control.signal.throwIfAborted();
    if (!token) changeCaller(token);
    if (refused !== undefined && (!token || token === refused)) return isRefused(refused);
    if (!token || token === refusedToken) return SIGNED_OUT;
    changeCaller(token);
    question.refused = undefined;
    const next = await askEndpoint(options, token, control.signal, store.state().answer);
    control.signal.throwIfAborted();
    if (next.status !== 'signed-out') return next;
    if (refused !== undefined) return isRefused(token);
    question.refused = token;
    return ask(question);
  };

  const isRefused = (token: string): PermissionsState => {
    refusedToken = token;
    return SIGNED_OUT;
  };

  const failed = (error: unknown): PermissionsState => {
    const state = store.state();
    return state.status === 'ready' && !isOver() ? { ...state, error } : { status: 'error', error };
  };

  const settle = (next: PermissionsState): PermissionsState => {
    underWay = undefined;
    const failure = next.error as EndpointError | undefined;
    failures = failure ? failures + 1 : 0;
    retryAfter = secondsIn(failure?.retryAfter, seconds() * 1_000);
    if (!failure) knownAt = askedAt;
    jitter = Math.random();
    store.set(next);
    return store.state();
  };

  const begin = (): Promise<PermissionsState> => {
    asked += 1;
    askedAt = seconds();
    const question: Question = { control: new AbortController() };
    const answer = withinLimit(question.control, () => ask(question))
      // A token that was refused and cannot be renewed has ended, whatever keeps it from that.
      .catch((error) =>
        question.refused && underWay === question ? isRefused(question.refused) : failed(error),
      )
      .then((next) => {
        if (underWay === question) return settle(next);
        return underWay?.answer ?? store.state();
      });
    question.answer = answer;
    underWay = question;
    return answer;
  };

  /** A new question, unless the last one has failed and the time to ask anew has not come. */
  const beginInTime = (): Promise<PermissionsState> | PermissionsState =>
    failures > 0 && seconds() < askedAt + retryDelay({ failures, retryAfter, jitter })
      ? store.state()
      : begin();

  return {
    facts: () => ({ asked, askedAt, failures, retryAfter, jitter, caller }),
    refresh() {
      const before = underWay?.control;
      refusedToken = undefined;
      const answer = begin();
      before?.abort();
      return answer;
    },
    join: () => underWay?.answer ?? begin(),
    async recent() {
      if (underWay?.answer) return underWay.answer;
      return asked > 0 && seconds() - askedAt < RECENT_SECONDS ? store.state() : beginInTime();
    },
    async after(count) {
      while (underWay && asked <= count) await underWay.answer;
      return underWay?.answer ?? (asked > count ? store.state() : beginInTime());
    },
    askedWith(token, orSameCaller = false) {
      if (store.state() === LOADING) return false;
      if (knownToken === token) return true;
      return orSameCaller && typeof token === 'string' && callerOf(token).name === caller?.name;
    },
  };
}

interface Question {
  readonly control: AbortController;
  answer?: Promise<PermissionsState>;
  /** The token that the gateway has refused, as long as no other is there. */
  refused?: string | undefined;
}

/** Ends with the work or with its abort, whichever comes first: a `fetch` may hang regardless. */
function withinLimit<T>(control: AbortController, work: () => Promise<T>): Promise<T> {
  const { signal } = control;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => control.abort(new Error('the permissions endpoint answers nothing')),
      TIME_LIMIT_MS,
    );
    signal.addEventListener('abort', () => reject(signal.reason));
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
