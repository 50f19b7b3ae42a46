/**
 * How long one charge of a quota may take: the prop `quotaBudget` of the constructs, which the
 * authorizer reads from its environment.
 */

/**
 * Default in milliseconds, all writes of the charge and its retry included: well under the
 * gateway's 10 s.
 */
export const QUOTA_BUDGET_MS = 300;

/** The function times out after 5 s, and the caller waits meanwhile. */
const LEAST_MS = 50;
const MOST_MS = 3_000;

export const isQuotaBudget = (ms: number): boolean =>
  ms >= LEAST_MS && ms <= MOST_MS && ms % 1 === 0;

/** What is said of a budget out of its bounds. */
export const QUOTA_BUDGET_EXPECTED = `expected ${LEAST_MS} to ${MOST_MS} whole milliseconds`;
