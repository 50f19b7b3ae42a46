/** One question at a time, and what the questions so far have come to. */
import type { Asker, Question } from './asker.ts';
import type { EndpointError } from './endpoint.ts';
import { failed, type Outcome, settle } from './outcome.ts';
import type { PermissionsState, StateStore } from './permissions-state.ts';

/** A question without an answer by then has failed. */
const TIME_LIMIT_MS = 10_000;

/** What is known of the requests to the endpoint; times in epoch seconds. */
export interface QuestionFacts extends Outcome {
  /** Questions so far. */
  readonly asked: number;
  /** When the last one began. */
  readonly askedAt: number;
  /** From 0 to 1, another one for each question, so that clients do not ask in step. */
  readonly jitter: number;
  /** When the token ends. */
  readonly exp: number | undefined;
}

export interface OneQuestion {
  facts(): QuestionFacts;
  /** The question without an answer. */
  underWay(): Question | undefined;
  /**
   * Asks. A question under way is not aborted, but resolves with the newer state, and what it
   * answers is not kept.
   */
  begin(): Promise<PermissionsState>;
}

/** @param seconds the time in epoch seconds. */
export function oneQuestion(asker: Asker, store: StateStore, seconds: () => number): OneQuestion {
  let asked = 0;
  let askedAt = 0;
  /** When the last request began that was answered. */
  let knownAt = 0;
  let jitter = 0;
  let outcome: Outcome = { failures: 0 };
  let underWay: Question | undefined;

  /**
   * Whether the token of the known permissions has ended. A token that had ended by this clock at
   * request time was valid by the gateway's.
   */
  const isOver = (): boolean => {
    const end = asker.tokenEnd() ?? 0;
    return end > knownAt && seconds() > end;
  };

  const end = (next: PermissionsState): PermissionsState => {
    underWay = undefined;
    outcome = settle(outcome, next.error as EndpointError | undefined, seconds());
    if (!next.error) knownAt = askedAt;
    jitter = Math.random();
    store.set(next);
    return store.state();
  };

  return {
    facts: () => ({ ...outcome, jitter, asked, askedAt, exp: asker.tokenEnd() }),
    underWay: () => underWay,
    begin() {
      asked += 1;
      askedAt = seconds();
      const question: Question = { control: new AbortController() };
      const answer = withinLimit(question.control, () => asker.ask(question))
        // A token that was refused and cannot be renewed has ended, whatever keeps it from that.
        .catch((error) =>
          question.refused && underWay === question
            ? asker.signOut(question.refused)
            : failed(store.state(), error, isOver()),
        )
        .then((next) => {
          if (underWay === question) return end(next);
          return underWay?.answer ?? store.state();
        });
      question.answer = answer;
      underWay = question;
      return answer;
    },
  };
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
