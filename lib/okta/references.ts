/** How steps refer to objects whose ids may not exist yet, and what planners know of them. */
import type { PlanPart } from './plan-part.ts';
import type { Ids } from './step.ts';

export const groupRef = (name: string): string => `group:${name}`;
/** The client id of an app; `#id` after it is the id of the object. */
export const appRef = (label: string): string => `app:${label}`;
export const serverRef = (name: string): string => `server:${name}`;
export const policyRef = (map: string): string => `policy:${map}`;
/** A hook, and its secret, which only an apply knows: by the address that it calls. */
export const hookRef = (uri: string): string => `hook:${uri}`;
export const hookSecretRef = (uri: string): string => `hook secret:${uri}`;
export const groupRuleRef = (name: string): string => `group rule:${name}`;

/** What the planners that come later may refer to. */
export interface References {
  /** Ids of objects that exist. */
  readonly ids: Ids;
  /** Those that will have an id once the steps are applied. */
  readonly created: ReadonlySet<string>;
}

export const referencesOf = ({ ids, steps }: Pick<PlanPart, 'ids' | 'steps'>): References => ({
  ids,
  created: new Set(steps.flatMap(({ gives }) => gives ?? [])),
});

export const isKnown = ({ ids, created }: References, reference: string): boolean =>
  ids.has(reference) || created.has(reference);
