/** What `check` has to say about one map, as data. */
import {
  HARD_KEY_AGE_SECONDS,
  MAX_STALE_KEY_SECONDS,
} from '../../../lambda/core/contract/key-ages.ts';
import { hasBit, type Row } from '../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import {
  type AccessMap,
  type AuditSettings,
  type CachePlan,
  lacksUpstream,
  revocationBounds,
} from '../../access-map/index.ts';
import { inFileOrder } from '../../access-map/report/cursor.ts';
import { testProblems } from '../../verdicts/map-tests.ts';
import { type FixedCosts, fixedCosts } from '../../watch/costs.ts';
import { type MetricPlan, planMetrics } from '../../watch/metric-plan.ts';
import type { ReadMap } from '../shell/map-file.ts';
import { type Finding, findingsOf } from './check-findings.ts';

/** How long an authorization may outlive a change, in seconds. */
export interface Staleness {
  /**
   * Groups changed in Okta: a token says what was true when it was issued, and holds until its end
   * and the clock skew.
   */
  readonly groupsSeconds: number;
  /** A key withdrawn by Okta, while Okta answers. */
  readonly keysSeconds: number;
  /** A key withdrawn by Okta, while its keys cannot be fetched. */
  readonly keysDuringOutageSeconds: number;
  /** A new map, once it is deployed. */
  readonly mapSeconds: number;
  /**
   * By how much an answer in the gateway's cache may outlive each of these, and the token's end; 0
   * without a cache.
   */
  readonly cacheSeconds: number;
  /** Changes in Okta that revoke tokens, for each Okta org that the map follows, in a sentence. */
  readonly revocations: readonly { readonly org: string; readonly sentence: string }[];
}

export interface MapFacts {
  readonly name: string;
  readonly version: string;
  readonly kind: 'http' | 'rest';
  readonly routes: {
    /** Methods and templates that are decided one by one. */
    readonly total: number;
    readonly public: number;
    readonly signedIn: number;
    /** Routes of the gateway; `ANY /x` is one here and up to seven above. */
    readonly gateway: number;
  };
  readonly groups: number;
  readonly machines: number;
  readonly permissions: number;
  readonly quotas: number;
  readonly cache: Omit<CachePlan, 'file'>;
  readonly responseBoundBytes: number;
  readonly staleness: Staleness;
  readonly metrics: MetricPlan;
  readonly costs: FixedCosts;
  readonly audit: AuditSettings;
  /** Whether the map attaches to an API that exists. */
  readonly attached: boolean;
  /** Whether a stage of ours throttles, so that a flood has a bound. */
  readonly throttled: boolean;
  /** Routes in shadow mode. */
  readonly shadow: number;
}

export interface MapReport {
  readonly source: string;
  /** Whether no problem is an error. */
  readonly ok: boolean;
  /** Absent for a map with errors. */
  readonly facts?: MapFacts;
  /** Whether placeholders of `init` are left. */
  readonly incomplete?: boolean;
  /** Errors, then warnings, each in the order of the file. */
  readonly problems: readonly Finding[];
}

export interface ReportOptions {
  /** Whether the map's own tests are left out. Default: they are run. */
  readonly skipTests?: boolean;
}

export function reportOn(
  { source, map, problems, placeholders, placeOf }: ReadMap,
  { skipTests = false }: ReportOptions = {},
): MapReport {
  if (!map) return { source, ok: false, problems: errorsFirst([...problems, ...placeholders]) };
  const facts = factsOf(map);
  const tested = skipTests ? [] : testProblems(map);
  // What is deployed is evaluated once nothing is left to be replaced.
  const isComplete = placeholders.length === 0;
  const findings = isComplete ? findingsOf(map, facts.responseBoundBytes, placeOf) : [];
  return {
    source,
    ok: ![...placeholders, ...tested, ...findings].some(({ severity }) => severity === 'error'),
    facts,
    incomplete: !isComplete,
    problems: errorsFirst([...problems, ...placeholders, ...tested, ...findings]),
  };
}

function factsOf(map: AccessMap): MapFacts {
  const model = parseModel(map.model);
  const attached = map.api.attachTo !== undefined;
  const metrics = planMetrics(map.model, { attached });
  const size = (row: Row): number => model.routes.filter((_, index) => hasBit(row, index)).length;
  return {
    name: map.name,
    version: map.version,
    kind: map.kind,
    routes: {
      total: model.routes.length,
      public: size(model.public),
      signedIn: size(model.signedIn),
      gateway: map.gatewayRoutes.length + (map.permissionsEndpoint === undefined ? 0 : 1),
    },
    groups: map.model.groups.length,
    machines: model.machines.size,
    permissions: model.permissions.length,
    quotas: model.quotas.size,
    cache: withoutFile(map.cache),
    responseBoundBytes: map.cache.responseBoundBytes,
    staleness: stalenessOf(map),
    metrics,
    costs: fixedCosts(map, metrics),
    audit: map.audit,
    attached,
    throttled: !attached && !map.api.authorizerOnly && !lacksUpstream(map.api),
    shadow: model.shadow ? size(model.shadow.routes) : 0,
  };
}

const withoutFile = ({ file: _, ...plan }: CachePlan): Omit<CachePlan, 'file'> => plan;

const stalenessOf = (map: AccessMap): Staleness => ({
  groupsSeconds: Math.max(
    ...map.model.okta.map(
      ({ maxTokenLifetimeSeconds, maxClockSkewSeconds }) =>
        maxTokenLifetimeSeconds + maxClockSkewSeconds,
    ),
  ),
  keysSeconds: HARD_KEY_AGE_SECONDS,
  keysDuringOutageSeconds: MAX_STALE_KEY_SECONDS,
  mapSeconds: 0,
  cacheSeconds: map.cache.ttlSeconds,
  revocations: revocationBounds(map),
});

const errorsFirst = (problems: readonly Finding[]): readonly Finding[] => [
  ...inFileOrder(problems.filter(({ severity }) => severity === 'error')),
  ...inFileOrder(problems.filter(({ severity }) => severity === 'warning')),
];
