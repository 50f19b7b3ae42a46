/** A decision in one plain sentence. */

import type { AccessRule } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { TOO_MANY_GROUPS } from './code-explanation.ts';
import { explanationOf } from './code-explanations.ts';
import type { Explanation } from './explanation.ts';

/** What the sentence is made of. */
export type Explained = Pick<
  Explanation,
  'decision' | 'entitlements' | 'rules' | 'overridden' | 'conflicting' | 'acceptedScopes'
>;

export function sentenceFor(explanation: Explained): string {
  const { decision, acceptedScopes } = explanation;
  const route = code(decision.route);
  if (decision.effect === 'allow') return allowed(explanation, route);
  switch (decision.code) {
    case 'BLOCKED':
      return `the map blocks this ${decision.reason}, whatever its token says: see \`blocked\``;
    case 'ROUTE_UNMAPPED':
      return `the map has no route ${route}, and what it does not have is refused`;
    case 'GROUPS_MISSING':
      return `${route} needs a group, and a user without groups has none`;
    case 'GROUPS_TOO_MANY':
      return `a token with ${TOO_MANY_GROUPS} is refused, since a truncated list could lose the group that denies`;
    case 'GROUP_DENIED':
      return denied(explanation, route);
    case 'CONFLICT':
      return `${explanation.conflicting.map(code).join(' and ')} conflict on ${route}: nobody may hold two of them there`;
    case 'GROUP_NOT_ALLOWED':
      return notAllowed(explanation, route);
    case 'SCOPE_MISSING':
      return `${subjects(explanation.rules)} ${allow(explanation.rules)} ${route}, but with \`scopes: intersect\` ${requiredScopeText(acceptedScopes)}`;
    default:
      return explanationOf(decision).says;
  }
}

function allowed({ decision, rules, entitlements }: Explained, route: string): string {
  switch (decision.reason) {
    case 'public':
      return `${route} is public: everyone may call it, without a token`;
    case 'signed_in':
      return `any valid token may call ${route}, no group is needed`;
    default: {
      const through = entitlements.principal.kind === 'machine' && entitlements.groups.length > 0;
      return `${subjects(rules)} ${allow(rules)} ${route}${through ? ` to ${code(entitlements.principal.cid)}` : ''}`;
    }
  }
}

function denied({ rules, overridden }: Explained, route: string): string {
  const verb = names(rules).length === 1 ? 'denies' : 'deny';
  const beaten = overridden.length === 0 ? '' : `, here that of ${subjects(overridden)}`;
  return `${subjects(rules)} ${verb} ${route}, and a deny beats every allow${beaten}`;
}

function notAllowed({ decision, entitlements }: Explained, route: string): string {
  if (decision.reason === 'no_group_mapped')
    return `the map has none of these groups, and ${route} needs one`;
  const { principal, groups } = entitlements;
  const own = principal.kind === 'machine' && groups.length === 0 ? [principal.cid] : groups;
  return own.length === 1
    ? `${own.map(code).join('')} does not allow ${route}`
    : `none of ${own.map(code).join(', ')} allows ${route}`;
}

/** What the token must have asked for. */
export const requiredScopeText = (permissions: readonly string[]): string =>
  permissions.length === 0
    ? 'the route must be in a permission, and it is in none'
    : `the token must have asked for ${permissions.map(code).join(' or ')}`;

const names = (rules: readonly AccessRule[]): readonly string[] => [
  ...new Set(rules.map(({ subject }) => subject.name)),
];
const subjects = (rules: readonly AccessRule[]): string => names(rules).map(code).join(', ');
const allow = (rules: readonly AccessRule[]): string =>
  names(rules).length === 1 ? 'allows' : 'allow';
