/** How large the stack of a map becomes, as far as the map alone tells: no CDK here. */
import { preflightPaths } from '../../lambda/gateway/preflight.ts';
import { type AccessMap, lacksUpstream } from '../access-map/index.ts';
import type { Detail } from '../access-map/report/problems.ts';
import { leastDocumentExcess, SPLIT } from '../api/document-size.ts';
import { MAX_QUOTA_ALARMS } from '../watch/metric-plan.ts';

/**
 * Source: CloudFormation User Guide, "Understand CloudFormation quotas": resources of a template.
 */
export const MAX_RESOURCES = 500;

/** Why a stack has more resources than CloudFormation takes. */
export function resourcesRefusal(count: number, map: AccessMap): Detail {
  const preflights =
    map.api.cors === undefined
      ? 0
      : map.gatewayRoutes.filter((route) => route.method === 'ANY' && !route.public).length;
  return {
    expected: `a stack of at most ${MAX_RESOURCES} resources, as CloudFormation requires`,
    found: `${count}, of which ${map.gatewayRoutes.length} are routes${preflights === 0 ? '' : ` and some ${preflights} their preflights`}`,
    fix: `${SPLIT}${preflights === 0 ? '' : ', or name the methods of `ANY` routes, each of which has a preflight of its own'}`,
  };
}

/** Keys of all routes of the API that a stack of the map deploys, preflights included. */
export function deployedKeys({ api, gatewayRoutes, permissionsEndpoint }: AccessMap): string[] {
  const own = gatewayRoutes.map(({ key }) => key);
  const guarded = gatewayRoutes.flatMap((route) => (route.public ? [] : [route.key]));
  const preflights = api.cors === undefined ? [] : guarded.flatMap(preflightPaths);
  const endpoint = permissionsEndpoint === undefined ? [] : [permissionsEndpoint.route];
  return [...new Set([...own, ...preflights.map((path) => `OPTIONS ${path}`), ...endpoint])];
}

/** Resources of a stack for an HTTP API; a test counts those of real stacks. */
const PARTS = {
  /** API, stage, integrations, authorizer and its function, key table, alarms. */
  always: 14,
  cacheFlush: 4,
  permissionsEndpoint: 5,
  /** The table and its alarm. */
  quotas: 2,
  functionPermission: 1,
  domain: 2,
  /** Alarms, dashboard, detector and saved queries. */
  watch: 27,
} as const;

/** How many resources the stack of an HTTP API has, without its watch and with it. */
export function resourceCount(map: AccessMap): { readonly least: number; readonly usual: number } {
  const least =
    PARTS.always +
    deployedKeys(map).length +
    (map.cache.mode === 'off' ? 0 : PARTS.cacheFlush) +
    (map.permissionsEndpoint === undefined ? 0 : PARTS.permissionsEndpoint) +
    (map.model.quotas.length === 0 ? 0 : PARTS.quotas) +
    (map.api.upstream.kind === 'lambda' ? PARTS.functionPermission : 0) +
    (map.api.entrance?.domain === undefined ? 0 : PARTS.domain);
  const shared = map.model.quotas.filter(({ by }) => by === 'group').length;
  return { least, usual: least + PARTS.watch + Math.min(shared, MAX_QUOTA_ALARMS) };
}

export interface SizeFinding {
  readonly severity: 'error' | 'warning';
  readonly detail: Detail;
}

/** What synthesis would refuse of the stack that deploys the map's API; nothing for other maps. */
export function sizeFindings(map: AccessMap): readonly SizeFinding[] {
  const { attachTo, authorizerOnly } = map.api;
  if (attachTo !== undefined || authorizerOnly || lacksUpstream(map.api)) return [];
  if (map.kind === 'rest') {
    const detail = leastDocumentExcess(map);
    return detail === undefined ? [] : [{ severity: 'error', detail }];
  }
  const { least, usual } = resourceCount(map);
  if (usual <= MAX_RESOURCES) return [];
  if (least > MAX_RESOURCES) return [{ severity: 'error', detail: resourcesRefusal(usual, map) }];
  const refused = resourcesRefusal(usual, map);
  return [
    {
      severity: 'warning',
      detail: { ...refused, fix: `synthesize with \`-c watch=false\`, or ${refused.fix}` },
    },
  ];
}
