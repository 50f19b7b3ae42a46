import { expect, test } from '@jest/globals';
import { readOpenapi } from '../../../lib/openapi/read-openapi.ts';

const readAs = (document: object): string | undefined =>
  readOpenapi(JSON.stringify({ openapi: '3.0.1', paths: {}, ...document })).kind;

const withScheme = (type: string): object => ({
  components: { securitySchemes: { theirs: { 'x-amazon-apigateway-authorizer': { type } } } },
});
const withIntegration = (integration: object): object => ({
  paths: { '/a': { get: { 'x-amazon-apigateway-integration': integration } } },
});

test.each([
  ['okta-groups', 'request', []],
  ['okta-groups-1a2b3c4d', 'request', []],
  ['okta-groups', 'token', ['okta-groups']],
  ['theirs', 'request', ['theirs']],
])('of an authorizer %s of the type %s, others are %j', (name, type, others) => {
  const authorizer = { type, authorizerUri: 'arn:aws:apigateway:us-east-1:lambda:path/x' };
  const { authorizers, operations } = readOpenapi(
    JSON.stringify({
      openapi: '3.0.1',
      paths: { '/a': { get: { security: [{ [name]: [] }] } } },
      components: { securitySchemes: { [name]: { 'x-amazon-apigateway-authorizer': authorizer } } },
    }),
  );
  expect(authorizers.map((one) => one.name)).toEqual(others);
  expect(operations.map(({ isPublic }) => isPublic)).toEqual([false]);
});

test.each([
  ['version 2', { swagger: '2.0' }, 'rest'],
  ['gateway responses', { 'x-amazon-apigateway-gateway-responses': {} }, 'rest'],
  ['validators of requests', { 'x-amazon-apigateway-request-validators': {} }, 'rest'],
  ['a policy', { 'x-amazon-apigateway-policy': {} }, 'rest'],
  ['a source of keys', { 'x-amazon-apigateway-api-key-source': 'HEADER' }, 'rest'],
  ['binary media types', { 'x-amazon-apigateway-binary-media-types': [] }, 'rest'],
  ['an authorizer of JWTs', withScheme('jwt'), 'http'],
  ['an authorizer of the token type', withScheme('token'), 'rest'],
  ['an authorizer of Cognito', withScheme('cognito_user_pools'), 'rest'],
  ['an authorizer of both kinds', withScheme('request'), undefined],
  ['a format of payloads', withIntegration({ payloadFormatVersion: '2.0' }), 'http'],
  ['a mock', withIntegration({ type: 'MOCK' }), 'rest'],
  ['an integration of both kinds', withIntegration({ type: 'http_proxy' }), undefined],
  [
    'version 1.0 of payloads, which both kinds may have',
    withIntegration({ type: 'HTTP_PROXY', payloadFormatVersion: '1.0' }),
    undefined,
  ],
  [
    'a policy beside CORS',
    { 'x-amazon-apigateway-policy': {}, 'x-amazon-apigateway-cors': {} },
    'rest',
  ],
  [
    'more of HTTP APIs than of REST APIs',
    {
      ...withIntegration({ type: 'aws_proxy', payloadFormatVersion: '2.0' }),
      'x-amazon-apigateway-cors': {},
      'x-amazon-apigateway-binary-media-types': [],
    },
    'http',
  ],
  ['CORS of HTTP APIs, which tells nothing', { 'x-amazon-apigateway-cors': {} }, undefined],
])('a document with %s is of the kind %s', (_, document, kind) => {
  expect(readAs(document)).toBe(kind);
});
