/**
 * What a call over quota gets: a refusal here, which the gateway answers with 403, or a pass to the
 * back end, which answers 429 (middleware/answer-429.ts). An authorizer itself cannot answer 429.
 */
import { refuse } from '../contract/codes.ts';
import { type Decision, deny } from '../decision/decide.ts';

/**
 * @param decision what the rules allow without the quota
 * @param onExceeded of the quotas that have no room: `pass` where all of them say so
 */
export const decisionOverQuota = (decision: Decision, onExceeded: 'refuse' | 'pass'): Decision =>
  onExceeded === 'pass' ? decision : deny(decision.route, refuse('QUOTA_EXCEEDED', 'window_full'));
