/**
 * Why a call is refused: the closed list of codes, each with the status that the gateway answers.
 *
 * The caller may see the code; the reason and the determining rule are for the operator. Codes are
 * stable, texts are not.
 */
export const STATUS_OF = {
  EVENT_MALFORMED: 500,
  NO_TOKEN: 401,
  TOKEN_MALFORMED: 401,
  TOKEN_ALGORITHM: 401,
  TOKEN_SIGNATURE: 401,
  TOKEN_TYPE: 401,
  TOKEN_ISSUER: 401,
  TOKEN_AUDIENCE: 401,
  TOKEN_CLIENT: 401,
  TOKEN_CLAIMS: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_NOT_YET_VALID: 401,
  KEY_UNKNOWN: 401,
  BLOCKED: 403,
  TOKEN_REVOKED: 401,
  ROUTE_UNMAPPED: 403,
  PATH_REFUSED: 403,
  GROUPS_MISSING: 403,
  GROUPS_TOO_MANY: 403,
  CLIENT_UNMAPPED: 403,
  GROUP_DENIED: 403,
  CONFLICT: 403,
  GROUP_NOT_ALLOWED: 403,
  SCOPE_MISSING: 403,
  QUOTA_EXCEEDED: 403,
  KEYS_UNAVAILABLE: 500,
  QUOTA_STORE_UNAVAILABLE: 500,
  REVOCATIONS_UNAVAILABLE: 500,
} as const satisfies Readonly<Record<string, 401 | 403 | 500>>;

/** The reasons of `TOKEN_REVOKED`; a list of revoked tokens stores them too. */
export const REVOKED_REASONS = [
  'user_deactivated',
  'user_suspended',
  'user_deleted',
  'user_locked',
  'sessions_revoked',
  'password_reset',
  'group_removed',
  'group_added',
  'app_unassigned',
  'client_deactivated',
  'group_deleted',
  'by_hand',
  'other',
] as const;

const REASONS = {
  EVENT_MALFORMED: [
    'not_an_authorizer_event',
    'token_authorizer',
    'catch_all_in_payload_1',
    'field_missing',
    'method_disagrees',
  ],
  NO_TOKEN: ['absent', 'not_bearer', 'several'],
  TOKEN_MALFORMED: ['not_a_jwt', 'too_large', 'undecodable', 'duplicate_member'],
  TOKEN_ALGORITHM: ['not_rs256', 'key_unfit'],
  TOKEN_SIGNATURE: ['mismatch'],
  TOKEN_TYPE: [
    'id_token',
    'org_server',
    'dpop_bound',
    'encrypted',
    'nested',
    'wrong_typ',
    'critical_header',
    'key_in_header',
  ],
  TOKEN_ISSUER: ['unknown'],
  TOKEN_AUDIENCE: ['mismatch', 'not_one_text'],
  TOKEN_CLIENT: ['not_accepted', 'machine_client_with_user'],
  TOKEN_CLAIMS: [
    'exp',
    'iat',
    'nbf',
    'sub',
    'scope',
    'cid',
    'jti',
    'uid',
    'scp',
    'groups',
    'lifetime_too_long',
    'issued_in_the_future',
  ],
  TOKEN_EXPIRED: ['exp_passed'],
  TOKEN_NOT_YET_VALID: ['nbf_ahead'],
  KEY_UNKNOWN: ['kid_missing', 'kid_not_published'],
  BLOCKED: ['user', 'client', 'token'],
  TOKEN_REVOKED: REVOKED_REASONS,
  ROUTE_UNMAPPED: ['not_in_inventory'],
  PATH_REFUSED: [
    'ambiguous_parameter',
    'ambiguous_path',
    'closed_route',
    'too_many_readings',
    'paths_disagree',
    'unknown_method',
    'method_override',
    'live_routes_unknown',
  ],
  GROUPS_MISSING: ['no_groups_in_token'],
  GROUPS_TOO_MANY: ['over_1000'],
  CLIENT_UNMAPPED: ['not_a_machine', 'groups_not_of_block'],
  GROUP_DENIED: ['group_denies', 'machine_denies', 'everyone_denies'],
  CONFLICT: ['groups_conflict'],
  GROUP_NOT_ALLOWED: ['no_group_mapped', 'no_group_allows', 'machine_not_allowed'],
  SCOPE_MISSING: ['not_requested'],
  QUOTA_EXCEEDED: ['window_full'],
  KEYS_UNAVAILABLE: ['fetch_failed'],
  QUOTA_STORE_UNAVAILABLE: ['store_failed'],
  REVOCATIONS_UNAVAILABLE: ['read_failed'],
} as const satisfies Readonly<Record<RefusalCode, readonly string[]>>;

type Refusals = {
  readonly [Code in RefusalCode]: {
    readonly status: (typeof STATUS_OF)[Code];
    readonly reasons: (typeof REASONS)[Code];
  };
};

/** Each code with its status and its closed list of reasons, which no function carries along. */
export const REFUSALS = /* @__PURE__ */ withReasons();

function withReasons(): Refusals {
  const codes = Object.keys(STATUS_OF) as readonly RefusalCode[];
  const entries = codes.map((code) => [code, { status: STATUS_OF[code], reasons: REASONS[code] }]);
  return Object.fromEntries(entries) as Refusals;
}

export type RefusalCode = keyof typeof STATUS_OF;
export type ReasonOf<Code extends RefusalCode> = (typeof REASONS)[Code][number];

/** One refusal: a code and a reason from that code's own list. */
export type Refusal = {
  readonly [Code in RefusalCode]: { readonly code: Code; readonly reason: ReasonOf<Code> };
}[RefusalCode];

/** Why a call is allowed. */
export const ALLOW_REASONS = [
  'public',
  'signed_in',
  'group_allows',
  'machine_allows',
  'everyone_allows',
] as const;
export type AllowReason = (typeof ALLOW_REASONS)[number];

/** Makes a refusal; the compiler checks that the reason belongs to the code. */
export function refuse<Code extends RefusalCode>(code: Code, reason: ReasonOf<Code>): Refusal {
  return { code, reason } as Refusal;
}

/**
 * Whether the same token may be accepted a moment later, so that no gateway may keep the answer:
 * its key is published meanwhile, or its time comes.
 */
export const isPassing = ({ code, reason }: Refusal): boolean =>
  code === 'KEY_UNKNOWN' || code === 'TOKEN_NOT_YET_VALID' || reason === 'issued_in_the_future';
