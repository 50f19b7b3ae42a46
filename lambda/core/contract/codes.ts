/**
 * Why a call is refused: the closed list of codes, each with the status that the gateway answers
 * and its closed list of reasons.
 *
 * The caller may see the code; the reason and the rule behind it are for the operator (design:
 * codes are stable, texts are not).
 */
export const REFUSALS = {
  EVENT_MALFORMED: {
    status: 500,
    reasons: [
      'not_an_authorizer_event',
      'token_authorizer',
      'catch_all_in_payload_1',
      'field_missing',
      'method_disagrees',
    ],
  },
  NO_TOKEN: { status: 401, reasons: ['absent', 'not_bearer', 'several'] },
  TOKEN_MALFORMED: {
    status: 401,
    reasons: ['not_a_jwt', 'too_large', 'undecodable', 'duplicate_member'],
  },
  TOKEN_ALGORITHM: { status: 401, reasons: ['not_rs256', 'key_unfit'] },
  TOKEN_SIGNATURE: { status: 401, reasons: ['mismatch'] },
  TOKEN_TYPE: {
    status: 401,
    reasons: [
      'id_token',
      'org_server',
      'dpop_bound',
      'encrypted',
      'nested',
      'wrong_typ',
      'critical_header',
      'key_in_header',
    ],
  },
  TOKEN_ISSUER: { status: 401, reasons: ['unknown'] },
  TOKEN_AUDIENCE: { status: 401, reasons: ['mismatch', 'not_one_text'] },
  TOKEN_CLIENT: { status: 401, reasons: ['not_accepted', 'machine_client_with_user'] },
  TOKEN_CLAIMS: {
    status: 401,
    reasons: [
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
  },
  TOKEN_EXPIRED: { status: 401, reasons: ['exp_passed'] },
  TOKEN_NOT_YET_VALID: { status: 401, reasons: ['nbf_ahead'] },
  KEY_UNKNOWN: { status: 401, reasons: ['kid_missing', 'kid_not_published'] },
  BLOCKED: { status: 403, reasons: ['user', 'client', 'token'] },
  TOKEN_REVOKED: {
    status: 401,
    reasons: [
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
    ],
  },
  ROUTE_UNMAPPED: { status: 403, reasons: ['not_in_inventory'] },
  PATH_REFUSED: {
    status: 403,
    reasons: [
      'ambiguous_parameter',
      'ambiguous_path',
      'closed_route',
      'too_many_readings',
      'paths_disagree',
      'unknown_method',
      'method_override',
      'live_routes_unknown',
    ],
  },
  GROUPS_MISSING: { status: 403, reasons: ['no_groups_in_token'] },
  GROUPS_TOO_MANY: { status: 403, reasons: ['over_1000'] },
  CLIENT_UNMAPPED: { status: 403, reasons: ['not_a_machine', 'groups_not_of_block'] },
  GROUP_DENIED: { status: 403, reasons: ['group_denies', 'machine_denies', 'everyone_denies'] },
  CONFLICT: { status: 403, reasons: ['groups_conflict'] },
  GROUP_NOT_ALLOWED: {
    status: 403,
    reasons: ['no_group_mapped', 'no_group_allows', 'machine_not_allowed'],
  },
  SCOPE_MISSING: { status: 403, reasons: ['not_requested'] },
  QUOTA_EXCEEDED: { status: 403, reasons: ['window_full'] },
  KEYS_UNAVAILABLE: { status: 500, reasons: ['fetch_failed'] },
  QUOTA_STORE_UNAVAILABLE: { status: 500, reasons: ['store_failed'] },
  REVOCATIONS_UNAVAILABLE: { status: 500, reasons: ['read_failed'] },
} as const satisfies Record<
  string,
  { readonly status: 401 | 403 | 500; readonly reasons: readonly string[] }
>;

export type RefusalCode = keyof typeof REFUSALS;
export type ReasonOf<Code extends RefusalCode> = (typeof REFUSALS)[Code]['reasons'][number];

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
