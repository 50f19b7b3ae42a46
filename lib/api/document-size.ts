/** How large the OpenAPI document of a map's REST API may be in a template: no CDK here. */
import { functionUri } from '../../lambda/core/contract/authorizer-uri.ts';
import { DEPLOYED_MAP, deployedMap } from '../access-map/deployed-map.ts';
import { type AccessMap, AccessMapError, mapPointer } from '../access-map/index.ts';
import { type Detail, problem } from '../access-map/report/problems.ts';
import { restDocument } from './rest-document.ts';

/**
 * Source: CloudFormation User Guide, "Understand CloudFormation quotas": a template's bytes in S3.
 */
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
function documentBudget(map: AccessMap): number {
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

const bytesOf = (document: object): number => Buffer.byteLength(JSON.stringify(document));

export const SPLIT = 'split the map into several APIs (context `accessMap` may be a glob)';

/** Why a document does not fit into a template. */
function documentRefusal(bytes: number, room: number, map: AccessMap): Detail {
  const preflights = map.api.cors === undefined ? '' : ' and their preflights';
  const shares =
    new Set(map.gatewayRoutes.map(({ template }) => template)).size < map.gatewayRoutes.length;
  return {
    expected: `routes whose OpenAPI document has at most ${Math.max(room, 0)} bytes, since a CloudFormation template holds 1 MB`,
    found: `${map.gatewayRoutes.length} routes${preflights} of ${bytes} bytes`,
    fix: `${SPLIT}${shares ? ', or use `ANY` routes' : ''}`,
  };
}

/** Why a template has no room for the document; undefined where it has. */
export function documentExcess(document: object, map: AccessMap): Detail | undefined {
  const [bytes, room] = [bytesOf(document), documentBudget(map)];
  return bytes <= room ? undefined : documentRefusal(bytes, room, map);
}

/** @throws AccessMapError for a document that the template of the map's stack has no room for. */
export function assertDocumentFits(document: object, map: AccessMap): void {
  const detail = documentExcess(document, map);
  if (detail === undefined) return;
  const place = { source: map.source, path: mapPointer('routes') };
  throw new AccessMapError([problem('error', 'VALUE_INVALID', place, detail)]);
}

/** A function's URI in a template is about as long. */
const sampleUri = (functionArn: string): string =>
  functionUri({ partition: 'aws', region: 'eu-central-1' }, functionArn);

/** Why the smallest document that synthesis would write does not fit; undefined where it does. */
export const leastDocumentExcess = (map: AccessMap): Detail | undefined =>
  documentExcess(
    restDocument({ map, invocationUri: sampleUri, retryAfterHeader: true, spellings: 'plain' }),
    map,
  );
