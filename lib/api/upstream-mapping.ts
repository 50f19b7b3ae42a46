import { MappingValue, ParameterMapping } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  contextVariable,
  IDENTITY_FIELDS,
  IDENTITY_HEADERS,
} from '../../lambda/core/contract/context-fields.ts';
import { OVERRIDE_HEADERS } from '../../lambda/core/contract/overrides.ts';
import { spellings } from '../template-parts/header-spellings.ts';

/**
 * Request of an authorized route: the identity headers are overwritten with the authorizer's
 * context. The authorizer fills every field, because the effect of an overwrite with an absent
 * value is undocumented.
 * @param upstreamUrl undefined: a function, whose event keeps the request's path.
 */
export function authorizedRequest(upstreamUrl?: string): ParameterMapping {
  const mapping = anyRequest(upstreamUrl);
  for (const field of IDENTITY_FIELDS) {
    mapping.overwriteHeader(
      IDENTITY_HEADERS[field],
      MappingValue.custom(`$${contextVariable(field)}`),
    );
  }
  return mapping;
}

/**
 * Request of a route without authorizer: the caller is unknown, so all identity headers are
 * removed.
 */
export function publicRequest(upstreamUrl?: string): ParameterMapping {
  const mapping = anyRequest(upstreamUrl);
  for (const header of Object.values(IDENTITY_HEADERS)) mapping.removeHeader(header);
  return mapping;
}

function anyRequest(upstreamUrl: string | undefined): ParameterMapping {
  const mapping = new ParameterMapping();
  if (upstreamUrl !== undefined) mapping.overwritePath(upstreamPath(upstreamUrl));
  for (const header of OVERRIDE_HEADERS) mapping.removeHeader(header);
  for (const header of [...OVERRIDE_HEADERS, ...Object.values(IDENTITY_HEADERS)]) {
    for (const other of spellings(header).slice(1)) mapping.removeHeader(other);
  }
  return mapping;
}

/**
 * The request's path, appended to the path of the upstream URL if it has one; a listener has no
 * URL.
 */
function upstreamPath(upstreamUrl: string): MappingValue {
  const basePath = upstreamUrl === '' ? '' : new URL(upstreamUrl).pathname.replace(/\/+$/, '');
  return basePath === ''
    ? MappingValue.requestPath()
    : MappingValue.custom(`${basePath}${'${request.path}'}`);
}
