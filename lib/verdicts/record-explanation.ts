/**
 * Why a recorded decision is what it is: read from its record, never decided again. What the record
 * names (decision, caller, quota) stands; the map only tells which of its rules that was.
 */
import type { Refusal } from '../../lambda/core/contract/codes.ts';
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import type { Decision } from '../../lambda/core/decision/decide.ts';
import { type Entitlements, entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';
import { code } from '../access-map/report/problems.ts';
import { explanationOf } from './code-explanations.ts';
import { type DecisionSources, matchingRules, permissionsWith } from './explanation.ts';
import { nearestGroupLines, outcomeText, ruleLines } from './explanation-text.ts';
import { nearestGroup } from './nearest-group.ts';
import { reasonWords, spaced } from './reason-words.ts';
import { sentenceFor } from './sentence.ts';

export interface RecordExplanation {
  /** What the caller got from the authorizer. */
  readonly effect: 'allow' | 'deny';
  /** Why the rules refuse; in shadow mode beside `allow`. */
  readonly code?: Refusal['code'];
  /** The reason of the decision in words. */
  readonly reason: string;
  readonly sentence: string;
  /** The whole explanation for people, as the command `explain` writes it. */
  readonly lines: readonly string[];
}

/**
 * @param book of the map that decided, or of one with the same rules
 * @param entry of the map, with its place, that a refusal is about where no rule made it
 */
export function explainRecord(
  sources: DecisionSources,
  record: DecisionRecord,
  entry?: string,
): RecordExplanation {
  const { effect, code: refused, reason, mapVersion } = record;
  const decision = decisionIn(record);
  const principal = principalIn(record);
  const entitlements = entitlementsOf(sources.model, principal ?? NOBODY);
  const matching = matchingRules(sources, entitlements, decision);
  const acceptedScopes = permissionsWith(sources.model, decision.route);
  const sentence = sentenceFor({ decision, entitlements, ...matching, acceptedScopes });
  return {
    effect,
    ...(refused !== undefined && { code: refused }),
    reason:
      refused === undefined ? spaced(reason) : reasonWords({ code: refused, reason } as Refusal),
    sentence,
    lines: [
      ...verdictLines(record, decision),
      sentence,
      ...ruleText(record, matching.rules, entry),
      ...ruleLines('beaten by the deny:', matching.overridden),
      ...readingLines(record),
      ...quotaLines(record),
      ...nearestGroupLines({
        decision,
        nearestGroup: principal && nearestFor(sources.model, principal, entitlements, decision),
      }),
      ...fixLines(decision),
      `decided by the map of version ${mapVersion}`,
    ],
  };
}

const decisionIn = ({ code: refused, reason, route = 'a call' }: DecisionRecord): Decision =>
  (refused === undefined
    ? { effect: 'allow', reason, route }
    : { effect: 'deny', code: refused, reason, route }) as Decision;

/** Stands for the unknown caller of sentences that mention no caller. */
const NOBODY: Principal = { kind: 'user', uid: '', cid: '', groups: [], scopes: [] };

function principalIn({ principal, groups, scopes }: DecisionRecord): Principal | undefined {
  if (principal === undefined) return undefined;
  const { kind, id, cid = id, block } = principal;
  const shared = { cid, scopes: scopes ?? [], ...(block !== undefined && { block }) };
  return kind === 'user'
    ? { kind, uid: id, groups: groups ?? [], ...shared }
    : { kind, ...shared, cid: id };
}

function verdictLines(
  { effect, wouldDeny, refusedBy, mode }: DecisionRecord,
  decision: Decision,
): readonly string[] {
  const { route } = decision;
  if (refusedBy !== undefined)
    return [
      `${effect} ${route}: in shadow mode, and what protected the route before refuses`,
      `the rules alone: ${decision.effect} (${outcomeText(decision)})`,
    ];
  if (wouldDeny === true)
    return [
      `${effect} ${route}: in shadow mode, the rules are not enforced`,
      `once enforced: deny (${outcomeText(decision)})`,
    ];
  return [
    `${effect} ${route} (${outcomeText(decision)})${mode === 'shadow' ? ', in shadow mode' : ''}`,
  ];
}

/**
 * The rules of the map; of what has none, such as a blocked user or a quota, the recorded entry.
 */
function ruleText(
  { rule }: DecisionRecord,
  rules: Parameters<typeof ruleLines>[1],
  entry: string | undefined,
): readonly string[] {
  if (rules.length > 0) return ruleLines('rules:', rules);
  if (rule === undefined) return entry === undefined ? [] : [`see ${entry}`];
  return [`rule: ${rule.path}${rule.at === undefined ? '' : ` (${rule.at})`}`];
}

function readingLines({ reading }: DecisionRecord): readonly string[] {
  if (reading === undefined) return [];
  const { by, routes } = reading;
  const as = routes.length === 0 ? 'something else' : routes.map(code).join(' or ');
  return [`a back end may read the path as ${as} (${by.join(', ')})`];
}

function quotaLines({ quota }: DecisionRecord): readonly string[] {
  if (quota === undefined) return [];
  const { name, by, limit, remaining, endsAt, per, exceeded, storeFailed } = quota;
  const head = `quota ${code(name)} (by ${by}):`;
  if (storeFailed) return [`${head} it could not be counted, since the store failed`];
  const window = `${limit} ${per === undefined ? 'in its window' : `a ${per}`}`;
  // A record is read at any time, days later too: the date belongs to it, and nothing is said of
  // now.
  const end = new Date(endsAt * 1_000).toISOString().replace('T', ' ').slice(0, 19);
  return exceeded
    ? [`${head} used up, all ${window}, in the window until ${end} UTC`]
    : [`${head} ${remaining} of ${window} left after the call, in the window until ${end} UTC`];
}

function nearestFor(
  model: AccessModel,
  principal: Principal,
  { blocked }: Entitlements,
  { effect, route }: Decision,
) {
  return effect === 'deny' && !blocked ? nearestGroup(model, principal, route) : undefined;
}

/** Only what can be done without Okta: a record is as often of another issuer. */
function fixLines(decision: Decision): readonly string[] {
  const fix = decision.effect === 'deny' ? explanationOf(decision).fix : undefined;
  return fix === undefined ? [] : [`to change that: ${fix}`];
}
