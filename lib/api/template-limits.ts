/** CloudFormation's limits for one stack, checked for a map before synthesis. */
import { CfnResource, Stack } from 'aws-cdk-lib';
import { type AccessMap, AccessMapError } from '../access-map/index.ts';
import { problem } from '../access-map/report/problems.ts';
import { DEPLOYED_MAP, deployedMap } from '../map-diff/index.ts';

/**
 * Source: CloudFormation User Guide, "Understand CloudFormation quotas": resources of a template,
 * its bytes in S3.
 */
const MAX_RESOURCES = 500;
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

/** @throws AccessMapError for a larger document. */
export function assertDocumentFits(bytes: number, room: number, map: AccessMap): void {
  if (bytes <= room) return;
  const preflights = map.api.cors === undefined ? '' : ' and their preflights';
  const shares =
    new Set(map.gatewayRoutes.map(({ template }) => template)).size < map.gatewayRoutes.length;
  throw refusal(map, {
    expected: `routes whose OpenAPI document has at most ${Math.max(room, 0)} bytes, since a CloudFormation template holds 1 MB`,
    found: `${map.gatewayRoutes.length} routes${preflights} of ${bytes} bytes`,
    fix: `${SPLIT}${shares ? ', or use `ANY` routes' : ''}`,
  });
}

/** @throws AccessMapError for a stack with more resources than CloudFormation accepts. */
export function assertResourcesFit(stack: Stack, map: AccessMap): void {
  const count = stack.node
    .findAll()
    .filter((node) => CfnResource.isCfnResource(node) && Stack.of(node) === stack).length;
  if (count <= MAX_RESOURCES) return;
  const preflights =
    map.api.cors === undefined
      ? 0
      : map.gatewayRoutes.filter((route) => route.method === 'ANY' && !route.public).length;
  throw refusal(map, {
    expected: `a stack of at most ${MAX_RESOURCES} resources, as CloudFormation demands`,
    found: `${count}, of which ${map.gatewayRoutes.length} are routes${preflights === 0 ? '' : ` and some ${preflights} their preflights`}`,
    fix: `${SPLIT}${preflights === 0 ? '' : ', or name the methods of `ANY` routes, each of which has a preflight of its own'}`,
  });
}

const SPLIT = 'split the map into several APIs (context `accessMap` may be a glob)';

const refusal = (
  map: AccessMap,
  detail: { readonly expected: string; readonly found: string; readonly fix: string },
): AccessMapError =>
  new AccessMapError([
    problem('error', 'VALUE_INVALID', { source: map.source, path: '/routes' }, detail),
  ]);
