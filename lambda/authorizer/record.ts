/** What the decision record says of a request, apart from the gateway's own names for it. */

import type { Decision } from '../core/decision/decide.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { QuotaState } from '../core/quota/quota.ts';
import type {
  DecisionMode,
  DecisionRecord,
  RecordedPrincipal,
  RecordedQuota,
} from '../core/record/decision-record.ts';
import { type DeterminingRules, determiningRules } from '../core/record/determining-rules.ts';
import { quotaRule, ruleFinder } from '../core/record/rule-table.ts';
import { principalId } from '../core/token/principal.ts';
import type { KeySource } from '../ports.ts';

type OfRequest =
  | 'record'
  | 'v'
  | 'time'
  | 'requestId'
  | 'apiId'
  | 'stage'
  | 'durationMs'
  | 'weight';

/** The part of a record that the decision gives; the handler adds what the event says. */
export type DecisionFacts = Omit<DecisionRecord, OfRequest>;

export interface Recordable {
  /** What the rules say. */
  readonly decision: Decision;
  /** What the caller got. */
  readonly effect: 'allow' | 'deny';
  /** Why a route in shadow refuses. */
  readonly refusedBy: 'rules' | 'formerLaw' | 'unknownLaw' | undefined;
  readonly mode: DecisionMode;
  readonly entitlements: Entitlements | undefined;
  readonly quota: QuotaState | undefined;
  readonly quotaExceeded: boolean;
  readonly storeFailure: string | undefined;
  readonly keySource: KeySource | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Pseudonym = (id: string) => string;

/** @param pseudonym makes what stands for a user or a client where `audit.hashPrincipal` is set. */
export function decisionFacts(
  model: AccessModel,
  pseudonym: Pseudonym | undefined,
): (facts: Recordable) => DecisionFacts {
  const ruleOf = ruleFinder(model);
  const callers = new WeakMap<Entitlements, Caller>();
  const callerOf = (entitlements: Entitlements): Caller => {
    const known = callers.get(entitlements) ?? recordedCaller(model, entitlements, pseudonym);
    callers.set(entitlements, known);
    return known;
  };
  return ({
    decision,
    effect,
    refusedBy,
    mode,
    entitlements,
    quota,
    quotaExceeded,
    storeFailure,
    keySource,
    now,
  }) => {
    const code = decision.effect === 'deny' ? decision.code : undefined;
    const determining = entitlements && determiningRules(model, entitlements, decision);
    const rule =
      code === 'QUOTA_EXCEEDED'
        ? quotaRule(model, quota?.quota ?? '')
        : determining && ruleOf(determining, decision.route, pseudonym);
    const group = determining && determiningGroup(determining, entitlements);
    const quotaFields = quota
      ? recordedQuota(quota, quotaExceeded)
      : failedQuota(model, storeFailure, now);
    return {
      route: decision.route,
      effect,
      mode,
      ...(code !== undefined && { code }),
      reason: decision.reason,
      ...(effect === 'allow' && code !== undefined && { wouldDeny: true }),
      ...(refusedBy !== undefined && refusedBy !== 'rules' && { refusedBy }),
      ...(rule && { rule }),
      ...(entitlements && callerOf(entitlements)),
      ...(group !== undefined && { group }),
      ...(quotaFields && { quota: quotaFields }),
      ...(keySource && { keySource }),
      mapVersion: model.version,
    };
  };
}

function determiningGroup(
  determining: DeterminingRules,
  { groups }: Entitlements,
): string | undefined {
  const [grant] =
    determining.kind === 'grants' || determining.kind === 'scopes' ? determining.grants : [];
  if (grant) return grant.kind === 'group' ? grant.name : undefined;
  return groups.length === 1 ? groups[0] : undefined;
}

type Caller = Pick<DecisionRecord, 'principal' | 'groups' | 'unmappedGroups' | 'scopes'>;

/** Worked out once a token, like the entitlements themselves. */
function recordedCaller(
  model: AccessModel,
  { principal, groups }: Entitlements,
  pseudonym: Pseudonym | undefined,
): Caller {
  const { kind, cid, block } = principal;
  const named: RecordedPrincipal = pseudonym
    ? { kind, id: pseudonym(principalId(principal)) }
    : { kind, id: principalId(principal), cid };
  const counted = new Set(groups);
  const isUnmapped = (name: string): boolean => !counted.has(model.groups.get(name)?.name ?? '');
  const permissions = new Set(
    model.scopes === 'intersect' ? model.permissions.map(({ name }) => name) : [],
  );
  return {
    principal: block === undefined ? named : { ...named, block },
    groups,
    ...(principal.kind === 'user' && {
      unmappedGroups: principal.groups.filter(isUnmapped).length,
    }),
    ...(model.scopes === 'intersect' && {
      scopes: principal.scopes.filter((scope) => permissions.has(scope)),
    }),
  };
}

function recordedQuota(
  { quota: name, payer, ...window }: QuotaState,
  exceeded: boolean,
): RecordedQuota {
  const by = payer.startsWith('user:') ? 'user' : payer.startsWith('group:') ? 'group' : 'client';
  return { name, by, ...window, ...(exceeded && { exceeded }) };
}

function failedQuota(
  { quotas }: AccessModel,
  name: string | undefined,
  now: number,
): RecordedQuota | undefined {
  const quota = name === undefined ? undefined : quotas.get(name);
  if (!quota) return undefined;
  const limit = Math.min(...quota.windows.map((window) => window.limit));
  return {
    name: quota.name,
    by: quota.by,
    limit,
    remaining: 0,
    endsAt: Math.floor(now / 1_000),
    storeFailed: true,
  };
}
