/**
 * Why a command ends without its result: the closed list of codes, each with the exit code's name.
 * Codes are stable, texts are not. Nothing that runs in Lambda imports this.
 */
export type FailureExit = 'problem' | 'usage' | 'service';

export const FAILURES = {
  // Codes that any command can end with.
  UNEXPECTED_ERROR: 'problem',
  USAGE_INVALID: 'usage',
  CONFIRMATION_ABSENT: 'usage',
  DEPLOYED_MAP_UNREADABLE: 'usage',
  DOCUMENT_UNREADABLE: 'usage',
  INPUT_ABSENT: 'usage',
  TOKEN_AS_ARGUMENT: 'usage',
  OUTPUT_EXISTS: 'usage',
  OUTPUT_UNWRITABLE: 'usage',
  REVISION_UNKNOWN: 'usage',
  STACK_AMBIGUOUS: 'usage',
  STACK_UNKNOWN: 'usage',
  // AWS.
  AWS_REGION_ABSENT: 'service',
  AWS_CREDENTIALS_ABSENT: 'service',
  AWS_CREDENTIALS_UNKNOWN: 'service',
  AWS_SESSION_EXPIRED: 'service',
  AWS_REQUEST_FAILED: 'service',
  API_UNREADABLE: 'problem',
  API_WITHOUT_ROUTES: 'problem',
  ATTACHMENT_RECORD_UNREADABLE: 'service',
  AUDIT_LOG_EMPTY: 'problem',
  AUDIT_LOG_UNREADABLE: 'problem',
  AUDIT_LOG_WITHOUT_SHADOW: 'problem',
  FUNCTION_CODE_CHANGING: 'service',
  FUNCTION_CODE_UNREADABLE: 'service',
  LOG_GROUP_UNREADABLE: 'service',
  QUOTA_TABLE_UNREADABLE: 'service',
  // The sign-in.
  ISSUER_UNREACHABLE: 'service',
  ISSUER_FAILED: 'service',
  ISSUER_UNDESCRIBED: 'problem',
  ISSUER_DESCRIPTION_INVALID: 'problem',
  LOGIN_PORT_TAKEN: 'problem',
  LOGIN_TIMED_OUT: 'problem',
  LOGIN_REFUSED: 'problem',
  LOGIN_ISSUER_OTHER: 'problem',
  LOGIN_WITHOUT_CODE: 'problem',
  LOGIN_CODE_REFUSED: 'problem',
  LOGIN_WITHOUT_TOKEN: 'problem',
  LOGIN_TOKEN_BOUND: 'problem',
  // An Okta org, and what it says to a request.
  OKTA_CREDENTIALS_ABSENT: 'service',
  OKTA_CREDENTIALS_INVALID: 'service',
  OKTA_CREDENTIALS_ORG: 'service',
  OKTA_CREDENTIALS_REFUSED: 'service',
  OKTA_KEY_REFUSED: 'service',
  OKTA_PROOF_REFUSED: 'service',
  OKTA_SCOPE_UNGRANTED: 'service',
  OKTA_TOKEN_REFUSED: 'service',
  OKTA_UNREACHABLE: 'service',
  OKTA_REDIRECTED: 'service',
  OKTA_FORBIDDEN: 'service',
  OKTA_FEATURE_ABSENT: 'service',
  OKTA_ACCESS_MANAGEMENT_ABSENT: 'service',
  OKTA_RECONCILING: 'service',
  OKTA_RATE_LIMITED: 'service',
  OKTA_FAILED: 'service',
  OKTA_ANSWER_INVALID: 'service',
  OKTA_PAGE_FOREIGN: 'service',
  OKTA_PAGES_ENDLESS: 'service',
  OKTA_REQUEST_REFUSED: 'problem',
  OKTA_USER_UNKNOWN: 'problem',
  // Maps of an Okta org, and the plan of what is written there.
  MAP_UNMANAGED: 'problem',
  MAP_BLOCK_UNKNOWN: 'problem',
  MAP_SEVERAL_ORGS: 'problem',
  MAP_NAME_TAKEN: 'problem',
  MAP_UNWRITABLE: 'problem',
  MAPS_DIFFER: 'problem',
  EXPORT_GROUPS_UNCLEAR: 'problem',
  PLAN_FOREIGN: 'problem',
  PLAN_VERSION: 'problem',
  PLAN_INCOMPLETE: 'problem',
  PLAN_ORG_INVALID: 'problem',
  PLAN_EDITED: 'problem',
  PLAN_OUTDATED: 'problem',
  PLAN_BLOCKED: 'problem',
  APPLY_INTERRUPTED: 'problem',
  APPLY_WITHOUT_ID: 'problem',
  APPLY_UNSETTLED: 'problem',
  // A hub of revoked tokens.
  HUB_AMBIGUOUS: 'problem',
  HUB_UNKNOWN: 'service',
  HOOK_ADDRESS_INVALID: 'problem',
  HOOK_SECRET_ABSENT: 'service',
  HOOK_SECRET_INVALID: 'service',
  ROTATION_WITHOUT_HOOK: 'problem',
  REVOCATION_ABSENT: 'problem',
} as const satisfies Readonly<Record<string, FailureExit>>;

export type FailureCode = keyof typeof FAILURES;

/** Codes with which a command ends so. */
export type FailureOf<Exit extends FailureExit> = {
  readonly [Code in FailureCode]: (typeof FAILURES)[Code] extends Exit ? Code : never;
}[FailureCode];
