import { pathOfPage } from '../access-map/report/pages.ts';

/**
 * What to do first about each alarm, in a sentence or two: whoever is called by an alarm may have its
 * description and nothing else. docs/how-to/runbook.md has a section under each of these names.
 */
const FIRST_STEPS = {
  refusals:
    'See which codes the decision records have, or "Refused, by code" on the dashboard of a stack: NO_TOKEN and TOKEN_* are clients without valid tokens, GROUP_* after a new map may be the map',
  'authorizer-failures':
    'Callers see 500. Search the authorizer’s log for "record":"fault" and the code EVENT_MALFORMED; go back to the former version where it is a bug',
  'authorizer-crashes':
    'Callers see 500. Search the authorizer’s log for "Task timed out" and "Runtime exited"; raise memorySize, or see the way to Okta and DynamoDB',
  'authorizer-throttled':
    'Callers see 500. Raise reservedConcurrentExecutions, or the account’s concurrency in the Region',
  'authorizer-slow':
    'Compare Lambda’s Duration with DecisionMilliseconds: if the first alone is high, environments start slowly; if both are, see QuotaStoreRetries and KeysFromMemory',
  'keys-missing':
    'Every call is refused. Fetch ISSUER/v1/keys from elsewhere: if it answers, the function’s way out is broken; if not, see Okta’s status page',
  'keys-old':
    'Nobody is refused yet. Okta gives no new keys; see ISSUER/v1/keys and the function’s way out. For a key known to be stolen, block its users or clients in the map',
  'key-copy-old':
    'Every call will be refused once maxStaleKeys is over. See whether Okta answers at ISSUER/v1/keys; maxStaleKeys can be raised to 7 days',
  'key-copy-failing':
    'Nothing is refused while Okta answers. The line with KeyCopyFailures names the error: role, key or table',
  'quota-store-failing':
    'Calls under a quota get 500, or pass uncounted with onStoreFailure: allow. Lines with QuotaStoreFailures name quota and fault',
  'revocations-unread':
    'Calls pass with tokens that may be revoked, or get 500 with onStoreFailure: deny. Lines with RevocationReadFailures name Okta org and fault; heartbeat is the hub’s own failure',
  'quota-nearly-spent':
    'The command usage shows the counter and when its window ends; the records’ quota shows who spends it',
  'unprotected-routes':
    'A route may be open. The command coverage names it; deploy the stack once more with another text in context attachAgain, or set the route’s authorization to AWS_IAM',
  'probing-principal':
    'The detector’s log names principal and routes. Nothing was opened by it; put the user, client or token under blocked and deploy if it is no mistake',
  'new-group-on-a-sensitive-route':
    'The detector’s log names group and route. The command explain tells the grant; take it out of the map if it is not meant',
  'hook-failing':
    'Okta sends each delivery once more and then gives up; the poll brings what is lost. Search the receiver’s log for HookFailures: fault names the error of table or secret',
  'hook-throttled':
    'Deliveries are lost; the poll brings them. Raise receiverConcurrency, or see who floods the address: only requests with the secret cost more than a look',
  'hook-refused':
    'Search the receiver’s log for HookRequestsRefused: why says secret, source or body. With secret, run okta verify and okta rotate-hook-secret; else somebody tries the address',
  'hook-late':
    'Okta’s own delay, which it bounds by nothing: see its status page. The poll, where the map has one, finds the events in the log',
  'hook-missed':
    'They are revoked now. See in Okta’s System Log event_hook.delivery for why, and run okta verify: a hook that is not verified brings nothing',
  'hub-silent':
    'Authorizers take the list as unread: onStoreFailure decides, and with allow a leaver’s token works until it ends. See the log of the heartbeat’s function',
  'hub-full':
    'Reading the list at the start of an environment slows down. See which reason stands in most entries with revoke --list; a script that removes members one by one is usual',
  'poll-failing':
    'The log of the poll’s function says why: the secret of the poll holds no service app yet, Okta refuses its key, or its rate limit is used up',
  'detector-behind':
    'The detector’s log says why a run failed. Ten minutes of this after the first deployment are usual; it catches up by itself',
} as const;

export type RunbookSection = keyof typeof FIRST_STEPS;
export const RUNBOOK_SECTIONS = Object.keys(FIRST_STEPS) as readonly RunbookSection[];

/** An alarm's description: what is wrong, what to do first, and where the rest stands. */
export const alarmText = (sentence: string, section: RunbookSection): string =>
  `${sentence}. ${FIRST_STEPS[section]}. Runbook, in the package okta-group-authorizer: ${pathOfPage('runbook')}#${section}`;
