/** When the endpoint is asked, and which question a caller waits for. */
import { type Asker, type AskerOptions, createAsker } from './asker.ts';
import { retryDelay } from './due.ts';
import { oneQuestion, type QuestionFacts } from './one-question.ts';
import type { PermissionsState, StateStore } from './permissions-state.ts';

const RECENT_SECONDS = 1;

export interface Questions extends Pick<Asker, 'askedWith'> {
  facts(): QuestionFacts;
  /** Asks again: a question under way is aborted, and both resolve with the newer state. */
  refresh(): Promise<PermissionsState>;
  /** The answer to the question under way, else to a new one. */
  join(): Promise<PermissionsState>;
  /** The same, and the state itself where that is not a second old: refusals come in storms. */
  recent(): Promise<PermissionsState>;
  /** The answer to a question later than the `count` ones so far. */
  after(count: number): Promise<PermissionsState>;
}

/** @param seconds the time in epoch seconds. */
export function createQuestions(
  options: AskerOptions,
  store: StateStore,
  seconds: () => number,
): Questions {
  const asker = createAsker(options, store);
  const { facts, underWay, begin } = oneQuestion(asker, store, seconds);

  /** A new question, unless it is too early for one. */
  const beginInTime = (): Promise<PermissionsState> | PermissionsState =>
    facts().failures > 0 && seconds() < facts().askedAt + retryDelay(facts())
      ? store.state()
      : begin();

  return {
    facts,
    refresh() {
      const before = underWay()?.control;
      asker.reset();
      const answer = begin();
      before?.abort();
      return answer;
    },
    join: () => underWay()?.answer ?? begin(),
    async recent() {
      const { asked, askedAt } = facts();
      const isRecent = asked > 0 && seconds() - askedAt < RECENT_SECONDS;
      return underWay()?.answer ?? (isRecent ? store.state() : beginInTime());
    },
    async after(count) {
      while (underWay() && facts().asked <= count) await underWay()?.answer;
      return underWay()?.answer ?? (facts().asked > count ? store.state() : beginInTime());
    },
    askedWith: asker.askedWith,
  };
}
