/** The fields of the decision record that do not come from the gateway event. */

import type { AllowReason, RefusalCode } from '../core/contract/codes.ts';
import type {
  DecisionMode,
  DecisionRecord,
  KeySource,
  RecordedPrincipal,
  RecordedQuota,
  RecordedRule,
  RefusedBy,
} from '../core/contract/decision-record.ts';
import type { Decision } from '../core/decision/decide.ts';
import type { Entitlements } from '../core/decision/entitlements.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { QuotaState } from '../core/quota/quota-state.ts';
import { type DeterminingRules, determiningRules } from '../core/record/determining-rules.ts';
import { quotaRule, ruleFinder } from '../core/record/rule-table.ts';
import { principalId } from '../core/token/principal.ts';
import type { Evaluation } from './evaluate.ts';
import { perObject, perRoute } from './per-object.ts';

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

/** Why a route in shadow mode refuses: the rules, or what the record says of it. */
export type ShadowRefusal = 'rules' | RefusedBy;

/** What came of it. */
export interface RecordedEffect {
  /** What the caller got. */
  readonly effect: 'allow' | 'deny';
  /** Why a route in shadow refuses. */
  readonly refusedBy: ShadowRefusal | undefined;
  readonly mode: DecisionMode;
}

export interface RecordedCircumstances {
  readonly keySource: KeySource | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Pseudonym = (id: string) => string;

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

/** @param pseudonym the pseudonym of a user or client, where `audit.hashPrincipal` is set. */
export function decisionFacts(
  model: AccessModel,
  pseudonym: Pseudonym | undefined,
): (
  outcome: Evaluation,
  enforced: RecordedEffect,
  circumstances: RecordedCircumstances,
) => DecisionFacts {
  const ruleOf = ruleFinder(model);
  const callerOf = perObject((entitlements: Entitlements) =>
    recordedCaller(model, entitlements, pseudonym),
  );
  const lastOf = perRoute((_caller: Entitlements): { determined?: Determined } => ({}));
  const determinedBy = (entitlements: Entitlements, decision: Decision): Determined => {
    const last = lastOf(entitlements, decision.route);
    const verdict = decision.effect === 'deny' ? decision.code : decision.reason;
    if (last.determined?.verdict === verdict) return last.determined;
    const determining = determiningRules(model, entitlements, decision);
    last.determined = {
      verdict,
      rule: ruleOf(determining, decision.route, pseudonym),
      group: determiningGroup(determining, entitlements),
    };
    return last.determined;
  };
  const ruleIn = (
    { decision, quota }: Evaluation,
    determined: Determined | undefined,
  ): RecordedRule | undefined =>
    decision.effect === 'deny' && decision.code === 'QUOTA_EXCEEDED'
      ? quotaRule(model, quota?.quota ?? '')
      : determined?.rule;
  // Members one by one: to spread a dozen small objects takes longer than all the rest of a call.
  return (outcome, enforced, { keySource, now }) => {
    const { decision, entitlements, reading, revocationsUnread } = outcome;
    const facts: Writable<DecisionFacts> = verdictFields(decision, enforced);
    const determined = entitlements && determinedBy(entitlements, decision);
    const rule = ruleIn(outcome, determined);
    if (rule) facts.rule = rule;
    if (entitlements) addCaller(facts, callerOf(entitlements));
    if (determined?.group !== undefined) facts.group = determined.group;
    const quota = quotaFields(model, outcome, now);
    if (quota) facts.quota = quota;
    if (reading) facts.reading = reading;
    if (keySource) facts.keySource = keySource;
    if (revocationsUnread) facts.revocationsUnread = true;
    facts.mapVersion = model.version;
    return facts;
  };
}

/** What of the map made a verdict, and the caller's group that it made it by. */
interface Determined {
  readonly verdict: RefusalCode | AllowReason;
  readonly rule: RecordedRule | undefined;
  readonly group: string | undefined;
}

/** `mapVersion` is set last, so that it is there. */
function verdictFields(
  decision: Decision,
  { effect, mode, refusedBy }: RecordedEffect,
): Writable<DecisionFacts> {
  const { route, reason } = decision;
  const code = decision.effect === 'deny' ? decision.code : undefined;
  const facts = (
    code === undefined ? { route, effect, mode, reason } : { route, effect, mode, code, reason }
  ) as Writable<DecisionFacts>;
  if (effect === 'allow' && code !== undefined) facts.wouldDeny = true;
  if (refusedBy !== undefined && refusedBy !== 'rules') facts.refusedBy = refusedBy;
  return facts;
}

function addCaller(facts: Writable<DecisionFacts>, caller: Caller): void {
  const { principal, groups, unmappedGroups, scopes } = caller;
  if (principal) facts.principal = principal;
  if (groups) facts.groups = groups;
  if (unmappedGroups !== undefined) facts.unmappedGroups = unmappedGroups;
  if (scopes) facts.scopes = scopes;
}

const quotaFields = (
  model: AccessModel,
  { quota, quotaExceeded = false, storeFailure }: Evaluation,
  now: number,
): RecordedQuota | undefined =>
  quota ? recordedQuota(quota, quotaExceeded) : failedQuota(model, storeFailure, now);

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

/** Computed once per token, like the entitlements. */
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

const PAYER_KINDS = ['user', 'group'] as const;

function recordedQuota(
  { quota: name, payer, ...window }: QuotaState,
  exceeded: boolean,
): RecordedQuota {
  const by = PAYER_KINDS.find((kind) => payer.startsWith(`${kind}:`)) ?? 'client';
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
