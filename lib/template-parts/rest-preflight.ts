/**
 * Preflights of a REST API: OPTIONS methods that the gateway answers itself, for OpenAPI and for
 * CloudFormation.
 */
import type { CfnMethodProps } from 'aws-cdk-lib/aws-apigateway';
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import type { Node } from '../../lambda/core/json/json-object.ts';
import { METHODS } from '../../lambda/core/path/http-methods.ts';
import { type Cors, literal, originOf } from './gateway-responses.ts';

function preflightHeaders(
  cors: Cors,
  methods: readonly string[],
): readonly (readonly [string, string])[] {
  const allowed = methods.includes('ANY') ? METHODS : methods;
  const headers = [
    ...new Set([
      'authorization',
      'content-type',
      ...cors.headers.map((name) => name.toLowerCase()),
    ]),
  ];
  return [
    ['Access-Control-Allow-Origin', originOf(cors)],
    ['Access-Control-Allow-Methods', [...new Set(allowed)].join(',')],
    ['Access-Control-Allow-Headers', headers.join(',')],
    ['Access-Control-Max-Age', String(cors.maxAgeSeconds)],
  ];
}

const REQUEST_TEMPLATES = { 'application/json': '{"statusCode":204}' };

const mappedHeaders = (
  headers: readonly (readonly [string, string])[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    headers.map(([name, value]) => [`method.response.header.${name}`, literal(value)]),
  );

/** How version 3 declares the type of a header. */
export const OPENAPI_3: Node = { schema: { type: 'string' } };
/** How version 2 does. */
export const SWAGGER_2: Node = { type: 'string' };

/**
 * The operation `options` of a path of an OpenAPI document.
 * @param methods of the path, or `ANY`
 */
export function preflightOperation(
  cors: Cors,
  methods: readonly string[],
  header = OPENAPI_3,
): Node {
  const headers = preflightHeaders(cors, methods);
  return {
    responses: {
      204: {
        description: 'preflight',
        headers: Object.fromEntries(headers.map(([name]) => [name, header])),
      },
    },
    [EXTENSION.integration]: {
      type: 'mock',
      // If `*/*` is binary, the gateway does not read a request without body as JSON otherwise,
      // and the mock answers 500.
      contentHandling: 'CONVERT_TO_TEXT',
      passthroughBehavior: 'when_no_match',
      requestTemplates: REQUEST_TEMPLATES,
      responses: { default: { statusCode: '204', responseParameters: mappedHeaders(headers) } },
    },
  };
}

/**
 * Properties of an OPTIONS method as a resource, without its place.
 * @param methods of the path, or `ANY`
 */
export function preflightMethod(
  cors: Cors,
  methods: readonly string[],
): Required<Pick<CfnMethodProps, 'integration' | 'methodResponses'>> {
  const headers = preflightHeaders(cors, methods);
  const declared = Object.fromEntries(
    headers.map(([name]) => [`method.response.header.${name}`, true]),
  );
  return {
    integration: {
      type: 'MOCK',
      contentHandling: 'CONVERT_TO_TEXT',
      passthroughBehavior: 'WHEN_NO_MATCH',
      requestTemplates: REQUEST_TEMPLATES,
      integrationResponses: [{ statusCode: '204', responseParameters: mappedHeaders(headers) }],
    },
    methodResponses: [{ statusCode: '204', responseParameters: declared }],
  };
}
