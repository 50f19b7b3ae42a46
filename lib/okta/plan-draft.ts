/** What the parts of a plan are collected in. */
import type { Json } from './org.ts';
import type { Change, Step } from './step.ts';

/**
 * A finding that blocks must be put right first; one that warns contradicts the map, and the rest
 * can be applied.
 */
export interface Finding {
  readonly level: 'blocks' | 'warns' | 'notes';
  readonly text: string;
}

export interface LeftAlone {
  readonly kind: Step['kind'];
  readonly name: string;
  readonly why: string;
}

/** A map whose `okta.groupsClaim` lacks a claim that carries its groups. */
export interface Unlisted {
  readonly map: string;
  /** All claims that it must list. */
  readonly claims: readonly string[];
}

export interface Draft {
  readonly steps: Step[];
  /** Owned objects that the maps dropped. */
  readonly dropped: Step[];
  readonly findings: Finding[];
  readonly left: LeftAlone[];
  /** Ids of objects that exist, by reference. */
  readonly ids: Map<string, string>;
  /** References that will have an id once the steps are done. */
  readonly given: Set<string>;
  /** References to objects that exist and do not carry our mark. */
  readonly foreign: Set<string>;
  readonly unlisted: Unlisted[];
}

export const newDraft = (): Draft => ({
  steps: [],
  dropped: [],
  findings: [],
  left: [],
  ids: new Map(),
  given: new Set(),
  foreign: new Set(),
  unlisted: [],
});

export function addStep(draft: Draft, step: Step): void {
  draft.steps.push(step);
  if (step.gives !== undefined) draft.given.add(step.gives);
}

export const isKnown = ({ ids, given }: Draft, reference: string): boolean =>
  ids.has(reference) || given.has(reference);

/** The changes of an update: those of `wanted` that differ. Lists are sets. */
export function differences(
  wanted: Readonly<Record<string, readonly [from: Json, to: Json]>>,
): readonly Change[] {
  return Object.entries(wanted).flatMap(([what, [from, to]]) =>
    sameValue(from, to) ? [] : [{ what, from, to }],
  );
}

const sameValue = (a: Json, b: Json): boolean =>
  JSON.stringify(asSet(a)) === JSON.stringify(asSet(b));
const asSet = (value: Json): Json => (Array.isArray(value) ? value.toSorted() : value);
