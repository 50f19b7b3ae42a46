/**
 * Differences in how the authorizer attaches to an API that somebody else owns. None of them is
 * part of a map's version.
 */

import type { ComparableMap } from '../access-map/deployed-map.ts';
import type { Accepted } from '../access-map/sections/accept-section.ts';
import type { AttachSettings, OtherStages } from '../access-map/sections/attach-section.ts';
import { ADDED_WIDENS, ALWAYS_WIDENS, type Change, changed, changedSet } from './change.ts';

/**
 * An unmapped route is refused (`deny`), stops the deployment (`fail`), or keeps its state
 * (`leave`).
 */
const UNMAPPED: { readonly [rule in AttachSettings['onUnmapped']]: number } = {
  deny: 0,
  fail: 0,
  leave: 1,
};

const what = (key?: keyof AttachSettings) =>
  ({
    kind: 'setting',
    subject: key === undefined ? 'api.attachTo' : `api.attachTo.${key}`,
  }) as const;

export function diffAttachment(
  { kind: was, api }: ComparableMap,
  next: ComparableMap,
): readonly Change[] {
  const { attachTo: from, authorizerOnly: wasOnly, accept: accepted } = api;
  const { attachTo: to, authorizerOnly: isOnly } = next.api;
  // A map that an older version deployed has no `api.accept`.
  const before: Accepted = {
    findings: accepted?.findings ?? from?.accept ?? [],
    foreign: accepted?.foreign ?? [],
  };
  return [
    // Without `attachTo` the routes return to their former state; so do those of the former API
    // when the target changes.
    ...changed(
      what(),
      from && targetOf(was, from),
      to && targetOf(next.kind, to),
      from !== undefined,
    ),
    ...changed(
      { kind: 'setting', subject: 'api.authorizerOnly' },
      String(wasOnly),
      String(isOnly),
      isOnly,
    ),
    ...diffCallers(api, next.api),
    ...(from && to ? diffAttachSettings(from, to) : []),
    ...diffAccepted(before, next.api.accept),
  ];
}

type Api = ComparableMap['api'];

/** If both maps deploy only the function, no list means every API of its account and Region. */
function diffCallers(was: Api, is: Api): readonly Change[] {
  const everyOwn =
    was.authorizerOnly && is.authorizerOnly ? ['every API of the account and Region'] : [];
  return changedSet(
    { kind: 'trust', subject: 'api.callers' },
    was.callers ?? everyOwn,
    is.callers ?? everyOwn,
    ADDED_WIDENS,
  );
}

function diffAccepted(from: Accepted, to: Accepted): readonly Change[] {
  return [
    ...changedSet(
      { kind: 'setting', subject: 'api.accept.findings' },
      from.findings,
      to.findings,
      ADDED_WIDENS,
    ),
    // The rules of another authorizer then decide on the route, and they are unknown.
    ...changedSet(
      { kind: 'trust', subject: 'api.accept.foreign' },
      from.foreign,
      to.foreign,
      ADDED_WIDENS,
    ),
  ];
}

function diffAttachSettings(from: AttachSettings, to: AttachSettings): readonly Change[] {
  return [
    // It is not known which of two authorizers admits more.
    ...changedSet(what('replace'), from.replace, to.replace, ALWAYS_WIDENS),
    ...changed(
      what('onUnmapped'),
      from.onUnmapped,
      to.onUnmapped,
      UNMAPPED[to.onUnmapped] > UNMAPPED[from.onUnmapped],
    ),
    ...changed(
      what('otherStages'),
      stagesOf(from),
      stagesOf(to),
      leavesMore(from.otherStages ?? 'fail', to.otherStages),
    ),
    // Another stack's attachment becomes ours; who may call still follows from the map.
    ...changed(what('takeOver'), from.takeOver, to.takeOver, false),
    ...changed(what('onDelete'), from.onDelete ?? 'restore', to.onDelete, false),
    // Unpublished edits of others may be wider than what is published.
    ...changed(
      what('publishPending'),
      String(from.publishPending),
      String(to.publishPending),
      to.publishPending,
    ),
    ...changed(what('dryRun'), String(from.dryRun), String(to.dryRun), to.dryRun),
    ...changed(
      what('gatewayResponses'),
      String(from.gatewayResponses ?? false),
      String(to.gatewayResponses ?? false),
      false,
    ),
  ];
}

const stagesOf = ({ otherStages = 'fail' }: Partial<AttachSettings>): string =>
  typeof otherStages === 'string' ? otherStages : otherStages.join(', ') || 'fail';

/** Whether a stage may stay as it is that could not before. */
function leavesMore(from: OtherStages, to: OtherStages): boolean {
  if (from === 'leave' || to === 'fail') return false;
  return to === 'leave' || to.some((stage) => from === 'fail' || !from.includes(stage));
}

const targetOf = (kind: 'http' | 'rest', { apiId, stage }: AttachSettings): string =>
  stage === undefined ? `${kind} API ${apiId}` : `${kind} API ${apiId}, stage ${stage}`;
