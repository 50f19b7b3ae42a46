/** The flat context that the gateway hands to back ends, access log and header mappings. */

import type { RefusalCode } from '../contract/codes.ts';
import { type AuthorizerContext, MISSING_VALUE } from '../contract/context-fields.ts';
import type { Entitlements } from '../decision/entitlements.ts';
import type { QuotaState } from '../quota/quota-state.ts';
import { secondsUntil } from '../quota/quota-state.ts';
import { principalId } from '../token/principal.ts';

export interface ContextFacts {
  readonly mapVersion: string;
  readonly entitlements: Entitlements | undefined;
  readonly code: RefusalCode | undefined;
  readonly quota: QuotaState | undefined;
  readonly quotaExceeded: boolean;
  /** Digest of the principal, for maps whose logs do not name it. */
  readonly pseudonym?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Strings only: REST APIs stringify every value and refuse objects. `groups` is JSON text, `scope`
 * is space-separated (RFC 6749, 3.3), `quotaReset` is whole seconds from now, `quotaExceeded` is
 * `true` or `false`.
 */
export function authorizerContext({
  mapVersion,
  entitlements,
  code,
  quota,
  quotaExceeded,
  pseudonym,
  now,
}: ContextFacts): AuthorizerContext {
  const principal = entitlements?.principal;
  const { groups, scope } = entitlements ? callerTexts(entitlements) : NO_CALLER;
  const context = {
    principalId: principal ? principalId(principal) : MISSING_VALUE,
    uid: principal?.kind === 'user' ? principal.uid : MISSING_VALUE,
    cid: principal?.cid ?? MISSING_VALUE,
    groups,
    scope,
    mapVersion,
    code: code ?? MISSING_VALUE,
    quotaLimit: quota ? String(quota.limit) : MISSING_VALUE,
    quotaRemaining: quota ? String(quota.remaining) : MISSING_VALUE,
    quotaReset: quota ? String(secondsUntil(quota.endsAt, now)) : MISSING_VALUE,
    quotaExceeded: String(quotaExceeded),
  };
  return pseudonym === undefined ? context : { ...context, principal: pseudonym };
}

type CallerTexts = Pick<AuthorizerContext, 'groups' | 'scope'>;

const NO_CALLER: CallerTexts = { groups: '[]', scope: MISSING_VALUE };
const known = new WeakMap<Entitlements, CallerTexts>();

/** Made once per token, like the entitlements: a hundred names take longer than the decision. */
function callerTexts(entitlements: Entitlements): CallerTexts {
  const texts = known.get(entitlements) ?? {
    groups: asciiJson(entitlements.groups),
    scope: entitlements.permissions.join(' ') || MISSING_VALUE,
  };
  known.set(entitlements, texts);
  return texts;
}

/** JSON text in printable ASCII, since it travels in a header. Source: RFC 9110, 5.5. */
function asciiJson(names: readonly string[]): string {
  return JSON.stringify(names).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
