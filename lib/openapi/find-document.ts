/**
 * Finds the OpenAPI document in a file: the whole of it, or a part of a template of CloudFormation.
 */
import { isObject, membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import type { DocumentPath } from '../../lambda/gateway/openapi-document.ts';
import { OpenapiError } from './openapi-error.ts';
import { type ApiParts, partsOfApi, propertiesOfApi } from './template-resources.ts';

export interface FoundDocument {
  /** Where in the file the document is; empty for the whole file. */
  readonly at: DocumentPath;
  readonly data: Node;
  /** Only in a template. */
  readonly resource?: HostResource;
}

/** The resource of a template that holds the document. */
export interface HostResource {
  /** Logical id. */
  readonly name: string;
  readonly type: string;
  readonly kind: 'http' | 'rest';
  readonly properties: Node;
  /** Resources of the template beside it that belong to the API. */
  readonly parts: ApiParts;
}

const HOSTS: Readonly<Record<string, { readonly kind: 'http' | 'rest'; readonly key: string }>> = {
  'AWS::Serverless::Api': { kind: 'rest', key: 'DefinitionBody' },
  'AWS::Serverless::HttpApi': { kind: 'http', key: 'DefinitionBody' },
  'AWS::ApiGateway::RestApi': { kind: 'rest', key: 'Body' },
  'AWS::ApiGatewayV2::Api': { kind: 'http', key: 'Body' },
};

/**
 * @param name logical id of the template's resource; needed where several have a document.
 * @throws OpenapiError
 */
export function findDocument(data: unknown, name?: string): FoundDocument {
  if (!isObject(data))
    throw new OpenapiError('expected an OpenAPI description, version 2 or 3, found no mapping');
  const found = isObject(data['Resources']) ? inTemplate(data, data['Resources'], name) : undefined;
  if (found === undefined && name !== undefined)
    throw new OpenapiError(`expected a template whose resource \`${name}\` has a document`);
  const document = found ?? { at: [], data };
  requireVersion(document.data);
  return document;
}

function inTemplate(template: Node, resources: Node, name: string | undefined): FoundDocument {
  const all = Object.entries(resources).flatMap(([id, resource]): readonly FoundDocument[] => {
    const { Type: type, Properties: properties } = membersIn(resource);
    const host = typeof type === 'string' && Object.hasOwn(HOSTS, type) ? HOSTS[type] : undefined;
    const body = host && membersIn(properties)[host.key];
    if (typeof type !== 'string' || host === undefined || !isObject(body)) return [];
    const at = ['Resources', id, 'Properties', host.key];
    return [
      {
        at,
        data: body,
        resource: {
          name: id,
          type,
          kind: host.kind,
          properties: propertiesOfApi(template, type, properties),
          parts: partsOfApi(resources, id),
        },
      },
    ];
  });
  const named = all.filter(({ resource }) => name === undefined || resource?.name === name);
  const [one, ...others] = named;
  if (one !== undefined && others.length === 0) return one;
  const ids = all.map(({ resource }) => `\`${resource?.name}\``).join(', ');
  throw new OpenapiError(
    all.length === 0
      ? 'expected a template with an API that has an OpenAPI document (`DefinitionBody`, `Body`), found none'
      : `expected one API of the template, found ${ids}: name one after the file, as in \`template.yaml#${all[0]?.resource?.name}\``,
  );
}

function requireVersion(document: Node): void {
  const { openapi, swagger } = document;
  // YAML reads `openapi: 3.0` without quotes as a number, which is 3.
  if (typeof openapi === 'number' && Math.floor(openapi) === 3) return;
  if (typeof openapi === 'string' && /^3\./.test(openapi)) return;
  if (openapi === undefined && (swagger === '2.0' || swagger === 2)) return;
  throw new OpenapiError(
    `expected an OpenAPI description, version 2 or 3, found ${foundVersion(openapi ?? swagger)}`,
  );
}

/** Nothing but a version is quoted. */
function foundVersion(version: unknown): string {
  if (version === undefined) return 'no `openapi` key';
  return /^\d{1,3}(?:\.\d{1,3}){0,3}$/.test(String(version))
    ? `version ${String(version)}`
    : 'another version';
}
