/** The flat context that the gateway hands to back ends, access log and header mappings. */
import type { RefusalCode } from '../contract/codes.ts';
import type { Standing } from '../decision/standing.ts';
import { type QuotaState, secondsUntil } from '../quota/quota.ts';
import { principalId } from '../token/principal.ts';

/**
 * Stands where there is no value. A mapped field is never empty: what an overwrite with a missing value does is
 * undocumented, and in a similar product it let the client's own header through.
 */
export const NO_VALUE = '-';

export type AuthorizerContext = Readonly<Record<string, string>>;

export interface ContextFacts {
  readonly mapVersion: string;
  readonly standing: Standing | undefined;
  readonly code: RefusalCode | undefined;
  readonly quota: QuotaState | undefined;
  readonly quotaExceeded: boolean;
  /** Digest of the principal, for maps whose logs do not name it. */
  readonly pseudonym?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Strings only: REST APIs stringify every value and refuse objects. `groups` is JSON text, `scope` is space-separated
 * (RFC 6749, 3.3), `quotaReset` is whole seconds from now, `quotaExceeded` is `true` or `false`.
 */
export function authorizerContext({ mapVersion, standing, code, quota, quotaExceeded, pseudonym, now }: ContextFacts): AuthorizerContext {
  const principal = standing?.principal;
  return {
    principalId: principal ? principalId(principal) : NO_VALUE,
    uid: principal?.kind === 'user' ? principal.uid : NO_VALUE,
    cid: principal?.cid ?? NO_VALUE,
    groups: asciiJson(standing?.groups ?? []),
    scope: standing?.permissions.join(' ') || NO_VALUE,
    mapVersion,
    code: code ?? NO_VALUE,
    quotaLimit: quota ? String(quota.limit) : NO_VALUE,
    quotaRemaining: quota ? String(quota.remaining) : NO_VALUE,
    quotaReset: quota ? String(secondsUntil(quota.endsAt, now)) : NO_VALUE,
    quotaExceeded: String(quotaExceeded),
    ...(pseudonym !== undefined && { principal: pseudonym }),
  };
}

/** JSON text in printable ASCII, since it travels in a header. Source: RFC 9110, 5.5. */
function asciiJson(names: readonly string[]): string {
  return JSON.stringify(names).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
