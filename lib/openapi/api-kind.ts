/** Which kind of API a document is of, where it says so. */
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import type { Node } from '../../lambda/core/json/json-object.ts';
import {
  authorizerIn,
  integrationOf,
  operationsOf,
  schemesOf,
} from '../../lambda/gateway/openapi-document.ts';
import type { HostResource } from './find-document.ts';

export interface ApiKind {
  readonly kind: 'http' | 'rest';
  /** What says so, as messages name it. */
  readonly by: string;
}

interface Source {
  readonly data: Node;
  readonly resource?: HostResource | undefined;
}

/** The kind of API that can be imported from the document; undefined where nothing tells. */
export const kindOf = (source: Source): ApiKind | undefined =>
  ofResource(source) ?? ofExtensions(source.data) ?? ofVersion(source.data) ?? ofParts(source.data);

/**
 * The kind of API that the document describes. Its version tells nothing of that: an API that is
 * not imported may have the routes of any description.
 */
export const describedKindOf = (source: Source): ApiKind | undefined =>
  ofResource(source) ?? ofExtensions(source.data) ?? ofParts(source.data);

const NOUN = { http: 'an HTTP API', rest: 'a REST API' } as const;

/**
 * Why a document is not of the map: expected, found and the ways out.
 * @param kind `api.kind` of the map
 */
export function kindProblems(found: ApiKind | undefined, kind: ApiKind['kind']): readonly string[] {
  if (found === undefined || found.kind === kind) return [];
  return [
    `expected a document of ${NOUN[kind]}, as \`api.kind\` of the map says, found one of ${NOUN[found.kind]} by ${found.by}: set \`api.kind: ${found.kind}\`, or name a document of ${NOUN[kind]}`,
  ];
}

const ofResource = ({ resource }: Source): ApiKind | undefined =>
  resource && { kind: resource.kind, by: `the resource \`${resource.name}\` (${resource.type})` };

const REST_KEYS = [
  EXTENSION.gatewayResponses,
  EXTENSION.requestValidators,
  EXTENSION.policy,
  EXTENSION.apiKeySource,
  EXTENSION.binaryMediaTypes,
];

function ofExtensions(data: Node): ApiKind | undefined {
  const key = REST_KEYS.find((one) => data[one] !== undefined);
  return key === undefined ? undefined : { kind: 'rest', by: `\`${key}\`` };
}

/** HTTP APIs are not imported from version 2. */
const ofVersion = ({ swagger }: Node): ApiKind | undefined =>
  swagger === undefined ? undefined : { kind: 'rest', by: 'its version (`swagger`)' };

const AUTHORIZERS = { jwt: 'http', token: 'rest', cognito_user_pools: 'rest' } as const;
const INTEGRATIONS: ReadonlySet<string> = new Set(['mock', 'aws', 'http']);

/** Authorizers and integrations that one kind alone has. */
function ofParts(data: Node): ApiKind | undefined {
  const types = Object.values(schemesOf(data)).map((scheme) => authorizerIn(scheme)?.['type']);
  for (const [type, kind] of Object.entries(AUTHORIZERS))
    if (types.includes(type)) return { kind, by: `an authorizer of the type \`${type}\`` };
  const integrations = operationsOf(data).map(({ value }) => integrationOf(value));
  if (integrations.some((one) => one['payloadFormatVersion'] !== undefined))
    return { kind: 'http', by: 'the `payloadFormatVersion` of an integration' };
  const rest = integrations
    .map((one) => String(one['type']).toLowerCase())
    .find((type) => INTEGRATIONS.has(type));
  return rest === undefined
    ? undefined
    : { kind: 'rest', by: `an integration of the type \`${rest}\`` };
}
