/** CloudFormation's limits for one stack, as far as an access map alone tells: no CDK here. */
import { preflightPaths } from '../../lambda/gateway/preflight.ts';
import { type AccessMap, lacksUpstream } from '../access-map/index.ts';
import type { Detail } from '../access-map/report/problems.ts';
import { DEPLOYED_MAP, deployedMap } from '../map-diff/index.ts';
import { MAX_QUOTA_ALARMS } from '../watch/metric-plan.ts';
import { restDocument } from './rest-document.ts';

/**
 * Source: CloudFormation User Guide, "Understand CloudFormation quotas": resources of a template,
 * its bytes in S3.
 */
export const MAX_RESOURCES = 500;
const MAX_TEMPLATE_BYTES = 1_000_000;

/** A larger document leaves no room to grow. */
const MAX_DOCUMENT_BYTES = 900_000;
/**
 * The rest of a stack, without the document and the map in its metadata: 30,000 with a watch, and
 * as much again for additions of an app.
 */
const RESERVED_BYTES = 60_000;
/** The alarm of a quota, with its place in the dashboard. */
const QUOTA_BYTES = 1_000;
/** What `OktaGroupAuthorizer.protect` adds to a method. */
const PROTECTION_BYTES = 60;

/**
 * Maximum bytes of the OpenAPI document of the map's REST API: its stack contains the map as well.
 */
export function documentBudget(map: AccessMap): number {
  // JSON text within JSON text, as in the metadata.
  const metadata = Buffer.byteLength(
    JSON.stringify({ [DEPLOYED_MAP]: JSON.stringify(deployedMap(map)) }),
  );
  const others =
    RESERVED_BYTES +
    map.model.quotas.length * QUOTA_BYTES +
    map.gatewayRoutes.length * PROTECTION_BYTES;
  return Math.min(MAX_DOCUMENT_BYTES, MAX_TEMPLATE_BYTES - metadata - others);
}

export const bytesOf = (document: object): number => Buffer.byteLength(JSON.stringify(document));

const SPLIT = 'split the map into several APIs (context `accessMap` may be a glob)';

/** Why a document does not fit into a template. */
export function documentRefusal(bytes: number, room: number, map: AccessMap): Detail {
  const preflights = map.api.cors === undefined ? '' : ' and their preflights';
  const shares =
    new Set(map.gatewayRoutes.map(({ template }) => template)).size < map.gatewayRoutes.length;
  return {
    expected: `routes whose OpenAPI document has at most ${Math.max(room, 0)} bytes, since a CloudFormation template holds 1 MB`,
    found: `${map.gatewayRoutes.length} routes${preflights} of ${bytes} bytes`,
    fix: `${SPLIT}${shares ? ', or use `ANY` routes' : ''}`,
  };
}

/** Why a stack has more resources than CloudFormation takes. */
export function resourcesRefusal(count: number, map: AccessMap): Detail {
  const preflights =
    map.api.cors === undefined
      ? 0
      : map.gatewayRoutes.filter((route) => route.method === 'ANY' && !route.public).length;
  return {
    expected: `a stack of at most ${MAX_RESOURCES} resources, as CloudFormation demands`,
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

/** A function's URI in a template is about as long. */
const sampleUri = (functionArn: string): string =>
  `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

export interface SizeFinding {
  readonly severity: 'error' | 'warning';
  readonly detail: Detail;
}

/** What synthesis would refuse of the stack that deploys the map's API; nothing for other maps. */
export function sizeFindings(map: AccessMap): readonly SizeFinding[] {
  const { attachTo, authorizerOnly } = map.api;
  if (attachTo !== undefined || authorizerOnly || lacksUpstream(map.api)) return [];
  if (map.kind === 'rest') {
    const room = documentBudget(map);
    const options = { map, invocationUri: sampleUri, retryAfterHeader: true } as const;
    const bytes = bytesOf(restDocument({ ...options, spellings: 'plain' }));
    return bytes <= room ? [] : [{ severity: 'error', detail: documentRefusal(bytes, room, map) }];
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
