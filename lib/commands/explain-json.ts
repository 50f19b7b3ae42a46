import type { AccessRule } from '../access-map/index.ts';
import { effectOf } from '../verdicts/cells.ts';
import type { UnknownName } from '../verdicts/explanation.ts';
import { type Answer, isUnmapped } from '../verdicts/explanation-text.ts';
import { sentenceFor } from '../verdicts/sentence.ts';
import type { WhoCanCall } from '../verdicts/who-can-call.ts';

/** The stable form of `--json`: keys are added, never renamed; null where there is no value. */
export function answerJson({
  asked,
  source,
  mapVersion,
  intersect,
  nearestRoute,
  explanation,
  who,
}: Answer) {
  const {
    decision,
    cell,
    entitlements,
    rules,
    overridden,
    payers,
    strict,
    free,
    unknownGroups,
    unknownMachine,
    nearestGroup,
    acceptedScopes,
  } = explanation;
  return {
    effect: effectOf(cell),
    code: decision.effect === 'deny' ? decision.code : null,
    reason: decision.reason,
    route: decision.route,
    asked,
    sentence: sentenceFor(explanation),
    rules: (who && !isUnmapped(explanation) ? who.rules : rules).map(ruleJson),
    overridden: overridden.map(ruleJson),
    payers: [...strict, ...payers].map(({ quota, payer }) => ({
      quota: quota.name,
      payer,
      windows: quota.windows.map(({ limit, per }) => ({ limit, per })),
      ...(quota.strict ? { strict: true } : {}),
    })),
    freeThrough: free ?? null,
    groups: entitlements.groups,
    unknownGroups: unknownGroups.map(nameJson),
    unknownMachine: unknownMachine ? nameJson(unknownMachine) : null,
    nearestGroup: nearestGroup?.name ?? null,
    furtherRoutes: nearestGroup?.furtherRoutes ?? [],
    nearestRoute: nearestRoute ?? null,
    scopes: { mode: intersect ? 'intersect' : 'groups', opening: acceptedScopes },
    who: who ? whoJson(who) : null,
    source,
    mapVersion,
    cell,
    rulesEffect: decision.effect,
  };
}

const nameJson = ({ name, nearest }: UnknownName) => ({ name, nearest: nearest ?? null });

const whoJson = ({ rules: _, ...who }: WhoCanCall) => who;

const ruleJson = ({ effect, subject, pattern, permission, place, patternPlace }: AccessRule) => ({
  effect,
  subject: subject.name,
  kind: subject.kind,
  pattern,
  permission: permission ?? null,
  source: place.source,
  path: place.path,
  line: place.line ?? null,
  column: place.column ?? null,
  permissionLine: patternPlace?.line ?? null,
  permissionColumn: patternPlace?.column ?? null,
});
