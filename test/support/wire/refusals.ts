/**
 * The codes of refusals with their statuses and reasons, written out: callers, records and scripts
 * know them. test/contract.test.ts compares them with the contract.
 */
import type { ReasonOf, RefusalCode } from '../../../lambda/core/contract/codes.ts';

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
} as const satisfies {
  readonly [Code in RefusalCode]: {
    readonly status: 401 | 403 | 500;
    readonly reasons: readonly ReasonOf<Code>[];
  };
};
