/**
 * Evaluates the rules that give tokens to the clients of a map, managed by this tool or not:
 * lifetime, grants, users who are left out, and what may change the tokens.
 */
import { code } from '../access-map/report/problems.ts';
import { type Client, mayUse } from './clients.ts';
import type { DesiredPolicy } from './desired-org.ts';
import { unevaluatedFields } from './evaluated-fields.ts';
import { isLoose, isRefreshed } from './grants.ts';
import {
  type Decision,
  isForSomePeople,
  isForSomeScopes,
  type Minting,
  mintingRules,
} from './minting.ts';
import { REFRESH_MINUTES } from './plan-policy-rule.ts';
import type { PolicyState, RuleState, ServerState } from './state.ts';
import {
  distinct,
  error,
  findingOf,
  type UnevaluatedFinding,
  type VerifyFinding,
} from './verify-finding.ts';

export interface RuleContext {
  readonly wanted: DesiredPolicy;
  readonly clients: readonly Client[];
  /** The policy that carries the mark of the map; nothing on a server of somebody else. */
  readonly own: PolicyState | undefined;
}

export function evaluateRules(server: ServerState, context: RuleContext): readonly VerifyFinding[] {
  const all = context.clients.flatMap((client) =>
    mintingRules(server, client.id).flatMap((minting) => evaluateMinting(minting, client, context)),
  );
  return distinct(all);
}

function evaluateMinting(
  minting: Minting,
  client: Client,
  context: RuleContext,
): readonly VerifyFinding[] {
  const { policy, rule, grants } = minting;
  const isOwn = policy === context.own;
  // A rule with a loose grant is one click away from tokens by that grant, even if the app lacks
  // it.
  const isUnintended = (grant: string): boolean =>
    isLoose(grant) && !context.wanted.grantTypes.includes(grant);
  const loose = grants.filter(
    (grant) => (isUnintended(grant) || mayUse(client, grant)) && !client.grants.includes(grant),
  );
  // What our own rule allows is compared with the map itself.
  const byGrants = isOwn || loose.length === 0 ? [] : [looseGrants(minting, client, loose)];
  if (!grants.some((grant) => mayUse(client, grant))) return byGrants;
  return [
    ...byGrants,
    // What the map names of our own rule is set right by an apply.
    ...(isOwn && context.wanted.refreshMinutes !== undefined
      ? []
      : evaluateRefresh(minting, client, context.wanted)),
    ...evaluateHook(rule),
    ...evaluateReach(rule, isOwn),
    ...unevaluatedOf(policy, rule, 'error'),
  ];
}

/** Evaluates the rules that give none of our clients a token yet. */
export function evaluateOtherRules(
  server: ServerState,
  contexts: readonly RuleContext[],
): readonly VerifyFinding[] {
  const reached = usableRules(
    server,
    contexts.flatMap(({ clients }) => clients),
  );
  const all = server.policies.flatMap((policy) =>
    policy.rules
      .filter((rule) => !reached.has(rule))
      .flatMap((rule) => unevaluatedOf(policy, rule, 'warning')),
  );
  return distinct(all);
}

/** Rules that give tokens to a client by a grant that it may use. */
export const usableRules = (
  server: ServerState,
  clients: readonly Client[],
): ReadonlySet<RuleState> =>
  new Set(
    clients.flatMap((client) =>
      mintingRules(server, client.id)
        .filter(({ grants }) => grants.some((grant) => mayUse(client, grant)))
        .map(({ rule }) => rule),
    ),
  );

function looseGrants(
  { policy, rule }: Minting,
  { shown }: Client,
  loose: readonly string[],
): VerifyFinding {
  const tokens = `tokens of ${rule.lifetimeMinutes} minutes by ${loose.map(code).join(', ')}`;
  return error(
    'RULE_GRANT_UNNAMED',
    `rule ${code(rule.name)} of the policy ${code(policy.name)} gives ${code(shown)} ${tokens}, which the map does not name: remove the grants or the client, or name them as \`grants\` of the app`,
  );
}

function evaluateRefresh(
  { rule: { name, refreshMinutes: minutes }, grants }: Minting,
  client: Client,
  { refreshMinutes: named }: DesiredPolicy,
): readonly VerifyFinding[] {
  const isAsked = grants.some((grant) => isRefreshed(grant) && mayUse(client, grant));
  if (!isAsked || !mayUse(client, 'refresh_token')) return [];
  const lives = minutes === 0 ? 'without end' : `of ${minutes} minutes`;
  const most = named ?? REFRESH_MINUTES;
  if (most === 0 || (minutes !== 0 && minutes <= most)) return [];
  return [
    error(
      'RULE_REFRESH_LIFETIME',
      `rule ${code(name)} gives refresh tokens ${lives}: bound them in Okta, or name \`okta.manage.refreshTokenLifetime\``,
    ),
  ];
}

const evaluateHook = ({ name, inlineHook }: RuleState): readonly UnevaluatedFinding[] =>
  inlineHook === ''
    ? []
    : [
        error(
          'RULE_INLINE_HOOK',
          `rule ${code(name)} hands tokens to the inline hook ${code(inlineHook)}, which may rewrite the groups claim`,
          'rule.actions.token.inlineHook',
        ),
      ];

/** What of the rule that gives a token may change it, and is not evaluated. */
export const unevaluatedOfDecision = ({
  policy,
  rule,
}: Decision): readonly UnevaluatedFinding[] => [
  ...evaluateHook(rule),
  ...unevaluatedOf(policy, rule, 'error'),
];

/** Our rule is for everybody; a rule of somebody else may exclude people on purpose. */
function evaluateReach(rule: RuleState, isOwn: boolean): readonly VerifyFinding[] {
  const toFinding = findingOf(isOwn ? 'error' : 'warning');
  const { name, people, users, excludedUsers, excludedGroups, scopes } = rule;
  const who = [
    ...(people.includes('EVERYONE') ? [] : [`only members of ${listed(people)}`]),
    ...(users.length === 0 || people.includes('EVERYONE') ? [] : [`the users ${listed(users)}`]),
    ...(excludedUsers.length === 0 ? [] : [`not the users ${listed(excludedUsers)}`]),
    ...(excludedGroups.length === 0 ? [] : [`not the groups ${listed(excludedGroups)}`]),
  ];
  return [
    ...(isForSomePeople(rule)
      ? [
          toFinding(
            'RULE_FOR_SOME_PEOPLE',
            `rule ${code(name)} matches ${who.join(', ')}: for others Okta goes on to the next rule`,
            'rule.conditions.people',
          ),
        ]
      : []),
    ...(isForSomeScopes(rule)
      ? [
          toFinding(
            'RULE_FOR_SOME_SCOPES',
            `rule ${code(name)} matches only requests for the scopes ${listed(scopes)}: others get no token from it`,
            'rule.conditions.scopes',
          ),
        ]
      : []),
  ];
}

const listed = (items: readonly string[]): string =>
  items.length === 0 ? 'none' : items.map(code).join(', ');

const unevaluatedOf = (
  policy: PolicyState,
  rule: RuleState,
  level: 'error' | 'warning',
): readonly UnevaluatedFinding[] => [
  ...unevaluatedFields('policy', policy.json).map((field) =>
    findingOf(level)(
      'FIELD_UNJUDGED',
      `policy ${code(policy.name)} has ${code(field)}, which is not evaluated`,
      field,
    ),
  ),
  ...unevaluatedFields('rule', rule.json).map((field) =>
    findingOf(level)(
      'FIELD_UNJUDGED',
      `rule ${code(rule.name)} has ${code(field)}, which is not evaluated`,
      field,
    ),
  ),
];
