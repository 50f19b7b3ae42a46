/** What a planner answers: its part of a plan. Parts are joined in the order of the planners. */
import type {
  OktaCodeOf,
  OktaFindingCode,
  PlanLevel,
} from '../../lambda/core/contract/okta-findings.ts';
import type { Json } from './org.ts';
import type { Change, Ids, PlanStep } from './step.ts';

/**
 * A finding that blocks must be put right first. A fault is not in order and no apply sets it
 * right; one that warns contradicts the map; of both the rest can be applied.
 */
export interface Finding {
  readonly level: PlanLevel;
  readonly code: OktaFindingCode;
  readonly text: string;
}

export interface LeftAlone {
  readonly kind: PlanStep['kind'];
  readonly name: string;
  readonly why: string;
}

/** A map whose `okta.groupsClaim` lacks a claim that carries its groups. */
export interface Unlisted {
  readonly map: string;
  /** All claims that it must list. */
  readonly claims: readonly string[];
}

/** Makes nothing that another step could refer to. */
type Dropped = Omit<PlanStep, 'gives' | 'replaces'>;

export interface PlanPart {
  /** In the order in which they are applied: what is referred to comes first. */
  readonly steps: readonly PlanStep[];
  /** Removes owned objects that the maps dropped; applied on request only. */
  readonly dropped: readonly Dropped[];
  readonly findings: readonly Finding[];
  readonly left: readonly LeftAlone[];
  /** Ids of objects that exist, by reference. */
  readonly ids: Ids;
  /** References to objects that exist and do not carry our mark. */
  readonly foreign: readonly string[];
  readonly unlisted: readonly Unlisted[];
}

export const NOTHING: PlanPart = {
  steps: [],
  dropped: [],
  findings: [],
  left: [],
  ids: new Map(),
  foreign: [],
  unlisted: [],
};

export const partOf = (part: Partial<PlanPart>): PlanPart => ({ ...NOTHING, ...part });

export const doing = (...steps: readonly PlanStep[]): PlanPart => partOf({ steps });

export const finding = <Level extends PlanLevel>(
  level: Level,
  code: OktaCodeOf<Level>,
  text: string,
): PlanPart => repeatFinding(level, { code, text });

/** A finding of verify, in a plan. */
export const repeatFinding = (
  level: PlanLevel,
  { code, text }: Pick<Finding, 'code' | 'text'>,
): PlanPart => partOf({ findings: [{ level, code, text }] });

export const leaving = (kind: PlanStep['kind'], name: string, why: string): PlanPart =>
  partOf({ left: [{ kind, name, why }] });

/** An object that exists, and what answers to it. */
export const known = (reference: string, id: string): PlanPart =>
  partOf({ ids: new Map([[reference, id]]) });

export const joined = (...parts: readonly PlanPart[]): PlanPart => ({
  steps: parts.flatMap(({ steps }) => steps),
  dropped: parts.flatMap(({ dropped }) => dropped),
  findings: parts.flatMap(({ findings }) => findings),
  left: parts.flatMap(({ left }) => left),
  ids: new Map(parts.flatMap(({ ids }) => [...ids])),
  foreign: parts.flatMap(({ foreign }) => foreign),
  unlisted: parts.flatMap(({ unlisted }) => unlisted),
});

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
