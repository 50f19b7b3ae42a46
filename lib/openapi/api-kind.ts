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
  ofResource(source) ?? ofVersion(source.data) ?? ofSigns(source.data);

/**
 * The kind of API that the document describes. Its version tells nothing of that: an API that is
 * not imported may have the routes of any description.
 */
export const describedKindOf = (source: Source): ApiKind | undefined =>
  ofResource(source) ?? ofSigns(source.data);

/** A guess where `kindOf` knows nothing, for a first map that somebody reviews. */
export const likelyKindOf = (source: Source): ApiKind['kind'] | undefined =>
  kindOf(source)?.kind ?? ofMostSigns(source.data);

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

/** HTTP APIs are not imported from version 2. */
const ofVersion = ({ swagger }: Node): ApiKind | undefined =>
  swagger === undefined ? undefined : { kind: 'rest', by: 'its version (`swagger`)' };

/** Of HTTP APIs, and in documents of REST APIs too: alone it tells nothing. */
const CORS: ApiKind = { kind: 'http', by: `\`${EXTENSION.cors}\`` };

const signsOf = (data: Node): readonly ApiKind[] => [
  ...ofExtensions(data),
  ...ofAuthorizers(data),
  ...ofIntegrations(data),
  ...(data[EXTENSION.cors] === undefined ? [] : [CORS]),
];

/** An import ignores what the other kind alone has: signs of both kinds tell nothing. */
function ofSigns(data: Node): ApiKind | undefined {
  const signs = signsOf(data);
  const [first] = signs;
  return first !== CORS && signs.every(({ kind }) => kind === first?.kind) ? first : undefined;
}

/** The kind of most signs, each counted once. */
function ofMostSigns(data: Node): ApiKind['kind'] | undefined {
  const signs = new Map(signsOf(data).map(({ kind, by }) => [by, kind]));
  const rest = [...signs.values()].filter((kind) => kind === 'rest').length;
  if (rest === 0) return undefined;
  return signs.size - rest > rest ? 'http' : 'rest';
}

const REST_KEYS = [
  EXTENSION.gatewayResponses,
  EXTENSION.requestValidators,
  EXTENSION.policy,
  EXTENSION.apiKeySource,
  EXTENSION.binaryMediaTypes,
];

const ofExtensions = (data: Node): readonly ApiKind[] =>
  REST_KEYS.filter((key) => data[key] !== undefined).map((key) => ({
    kind: 'rest',
    by: `\`${key}\``,
  }));

const AUTHORIZERS = { jwt: 'http', token: 'rest', cognito_user_pools: 'rest' } as const;

function ofAuthorizers(data: Node): readonly ApiKind[] {
  const types = Object.values(schemesOf(data)).map((scheme) => authorizerIn(scheme)?.['type']);
  return Object.entries(AUTHORIZERS).flatMap(([type, kind]) =>
    types.includes(type) ? [{ kind, by: `an authorizer of the type \`${type}\`` }] : [],
  );
}

const INTEGRATIONS: ReadonlySet<string> = new Set(['mock', 'aws', 'http']);

/** Integrations that one kind alone has. */
const ofIntegrations = (data: Node): readonly ApiKind[] =>
  operationsOf(data).flatMap(({ value }): readonly ApiKind[] => {
    const integration = integrationOf(value);
    const type = String(integration['type']).toLowerCase();
    return [
      // Documents of REST APIs have 1.0 too, which an import ignores. YAML reads 2.0 as a number.
      ...(Number(integration['payloadFormatVersion']) === 2
        ? [{ kind: 'http', by: 'the `payloadFormatVersion` of an integration' } as const]
        : []),
      ...(INTEGRATIONS.has(type)
        ? [{ kind: 'rest', by: `an integration of the type \`${type}\`` } as const]
        : []),
    ];
  });
