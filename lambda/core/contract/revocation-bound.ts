/**
 * How long a revoked token may still be accepted. `check`, the warnings of a map, the alarms and
 * docs/explanation/leavers.md say it in the same words.
 */

/** A second for the clocks' whole seconds and the read itself. */
const BOUND_SLACK_SECONDS = 1;

export interface BoundFacts {
  /** `okta.revocation.within`. */
  readonly withinSeconds: number;
  /** How long the gateway keeps answers; 0: not at all. */
  readonly ttlSeconds: number;
  readonly hook: boolean;
  /** Period of the poll; absent: there is none. */
  readonly pollSeconds?: number | undefined;
  /** With `allow` there is no bound while the list cannot be read. */
  readonly onStoreFailure: 'allow' | 'deny';
}

/** Seconds from the writing of an entry to the last call that a revoked token may pass. */
const boundSeconds = ({
  withinSeconds,
  ttlSeconds,
}: Pick<BoundFacts, 'withinSeconds' | 'ttlSeconds'>): number =>
  withinSeconds + ttlSeconds + BOUND_SLACK_SECONDS;

/** `21 s (within 10 s + kept answers 10 s + 1 s)`. */
export const boundSum = (facts: Pick<BoundFacts, 'withinSeconds' | 'ttlSeconds'>): string =>
  `${boundSeconds(facts)} s (within ${facts.withinSeconds} s + kept answers ${facts.ttlSeconds} s + ${BOUND_SLACK_SECONDS} s)`;

/** The hook is best effort, the log is complete. */
const WITHOUT_POLL =
  '; without a poll (`poll: 5m`), an event that Okta does not deliver goes unnoticed';

const WHILE_UNREAD =
  '; while the list cannot be read, calls pass with it (`onStoreFailure: allow`)';

/** One sentence, without a full stop. */
export const boundSentence = (facts: BoundFacts): string =>
  `${boundOf(facts)}${facts.onStoreFailure === 'allow' ? WHILE_UNREAD : ''}`;

function boundOf(facts: BoundFacts): string {
  const { hook, pollSeconds } = facts;
  const refused = `a revoked token is refused at most ${boundSum(facts)}`;
  if (hook)
    return `${refused} after the hub has acknowledged Okta's event; Okta does not guarantee its own delay before that${pollSeconds === undefined ? WITHOUT_POLL : ''}`;
  if (pollSeconds !== undefined)
    return `${refused} after the poll has found the change, which takes up to ${pollSeconds} s and the lag of Okta's log`;
  return `${refused} after \`revoke\` has named it; a change in Okta alone takes effect only when the token expires`;
}
