/** An explanation as lines for people: what the command `explain` and the local console show. */
import type { Decision } from '../../lambda/core/decision/decide.ts';
import type { Payment } from '../../lambda/core/quota/bill.ts';
import type { AccessRule, Place } from '../access-map/index.ts';
import {
  firstAndCount,
  type Painter,
  paint,
  pluralize,
  table,
} from '../access-map/report/layout.ts';
import { code } from '../access-map/report/problems.ts';
import { cellText, effectOf, shadowNote } from './cells.ts';
import type { Explanation, UnknownName } from './explanation.ts';
import { requiredScopeText, sentenceFor } from './sentence.ts';
import type { WhoCanCall } from './who-can-call.ts';

export interface Answer {
  /** The route as typed. */
  readonly asked: string;
  readonly source: string;
  readonly mapVersion: string;
  readonly intersect: boolean;
  /** Whether the map follows revocations, which no map can tell. */
  readonly followsRevocations: boolean;
  readonly scopesGiven: boolean;
  readonly nearestRoute: string | undefined;
  readonly explanation: Explanation;
  /**
   * Set when neither groups nor machine were given; the explanation is then that of a user without
   * groups.
   */
  readonly who: WhoCanCall | undefined;
}

export function answerLines(answer: Answer, io: Painter): readonly string[] {
  const { asked, explanation, source, mapVersion, who, nearestRoute } = answer;
  const { route } = explanation.decision;
  const unmapped = isUnmapped(explanation);
  return [
    ...(asked === route ? [] : [`${code(asked)} is a path of ${code(route)}`]),
    ...(who && !unmapped ? whoLines(who, explanation, io) : decisionLines(explanation, io)),
    ...(nearestRoute === undefined ? [] : [`did you mean ${code(nearestRoute)}?`]),
    ...scopeLines(answer),
    ...(answer.followsRevocations ? [REVOCABLE] : []),
    paint(io, 'dim', `${source}, version ${mapVersion}`),
  ];
}

/** The note of tools that show what a caller may do. */
export const REVOCABLE =
  'a token that was revoked since it was issued is still refused: `revoke --list` shows which';

export const isUnmapped = ({ decision }: Explanation): boolean =>
  decision.effect === 'deny' && decision.code === 'ROUTE_UNMAPPED';

function decisionLines(explanation: Explanation, io: Painter): readonly string[] {
  const { rules, overridden } = explanation;
  return [
    ...verdictLines(explanation, io),
    sentenceFor(explanation),
    ...unknownLines(explanation),
    ...ruleLines('rules:', rules),
    ...ruleLines('beaten by the deny:', overridden),
    ...payerLines(explanation),
    ...nearestGroupLines(explanation),
  ];
}

const EFFECT_STYLE = { allow: 'green', deny: 'red', unknown: 'yellow' } as const;

/** What the gateway does; in shadow mode what the rules will do beside it. */
function verdictLines({ decision, cell }: Explanation, io: Painter): readonly string[] {
  const effect = effectOf(cell);
  const head = `${paint(io, EFFECT_STYLE[effect], effect)} ${paint(io, 'bold', decision.route)}`;
  const rules = outcomeText(decision);
  if (shadowNote(cell) === undefined) return [`${head} (${rules})`];
  return [`${head}: ${cellText(cell)}`, `once enforced: ${decision.effect} (${rules})`];
}

/** Code and reason of a refusal, the reason of an allow. */
export const outcomeText = (decision: Decision): string =>
  decision.effect === 'deny' ? `${decision.code}, ${decision.reason}` : decision.reason;

function unknownLines({ unknownGroups, unknownMachine }: Explanation): readonly string[] {
  const line = (what: string, { name, nearest }: UnknownName): string =>
    `the map has no ${what} ${code(name)}${nearest === undefined ? '' : `, did you mean ${code(nearest)}?`}`;
  const machine = unknownMachine === undefined ? [] : [line('machine', unknownMachine)];
  return [...unknownGroups.map((group) => line('group', group)), ...machine];
}

export const ruleLines = (heading: string, rules: readonly AccessRule[]): readonly string[] =>
  rules.length === 0
    ? []
    : [
        heading,
        ...table(
          rules.map((rule) => [lineOf(rule.place), rule.effect, subjectOf(rule), patternOf(rule)]),
        ),
      ];

