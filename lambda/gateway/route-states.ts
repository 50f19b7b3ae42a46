/**
 * The states of a live route. The one place that says which of them is good, what `coverage` ends
 * with, whether the scheduled check counts it, and what fixes it; docs/how-to/attach.md shows this
 * table.
 */

import { APP_CONTEXT } from '../core/contract/app-context.ts';

export interface StateRow {
  /** `accepted`: a key of the map accepts it; the report names the key. */
  readonly verdict: 'good' | 'accepted' | 'drift';
  /** What `coverage` ends with. */
  readonly exitCode: 0 | 1;
  /** Whether the metric `UnprotectedRoutes` counts the route, and so its alarm. */
  readonly counted: boolean;
  /** What `coverage` says first; details follow. */
  readonly says: string;
  readonly fixes: readonly RouteFix[];
}

const REATTACH = `npx cdk deploy -c ${APP_CONTEXT.forceUpdate}=$(date +%s)`;

/** What fixes a route of an attachment, each carried out by a test. */
export const ROUTE_FIXES = {
  reattach: `\`${REATTACH}\``,
  replace:
    'add it to `attachTo.replace`, or agree with the owner and list it under `api.accept.foreign`; deploy',
  map: 'add it to `routes`, to `public` where anybody may call it, or set `attachTo.onUnmapped`; deploy',
  publish: `\`attachTo.publishPending: true\`; \`${REATTACH}\``,
  canary: 'let the owner promote or delete the canary of the stage',
  otherStage: 'let its owner deploy the stage, or accept it by `attachTo.otherStages`',
  settings: 'set the authorizer back; on a REST API deploy the stage then',
  routes: 'correct `routes`, or let the owner add the route',
  owner: 'set the authorizer where the API is deployed',
} as const;

export type RouteFix = keyof typeof ROUTE_FIXES;

export const ROUTE_STATES = {
  ours: { verdict: 'good', exitCode: 0, counted: false, says: 'our authorizer', fixes: [] },
  public: { verdict: 'good', exitCode: 0, counted: false, says: 'public by the map', fixes: [] },
  preflight: {
    verdict: 'good',
    exitCode: 0,
    counted: false,
    says: 'preflight, answered by the gateway',
    fixes: [],
  },
  accepted: { verdict: 'accepted', exitCode: 0, counted: false, says: 'accepted', fixes: [] },
  unprotected: {
    verdict: 'drift',
    exitCode: 1,
    counted: true,
    says: 'no authorizer',
    fixes: ['reattach', 'map', 'owner'],
  },
  foreign: {
    verdict: 'drift',
    exitCode: 1,
    counted: true,
    says: 'another authorizer',
    fixes: ['replace', 'owner'],
  },
  'taken back': {
    verdict: 'drift',
    exitCode: 1,
    counted: true,
    says: 'taken back',
    fixes: ['reattach', 'replace'],
  },
  stale: {
    verdict: 'drift',
    exitCode: 1,
    counted: true,
    says: 'stale',
    fixes: ['publish', 'canary', 'otherStage', 'settings', 'owner'],
  },
  missing: {
    verdict: 'drift',
    exitCode: 1,
    // Nobody can call it.
    counted: false,
    says: 'not on the API',
    fixes: ['routes'],
  },
} as const satisfies Readonly<Record<string, StateRow>>;

export type StateName = keyof typeof ROUTE_STATES;

/** States that `coverage` ends with 1 for. */
export type FailingState = {
  [Name in StateName]: (typeof ROUTE_STATES)[Name]['exitCode'] extends 1 ? Name : never;
}[StateName];

export interface RouteState {
  readonly kind: StateName;
  /** What is there, after the state's own words: `JWT acme`. */
  readonly detail?: string;
  /** The key of the map that accepts it. */
  readonly acceptedBy?: string;
  /** The stage, where only that stage is in this state. */
  readonly stage?: string;
  /** The catch-all route that the gateway chooses where the API lacks the route of the map. */
  readonly servedBy?: string;
  /** The closest route of the API or the map, where a typo is likely. */
  readonly nearest?: string;
  readonly fix?: RouteFix;
}

export interface ClassifiedRoute {
  readonly key: string;
  readonly state: RouteState;
}

export const isDrift = ({ kind }: RouteState): boolean => ROUTE_STATES[kind].verdict === 'drift';

/** In one phrase: `served by ANY /{proxy+}: another authorizer: JWT acme`. */
export function describeState(state: RouteState): string {
  const { kind, detail, acceptedBy, servedBy, nearest } = state;
  const accepted = acceptedBy === undefined ? '' : ` by \`${acceptedBy}\``;
  return [
    servedBy === undefined ? '' : `served by \`${servedBy}\`: `,
    `${ROUTE_STATES[kind].says}${accepted}`,
    detail === undefined ? '' : `: ${detail}`,
    nearest === undefined ? '' : `; did you mean \`${nearest}\`?`,
  ].join('');
}
