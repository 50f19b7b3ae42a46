/**
 * Why a command ends without its result, and what to do then. The compiler sees that no code is
 * missing.
 */
import type { FailureCode } from '../../lambda/core/contract/failures.ts';

const MESSAGE = 'do what the message says';
const LATER = 'run the command again, it goes on where it stopped';
const OKTA_ADDRESS = 'check that the address is that of an Okta org';
const PLAN_AGAIN = 'plan again';

export const FAILURE_TEXTS: Readonly<Record<FailureCode, readonly [says: string, fix: string]>> = {
  UNEXPECTED_ERROR: [
    'a fault of this tool, or of what it stands on',
    'look where it is with `DEBUG=1`, and report it',
  ],
  USAGE_INVALID: ['the command line is invalid', `${MESSAGE}, or see \`--help\``],
  CONFIRMATION_ABSENT: [
    '`okta apply` has nobody to ask whether it may write',
    'review the plan, then give `--yes`',
  ],
  DEPLOYED_MAP_UNREADABLE: [
    'the template of the stack has no map that this version reads',
    'deploy once with this version, or compare two files',
  ],
  DOCUMENT_UNREADABLE: [
    'an OpenAPI document cannot be read or used',
    'name another one, or correct what the message names',
  ],
  INPUT_ABSENT: ['the standard input holds nothing', 'pipe in what the message names'],
  TOKEN_AS_ARGUMENT: [
    'a token stands on the command line, where other users and the history of the shell see it',
    'give it on the standard input',
  ],
  OUTPUT_EXISTS: [
    'the file to write exists, and may have been edited',
    'name another file, or move this one away',
  ],
  OUTPUT_UNWRITABLE: ['a file or a folder cannot be written', 'name another one, or allow it'],
  REVISION_UNKNOWN: [
    'a name is neither a file nor a git revision that has the map',
    'name two maps, or a revision that has it',
  ],
  STACK_AMBIGUOUS: [
    'several stacks of this account and Region deploy the map',
    'name the one that is meant, by the option of the message',
  ],
  STACK_UNKNOWN: [
    'this account and Region have no stack of the map, or none of that name',
    'use the account and Region of the stack, or name it',
  ],
  AWS_REGION_ABSENT: ['no Region of AWS is set', 'set `AWS_REGION`'],
  AWS_CREDENTIALS_ABSENT: [
    'neither the environment nor the profile has credentials for AWS',
    'run `aws configure sso`, or set `AWS_PROFILE`',
  ],
  AWS_CREDENTIALS_UNKNOWN: [
    'AWS does not know the credentials',
    'look at `aws sts get-caller-identity`',
  ],
  AWS_SESSION_EXPIRED: [
    'the session of AWS has expired',
    'run `aws sso login`, or set the variables of the session again',
  ],
  AWS_REQUEST_FAILED: [
    'AWS refuses a request, or does not answer it',
    'fix what the message says of AWS, such as a right that the caller lacks',
  ],
  API_UNREADABLE: [
    'the live API, or its stage, does not exist or is of another kind',
    'name another one',
  ],
  API_WITHOUT_ROUTES: [
    '`init`: the API, or the document, has no route that a map can have',
    'name another one, or add its routes',
  ],
  ATTACHMENT_RECORD_UNREADABLE: [
    'the record of an attachment cannot be read',
    'allow `dynamodb:GetItem` on the table; use a version that knows the form of the record',
  ],
  AUDIT_LOG_EMPTY: [
    'the records hold nothing that the command needs',
    'name other files or another log group, or an earlier `--since`',
  ],
  AUDIT_LOG_UNREADABLE: ['files of records cannot be read', MESSAGE],
  AUDIT_LOG_WITHOUT_SHADOW: [
    'no record is of shadow mode',
    'set `mode: shadow`, deploy, and let traffic come',
  ],
  FUNCTION_CODE_CHANGING: [
    'the code of the function changes while it is read',
    'wait until the deployment is over',
  ],
  FUNCTION_CODE_UNREADABLE: [
    'the code of the function cannot be had from Lambda',
    'name the function that the package or the stack has made',
  ],
  LOG_GROUP_UNREADABLE: [
    'AWS does not hand out the records of a log group',
    'name one of this account and Region; allow `logs:FilterLogEvents` on it',
  ],
  QUOTA_TABLE_UNREADABLE: [
    'the quota table cannot be read',
    'name one of this account and Region; allow `dynamodb:Scan` on it; use a version that knows the form of its counts',
  ],
  ISSUER_UNREACHABLE: [
    'the issuer does not answer',
    'check the issuer, and that this machine reaches it',
  ],
  ISSUER_FAILED: ['the issuer has a fault, or limits the rate', 'try again'],
  ISSUER_UNDESCRIBED: [
    'the issuer does not describe its endpoints',
    'check `okta.issuer`, or `--issuer`',
  ],
  ISSUER_DESCRIPTION_INVALID: [
    'the description of the issuer has another name, or lacks an endpoint over https',
    'check `okta.issuer`, or `--issuer`',
  ],
  LOGIN_PORT_TAKEN: ['the port of the sign-in cannot be listened on', 'give another with `--port`'],
  LOGIN_TIMED_OUT: ['nobody signed in within the time', 'sign in, or give a longer `--timeout`'],
  LOGIN_REFUSED: [
    'the issuer refuses the sign-in',
    'change in Okta what its words say, such as the policy or the client',
  ],
  LOGIN_ISSUER_OTHER: [
    'the browser brings the answer of another issuer',
    'sign in again; if it happens again, find out who answers',
  ],
  LOGIN_WITHOUT_CODE: ['the browser brings no authorization code', 'sign in again'],
  LOGIN_CODE_REFUSED: [
    'the issuer gives no token for the authorization code',
    'change in Okta what its words say; the app must be public and use PKCE',
  ],
  LOGIN_WITHOUT_TOKEN: [
    'the answer of the issuer has no access token',
    'check that the issuer is an authorization server of Okta',
  ],
  LOGIN_TOKEN_BOUND: [
    'the token is bound to a key of its client (DPoP), which the authorizer does not accept',
    'switch DPoP off for the app',
  ],
  OKTA_CREDENTIALS_ABSENT: [
    'the variables have no credentials for Okta, or a part of them',
    'set `OKTA_CLIENT_CLIENTID` and `OKTA_CLIENT_PRIVATEKEY`, or `OKTA_CLIENT_TOKEN`',
  ],
  OKTA_CREDENTIALS_INVALID: [
    'a key or a token of the variables has another form',
    'copy it again; the key is RSA of 2048 bits or more, or EC',
  ],
  OKTA_CREDENTIALS_ORG: [
    '`OKTA_CLIENT_ORGURL` is absent, or another org than that of the map',
    'set it to the org that the credentials belong to',
  ],
  OKTA_CREDENTIALS_REFUSED: [
    'Okta does not accept the credentials',
    'make a new API token or key, in this org',
  ],
  OKTA_KEY_REFUSED: [
    'Okta does not accept the key of the service app',
    'add its public key to the app',
  ],
  OKTA_PROOF_REFUSED: [
    'Okta does not accept the proof of possession (DPoP)',
    'switch DPoP off for the service app',
  ],
  OKTA_SCOPE_UNGRANTED: [
    'the service app does not have a scope',
    'let a super administrator grant it under Okta API Scopes',
  ],
  OKTA_TOKEN_REFUSED: [
    'Okta gives the service app no token',
    'check that the client id is of this org, that the app is active and may call from this network',
  ],
  OKTA_UNREACHABLE: ['the org does not answer', 'check the address, and the network'],
  OKTA_REDIRECTED: ['the org answers with a redirect', "use the org's own address"],
  OKTA_FORBIDDEN: [
    'the credentials may not do a request',
    'add the scope that the message names, and an admin role for it',
  ],
  OKTA_FEATURE_ABSENT: [
    'the org lacks a feature, or the role of the credentials does not include it',
    'take a role that includes it',
  ],
  OKTA_ACCESS_MANAGEMENT_ABSENT: [
    'the org has no API Access Management, which custom authorization servers need',
    'ask Okta for the licence, or use an Integrator Free org',
  ],
  OKTA_RECONCILING: ['Okta is still reconciling what others change', LATER],
  OKTA_RATE_LIMITED: ['Okta limits the rate, after all waits', `wait a minute, then ${LATER}`],
  OKTA_FAILED: ['Okta has a fault', LATER],
  OKTA_ANSWER_INVALID: ['an answer is not that of an Okta org', OKTA_ADDRESS],
  OKTA_PAGE_FOREIGN: [
    'the next page of a list is on another host, which gets no credentials',
    OKTA_ADDRESS,
  ],
  OKTA_PAGES_ENDLESS: ['the pages of a list do not end', OKTA_ADDRESS],
  OKTA_REQUEST_REFUSED: ['Okta refuses a request', 'change what its words say'],
  OKTA_USER_UNKNOWN: ['the org has no such user', 'name the login, or the `uid` of a deleted user'],
  MAP_UNMANAGED: ['the map has no `okta.manage`', 'write it'],
  MAP_BLOCK_UNKNOWN: [
    'the map has no okta block of that name with `manage`',
    'name one that the message lists with `--block`',
  ],
  MAP_SEVERAL_ORGS: ['the okta blocks of the map name several orgs', 'choose one with `--block`'],
  MAP_NAME_TAKEN: [
    'two maps have one `api.name`, or one the former name of another',
    'give each a name of its own',
  ],
  MAP_UNWRITABLE: ['`--write` cannot put ids into the map', MESSAGE],
  MAPS_DIFFER: [
    'maps that are set up together say different things of one org, server, group or app',
    'say the same in both',
  ],
  EXPORT_GROUPS_UNCLEAR: ['a group of the map cannot be identified in the org', MESSAGE],
  PLAN_FOREIGN: ['the file is something else than a plan', 'make one with `okta plan -o`'],
  PLAN_VERSION: ['the plan has the form of another version', PLAN_AGAIN],
  PLAN_INCOMPLETE: ['the plan lacks a part', PLAN_AGAIN],
  PLAN_ORG_INVALID: ['the plan names no https origin of an org', PLAN_AGAIN],
  PLAN_EDITED: ['the plan was changed since it was written', PLAN_AGAIN],
  PLAN_OUTDATED: ['the org has changed since the plan was made', PLAN_AGAIN],
  PLAN_BLOCKED: [
    'a finding of the plan must be put right first',
    'fix what the findings of level `blocks` name',
  ],
  APPLY_INTERRUPTED: ['somebody interrupted the apply', LATER],
  APPLY_WITHOUT_ID: ['Okta did not return the id of what it made', PLAN_AGAIN],
  APPLY_UNSETTLED: ['Okta is not done with a change', 'apply again later'],
  HUB_AMBIGUOUS: [
    'several stacks deploy the map with its hub of revoked tokens',
    'set `OKTA_HOOK_URL` and `OKTA_HOOK_SECRET` for the one that is meant',
  ],
  HUB_UNKNOWN: [
    'no stack of this account and Region has the hub of the plan',
    'use the account of the hub, or plan again',
  ],
  HOOK_ADDRESS_INVALID: ['`OKTA_HOOK_URL` is no https address', 'correct it'],
  HOOK_SECRET_ABSENT: [
    '`OKTA_HOOK_URL` is set, and `OKTA_HOOK_SECRET` is not',
    'set the secret that the hub takes',
  ],
  HOOK_SECRET_INVALID: [
    'the secret of the hub has another form than this tool writes',
    'put it back to what the stack made',
  ],
  ROTATION_WITHOUT_HOOK: [
    'there is no event hook whose secret could be changed',
    'deploy the hub, and apply the map',
  ],
  REVOCATION_ABSENT: ['`revoke --undo`: nothing revokes those tokens', 'look at `revoke --list`'],
};
