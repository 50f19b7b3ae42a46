import { APP_CONTEXT } from '../../lambda/core/contract/app-context.ts';
import {
  DECISION_METRIC,
  HUB_METRIC,
  KEY_METRIC,
  KEYS_FROM_METRIC,
  QUOTA_STORE_METRIC,
  REVOCATION_METRIC,
} from '../../lambda/core/contract/metric-names.ts';
import { pathOfPage } from '../access-map/report/pages.ts';

/**
 * What to do first about each alarm, in a sentence or two: an on-call engineer may have nothing but
 * the description of the alarm. docs/how-to/runbook.md has a section under each of these names.
 */
const FIRST_STEPS = {
  refusals:
    'See which codes the decision records have, or "Refused, by code" on the dashboard of a stack: NO_TOKEN and TOKEN_* are clients without valid tokens, GROUP_* after a new map may be the map',
  'authorizer-failures':
    'Callers see 500. Search the authorizer’s log for "record":"fault" and the code EVENT_MALFORMED; roll back to the former version where it is a bug',
  'authorizer-crashes':
    'Callers see 500. Search the authorizer’s log for "Task timed out" and "Runtime exited"; raise memorySize, or check the connection to Okta and DynamoDB',
  'authorizer-throttled':
    'Callers see 500. Raise reservedConcurrentExecutions, or the account’s concurrency in the Region',
  'authorizer-slow': `Compare Lambda’s Duration with ${DECISION_METRIC.milliseconds}: if the first alone is high, environments start slowly; if both are, see ${QUOTA_STORE_METRIC.retries} and ${KEYS_FROM_METRIC.memory}`,
  'keys-missing':
    'Every call is refused. Fetch ISSUER/v1/keys from elsewhere: if it answers, the function has no connection to it; if not, see Okta’s status page',
  'keys-old':
    'Nobody is refused yet. Okta delivers no new keys; check ISSUER/v1/keys and the function’s connection to it. For a key known to be stolen, block its users or clients in the map',
  'key-copy-old':
    'Every call will be refused once maxStaleKeys is over. See whether Okta answers at ISSUER/v1/keys; maxStaleKeys can be raised to 7 days',
  'key-copy-failing': `No call is refused while Okta answers. The line with ${KEY_METRIC.copyFailures} names the error: role, key or table`,
  'quota-store-failing': `Calls under a quota get 500, or pass uncounted with onStoreFailure: allow. Lines with ${QUOTA_STORE_METRIC.failures} name quota and fault`,
  'revocations-unread': `Calls pass with tokens that may be revoked, or get 500 with onStoreFailure: deny. Lines with ${REVOCATION_METRIC.readFailures} name Okta org and fault; heartbeat is the hub’s own failure`,
  'quota-nearly-spent':
    'The command usage shows the counter and when its window ends; the records’ quota shows who spends it',
  'unprotected-routes': `A route may be unprotected. The command coverage names it; deploy the stack once more with a new value of the context ${APP_CONTEXT.forceUpdate}, or set the route’s authorization to AWS_IAM`,
  'probing-principal':
    'The detector’s log names principal and routes. No access was granted; list the user, client or token under blocked and deploy if it is no mistake',
  'new-group-on-a-sensitive-route':
    'The detector’s log names group and route. The command explain names the grant; remove it from the map if it is not intended',
  'hook-failing': `Okta retries each delivery once; the poll finds what is lost. Search the receiver’s log for ${HUB_METRIC.failures}: fault names the error of table or secret`,
  'hook-throttled':
    'Deliveries are lost; the poll finds them. Raise receiverConcurrency, or see who floods the address: a request without the secret is refused early',
  'hook-refused': `Search the receiver’s log for ${HUB_METRIC.refused}: why says secret, source or body. With secret, run okta verify and okta rotate-hook-secret; else somebody probes the address`,
  'hook-late':
    'The delay is Okta’s own, for which it guarantees no limit: see its status page. The poll, where the map has one, finds the events in the log',
  'hook-missed':
    'They are revoked now. Okta’s System Log has the reason under event_hook.delivery; run okta verify too: a hook that is not verified delivers nothing',
  'hub-silent':
    'Authorizers treat the list as unreadable: onStoreFailure decides, and with allow a leaver’s token works until it expires. See the log of the heartbeat’s function',
  'hub-full':
    'Reading the list at the start of an environment slows down. The command revoke --list shows the most frequent reason; a script that removes members one by one is usual',
  'poll-failing':
    'The log of the poll’s function says why: the secret of the poll holds no service app yet, Okta refuses its key, or its rate limit is used up',
  'detector-behind':
    'The detector’s log says why a run failed. Ten minutes of this after the first deployment are usual; it catches up by itself',
} as const;

export type RunbookSection = keyof typeof FIRST_STEPS;
export const RUNBOOK_SECTIONS = Object.keys(FIRST_STEPS) as readonly RunbookSection[];

/** An alarm's description: what is wrong, what to do first, and where the rest is. */
export const alarmText = (sentence: string, section: RunbookSection): string =>
  `${sentence}. ${FIRST_STEPS[section]}. Runbook, in the package okta-group-authorizer: ${pathOfPage('runbook')}#${section}`;
