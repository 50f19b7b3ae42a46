/** Checks the rules of groups and machines against the routes that need no group. */
import { intersectRow, isEmptyRow, type Row } from '../../../lambda/core/model/bits.ts';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';
import { namedRoutes } from '../routes/patterns.ts';
import { checkConflictRoutes } from './check-conflicts.ts';
import { type MapRules, subjectsOf } from './map-rules.ts';
import { type AccessRule, unionOf } from './rules-section.ts';
import type { SectionContext } from './section-context.ts';

/** @param corsPointer where the rules of preflights are. */
export function checkUngroupedRoutes(
  rules: MapRules,
  corsPointer: string,
  reading: SectionContext,
): void {
  const { publicRules, signedInRules, everyone, conflicts } = rules;
  const { wordCount } = reading.inventory;
  const publicRow = unionOf(publicRules, 'allow', wordCount);
  const signedInRow = unionOf(signedInRules, 'allow', wordCount);
  for (const rule of signedInRules) {
    const both = namedRoutes(intersectRow(rule.routes, publicRow), reading.inventory);
    const detail = { expected: 'routes that are not `public`', found: both ?? '' };
    if (both) reportRule(rule, 'PUBLIC_AND_SIGNED_IN', detail, reading);
  }
  checkConflictRoutes(conflicts, { publicRow, signedInRow }, reading);
  for (const rule of everyone?.rules ?? []) warnOfSignedIn(rule, signedInRow, reading);
  for (const rule of subjectsOf(rules).flatMap((subject) => subject.rules)) {
    const isPublic = namedRoutes(intersectRow(rule.routes, publicRow), reading.inventory);
    if (rule.effect === 'allow') {
      const says = `${code(rule.pattern)} grants ${isPublic}, which everyone may call as \`public\``;
      if (isPublic) reportRule(rule, 'PUBLIC_AND_GRANTED', { says }, reading);
      continue;
    }
    const isPreflight = isPreflightOnly(rule, publicRules, corsPointer);
    if (isPublic) reportDenyPublic(rule, isPublic, isPreflight, reading);
    reportDenySignedIn(rule, signedInRow, reading);
  }
}

/** `signedIn` asks for nothing and is never charged, so that the other list has no effect there. */
function warnOfSignedIn(rule: AccessRule, signedInRow: Row, reading: SectionContext): void {
  const both = namedRoutes(intersectRow(rule.routes, signedInRow), reading.inventory);
  if (!both || rule.effect === 'deny') return;
  const says = `${code(rule.pattern)} of \`everyone\` has ${both}, which is \`signedIn\` too: any valid token passes there, machines included, and no quota counts`;
  reading.report.warn('EVERYONE_SIGNED_IN', rule.place.path, { says });
}

const NO_EFFECT = 'a deny has no effect there, expected';

function reportDenyPublic(
  rule: AccessRule,
  isPublic: string,
  isPreflight: boolean,
  reading: SectionContext,
): void {
  const because = isPreflight
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
function isPreflightOnly(
  rule: AccessRule,
  publicRules: readonly AccessRule[],
  corsPointer: string,
): boolean {
  return publicRules.every(
    ({ routes, place }) =>
      isEmptyRow(intersectRow(rule.routes, routes)) || place.path === corsPointer,
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