/** `access.yaml:12:7`, or the place in `cdk.json`. */
const lineOf = ({ source, path, line, column }: Place): string =>
  line === undefined ? `${source}${path}` : `${source}:${line}:${column ?? 1}`;

const subjectOf = ({ subject }: AccessRule): string =>
  subject.kind === 'machine' ? `machine ${subject.name}` : subject.name;

function patternOf({ pattern, permission, patternPlace }: AccessRule): string {
  if (permission === undefined) return pattern;
  return `${permission}: ${pattern}${patternPlace === undefined ? '' : ` (${lineOf(patternPlace)})`}`;
}

function payerLines({ payers, strict, free, decision }: Explanation): readonly string[] {
  if (decision.effect === 'deny') return [];
  const lines = chargedLines('charged to each strict quota of:', strict);
  if (free !== undefined) {
    const what = strict.length === 0 ? 'no quota' : 'no other quota';
    return [...lines, `${what} is charged: ${code(free)} allows the call and has none for it`];
  }
  const heading = payers.length === 1 ? 'charged to:' : 'charged to the first with room of:';
  return [...lines, ...chargedLines(heading, payers)];
}

function chargedLines(heading: string, payments: readonly Payment[]): readonly string[] {
  if (payments.length === 0) return [];
  return [
    heading,
    ...table(
      payments.map(({ quota, payer }) => [
        quota.name,
        payer,
        quota.windows.map(({ limit, per }) => `${pluralize(limit, 'call')} a ${per}`).join(', '),
      ]),
    ),
  ];
}

/** Other refusals stay whatever group is added; their sentences say so. */
const REFUSALS_FOR_LACK: ReadonlySet<string> = new Set([
  'GROUPS_MISSING',
  'GROUP_NOT_ALLOWED',
  'CLIENT_UNMAPPED',
]);

export function nearestGroupLines({
  decision,
  nearestGroup,
}: Pick<Explanation, 'decision' | 'nearestGroup'>): readonly string[] {
  if (decision.effect === 'allow' || !REFUSALS_FOR_LACK.has(decision.code)) return [];
  if (nearestGroup === undefined) return ['no additional group would allow it'];
  const { name, furtherRoutes } = nearestGroup;
  const others =
    furtherRoutes.length === 0
      ? 'nothing else'
      : `${firstAndCount(furtherRoutes.map(code), 5)} as well`;
  return [`nearest group that would allow it: ${code(name)}, which allows ${others}`];
}

function whoLines(
  who: WhoCanCall,
  { cell, decision: { route } }: Explanation,
  io: Painter,
): readonly string[] {
  const list = (names: readonly string[]): string => names.join(', ') || 'none';
  const withoutGroup = who.public
    ? 'everyone, without a token (public)'
    : 'everyone with a valid token (signedIn)';
  const rows = [
    ...(who.everyone ? [['allowed', 'every user (everyone)']] : []),
    ...(who.groups.length > 0 ? [['allowed groups', list(who.groups)]] : []),
    ...(who.machines.length > 0 ? [['allowed machines', list(who.machines)]] : []),
    ...(who.deniedGroups.length > 0 ? [['denied groups', list(who.deniedGroups)]] : []),
    ...(who.deniedMachines.length > 0 ? [['denied machines', list(who.deniedMachines)]] : []),
    ...who.conflicts.map((groups) => ['refused', `callers in two of ${list(groups)} (conflicts)`]),
  ];
  const nobody =
    who.groups.length + who.machines.length === 0 && !who.everyone ? [['allowed', 'nobody']] : [];
  return [
    paint(io, 'bold', route),
    ...(shadowNote(cell) === undefined ? [] : [`${shadowNote(cell)}; once enforced:`]),
    ...table(who.public || who.signedIn ? [['allowed', withoutGroup]] : [...nobody, ...rows]),
    ...ruleLines('rules:', who.rules),
  ];
}

function scopeLines({ intersect, scopesGiven, explanation, who }: Answer): readonly string[] {
  if (!intersect || scopesGiven || isUnmapped(explanation)) return [];
  if (who)
    return [
      `scopes matter (\`scopes: intersect\`): ${requiredScopeText(explanation.acceptedScopes)}; here every scope counts as asked for`,
    ];
  return explanation.decision.effect === 'deny'
    ? [
        'scopes matter (`scopes: intersect`): this is the decision for a token without scopes, name them with `--scope`',
      ]
    : [];
}
