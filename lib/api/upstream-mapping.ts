import { MappingValue, ParameterMapping } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  contextVariable,
  IDENTITY_FIELDS,
  IDENTITY_HEADERS,
} from '../../lambda/core/contract/context.ts';

/**
 * Frameworks take these for the request's method or path, and the decision was made for another
 * one.
 */
export const OVERRIDE_HEADERS = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
] as const;

/**
 * Each way to write a header's name with hyphens and underscores, as given first. CGI, WSGI and PHP
 * read all of them as one header, so that a client could slip its own in beside ours. Source: RFC
 * 3875, section 4.1.18.
 */
export function spellings(header: string): readonly string[] {
  const [first = '', ...rest] = header.split('-');
  return rest.reduce<readonly string[]>(
    (names, part) => ['-', '_'].flatMap((mark) => names.map((name) => name + mark + part)),
    [first],
  );
}

/**
 * Request of an authorized route: the identity headers are overwritten with what the authorizer
 * found. The authorizer always fills every field, because what an overwrite with an absent value
 * does is undocumented.
 * @param upstreamUrl absent: a function, whose event keeps the request's path.
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
 * Request of a route without authorizer: nobody is known there, so that no identity header arrives
 * at all.
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
 * The request's path, below the upstream URL's own path where it has one; a listener has no URL.
 */
function upstreamPath(upstreamUrl: string): MappingValue {
  const basePath = upstreamUrl === '' ? '' : new URL(upstreamUrl).pathname.replace(/\/+$/, '');
  return basePath === ''
    ? MappingValue.requestPath()
    : MappingValue.custom(`${basePath}${'${request.path}'}`);
}
