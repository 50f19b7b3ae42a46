/**
 * Whether the members of the mapped groups are people whom a rule gives tokens to. A rule may be
 * for other groups than the map's: then it is their members who decide.
 */
import { code } from '../access-map/report/problems.ts';
import { type Client, mayUse } from './clients.ts';
import { hasUser } from './grants.ts';
import { EVERYONE, isForSomePeople, mintingRules } from './minting.ts';
import type { GroupState, PeopleState, RuleState, ServerState } from './state.ts';
import { error, type VerifyFinding, warning } from './verify-finding.ts';

/** The field that a map accepts where it is meant that some get no token. */
const FIELD = 'rule.conditions.people';

/** True, false, or not known from what was read. */
type Known = boolean | undefined;

const either = (all: readonly Known[]): Known => {
  if (all.includes(true)) return true;
  return all.includes(undefined) ? undefined : false;
};

interface Evaluation {
  /** Those that the map grants routes. */
  readonly groups: readonly GroupState[];
  readonly people: PeopleState;
}

export function evaluatePeople(
  server: ServerState,
  client: Client,
  evaluating: Evaluation,
): readonly VerifyFinding[] {
  const minting = mintingRules(server, client.id);
  return client.grants
    .filter((grant) => hasUser(grant) && mayUse(client, grant))
    .flatMap((grant) => {
      const rules = minting.filter(({ grants }) => grants.includes(grant)).map(({ rule }) => rule);
      if (rules.length === 0 || rules.some((rule) => !isForSomePeople(rule))) return [];
      const by = `${code(client.shown)} tokens by ${code(grant)}`;
      return [
        ...evaluateLeftOut(rules, evaluating.groups, by),
        ...evaluateMembers(rules, evaluating, by),
      ];
    });
}

/** A user in an excluded group matches no rule, whatever other groups the user is in. */
const isLeftOut = (rules: readonly RuleState[], { id }: GroupState): boolean =>
  rules.every(({ excludedGroups }) =>
    [EVERYONE, id].some((excluded) => excludedGroups.includes(excluded)),
  );

function evaluateLeftOut(
  rules: readonly RuleState[],
  groups: readonly GroupState[],
  by: string,
): readonly VerifyFinding[] {
  const left = groups.filter((group) => isLeftOut(rules, group));
  if (left.length === 0) return [];
  const names = left.map(({ name }) => code(name)).join(', ');
  return [
    error(
      'GROUP_LEFT_OUT',
      `every rule that gives ${by} leaves out ${names}, which the map grants routes: their members get none`,
    ),
  ];
}

function evaluateMembers(
  rules: readonly RuleState[],
  { groups, people }: Evaluation,
  by: string,
): readonly VerifyFinding[] {
  const asked = groups.filter((group) => !isLeftOut(rules, group));
  return asked.flatMap((group) => {
    const members = people.asked[group.id] ?? [];
    const verdicts = members.map((user) =>
      either(rules.map((rule) => isFor(rule, { user, group: group.id }, people))),
    );
    return memberFindings(group, verdicts, by);
  });
}

/** A group without members has a finding of its own. */
function memberFindings(
  { name }: GroupState,
  verdicts: readonly Known[],
  by: string,
): readonly VerifyFinding[] {
  const refused = verdicts.filter((verdict) => verdict === false).length;
  const matched = `is matched by a rule that gives ${by}`;
  if (refused > 0 && refused === verdicts.length)
    return [
      error(
        'GROUP_REFUSED',
        `none of the members of ${code(name)} that were asked (${refused}) ${matched}: Okta refuses them (\`access_denied\`); let a rule match them`,
        FIELD,
      ),
    ];
  if (refused > 0)
    return [
      warning(
        'GROUP_PARTLY_REFUSED',
        `${refused} of the ${verdicts.length} members of ${code(name)} that were asked are matched by no rule that gives ${by}: Okta refuses them`,
        FIELD,
      ),
    ];
  if (!verdicts.includes(undefined)) return [];
  return [
    warning(
      'GROUP_MEMBERS_UNJUDGED',
      `whether each member of ${code(name)} ${matched} is not evaluated: the groups of the rule have too many members to read`,
      FIELD,
    ),
  ];
}

interface Member {
  readonly user: string;
  /** The mapped group that it is known to be in. */
  readonly group: string;
}

/** Whether a rule matches a member. An exclusion beats every inclusion. */
function isFor(rule: RuleState, { user, group }: Member, { named }: PeopleState): Known {
  const isIn = (id: string): Known => {
    if (id === EVERYONE || id === group || named[id]?.ids.includes(user)) return true;
    return named[id]?.isWhole === false ? undefined : false;
  };
  const excluded = either([rule.excludedUsers.includes(user), ...rule.excludedGroups.map(isIn)]);
  const included = either([rule.users.includes(user), ...rule.people.map(isIn)]);
  if (excluded === true || included === false) return false;
  return excluded === undefined || included === undefined ? undefined : true;
}
