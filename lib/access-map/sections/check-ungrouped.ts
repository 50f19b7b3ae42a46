/** Checks the rules of groups and machines against the routes that need no group. */
import { intersectRow, type Row } from '../../../lambda/core/model/bits.ts';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';
import { isEmpty, namedRoutes } from '../routes/patterns.ts';
import type { MapRules } from './map-rules.ts';
import { type AccessRule, type SectionContext, unionOf } from './rules-section.ts';
import { CORS_POINTER } from './ungrouped-section.ts';

export function checkUngroupedRoutes(rules: MapRules, reading: SectionContext): void {
  const { publicRules, signedInRules, groups, machines } = rules;
  const { wordCount } = reading.inventory;
  const publicRow = unionOf(publicRules, 'allow', wordCount);
  const signedInRow = unionOf(signedInRules, 'allow', wordCount);
  for (const rule of signedInRules) {
    const both = namedRoutes(intersectRow(rule.routes, publicRow), reading.inventory);
    const detail = { expected: 'routes that are not `public`', found: both ?? '' };
    if (both) reportRule(rule, 'PUBLIC_AND_SIGNED_IN', detail, reading);
  }
  for (const rule of [...groups, ...machines].flatMap((subject) => subject.rules)) {
    const isPublic = namedRoutes(intersectRow(rule.routes, publicRow), reading.inventory);
    if (rule.effect === 'allow') {
      const says = `${code(rule.pattern)} grants ${isPublic}, which everyone may call as \`public\``;
      if (isPublic) reportRule(rule, 'PUBLIC_AND_GRANTED', { says }, reading);
      continue;
    }
    if (isPublic) reportDenyPublic(rule, isPublic, publicRules, reading);
    reportDenySignedIn(rule, signedInRow, reading);
  }
}

const NO_EFFECT = 'a deny has no effect there, expected';

function reportDenyPublic(
  rule: AccessRule,
  isPublic: string,
  publicRules: readonly AccessRule[],
  reading: SectionContext,
): void {
  const because = isPreflightOnly(rule, publicRules)
    ? `which \`api.cors\` makes public for preflights: ${NO_EFFECT} a route of its own under \`routes\``
    : `which is \`public\`: ${NO_EFFECT} routes that need a group`;
  const says = `${code(rule.pattern)} denies ${isPublic}, ${because}`;
  reportRule(rule, 'DENY_PUBLIC', { says }, reading);
}

function reportDenySignedIn(rule: AccessRule, signedInRow: Row, reading: SectionContext): void {
  const isSignedIn = namedRoutes(intersectRow(rule.routes, signedInRow), reading.inventory);
  const says = `${code(rule.pattern)} denies ${isSignedIn}, which is \`signedIn\`: ${NO_EFFECT} routes that need a group`;
  if (isSignedIn) reportRule(rule, 'DENY_SIGNED_IN', { says }, reading);
}

/** All public routes that the rule matches are public for preflights only. */
function isPreflightOnly(rule: AccessRule, publicRules: readonly AccessRule[]): boolean {
  return publicRules.every(
    ({ routes, place }) =>
      isEmpty(intersectRow(rule.routes, routes)) || place.path === CORS_POINTER,
  );
}

function reportRule(
  { place }: AccessRule,
  code: ProblemCode,
  detail: Detail,
  { report }: SectionContext,
): void {
  if (code === 'PUBLIC_AND_GRANTED') report.warn(code, place.path, detail);
  else report.error(code, place.path, detail);
}
