/**
 * Differences in how the authorizer attaches to an API that somebody else owns. None of them is
 * part of a map's version.
 */
import type { AttachSettings } from '../sections/attach-section.ts';
import { ADDED_WIDENS, ALWAYS_WIDENS, type Change, changed, changedSet } from './change.ts';
import type { ComparableMap } from './deployed-map.ts';

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
  { kind: was, api: { attachTo: from, authorizerOnly: wasOnly } }: ComparableMap,
  next: ComparableMap,
): readonly Change[] {
  const { attachTo: to, authorizerOnly: isOnly } = next.api;
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
    ...(from && to ? diffAttachSettings(from, to) : []),
  ];
}

function diffAttachSettings(from: AttachSettings, to: AttachSettings): readonly Change[] {
  return [
    // Nobody can tell which of two authorizers admits more.
    ...changedSet(what('replace'), from.replace, to.replace, ALWAYS_WIDENS),
    ...changed(
      what('onUnmapped'),
      from.onUnmapped,
      to.onUnmapped,
      UNMAPPED[to.onUnmapped] > UNMAPPED[from.onUnmapped],
    ),
    ...changedSet(what('accept'), from.accept, to.accept, ADDED_WIDENS),
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

const targetOf = (kind: 'http' | 'rest', { apiId, stage }: AttachSettings): string =>
  stage === undefined ? `${kind} API ${apiId}` : `${kind} API ${apiId}, stage ${stage}`;
