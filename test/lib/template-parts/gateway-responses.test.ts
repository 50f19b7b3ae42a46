/** Answers that a gateway gives itself, and the preflights that it answers. */
import { expect, test } from '@jest/globals';
import {
  attachedResponses,
  type Cors,
  gatewayResponses,
} from '../../../lib/template-parts/gateway-responses.ts';
import { preflightMethod, preflightOperation } from '../../../lib/template-parts/rest-preflight.ts';

const cors = (over: Partial<Cors> = {}): Cors => ({
  ...{ origins: ['https://app.example.com'], headers: [], maxAgeSeconds: 60 },
  ...over,
});
const ORIGIN = 'gatewayresponse.header.Access-Control-Allow-Origin';

test.each([
  ['one origin', ['https://app.example.com'], "'https://app.example.com'"],
  ['several', ['https://a.example.com', 'https://b.example.com'], "'*'"],
  ['any', ['*'], "'*'"],
])('of %s the header of every error holds one value', (_, origins, value) => {
  const responses = gatewayResponses(cors({ origins }), false);
  const headers = Object.values(responses).map(
    (response) => (response as { responseParameters: Record<string, string> }).responseParameters,
  );
  expect(headers).toHaveLength(4);
  for (const header of headers) expect(header).toMatchObject({ [ORIGIN]: value });
});

test.each([
  ['neither', undefined, false, {}],
  ['the header', undefined, true, { 'Retry-After': 'context.authorizer.retryAfter' }],
  [
    'the header and browsers',
    cors(),
    true,
    {
      'Access-Control-Allow-Origin': "'https://app.example.com'",
      'Retry-After': 'context.authorizer.retryAfter',
      'Access-Control-Expose-Headers': "'Retry-After'",
    },
  ],
])('a 403 with %s', (_, origins, retryAfter, headers) => {
  const [denied] = attachedResponses(origins, retryAfter);
  expect(denied).toMatchObject({ type: 'ACCESS_DENIED', statusCode: '403', headers });
  expect(Object.keys(denied?.headers ?? {})).toEqual(Object.keys(headers));
});

test('of an API that we attach to, only the answers that our authorizer causes are set', () => {
  expect(attachedResponses(undefined, false).map(({ type }) => type)).toEqual(['ACCESS_DENIED']);
  expect(
    attachedResponses(cors(), false).map(({ type, statusCode }) => [type, statusCode]),
  ).toEqual([
    ['ACCESS_DENIED', '403'],
    ['UNAUTHORIZED', '401'],
    ['AUTHORIZER_FAILURE', '500'],
    ['AUTHORIZER_CONFIGURATION_ERROR', '500'],
  ]);
});

test.each([
  [['GET', 'POST', 'GET'], "'GET,POST'"],
  [['ANY'], "'GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS'"],
])('a preflight of %j allows %s, in a document as in a resource', (methods, allowed) => {
  const headers = {
    'method.response.header.Access-Control-Allow-Methods': allowed,
    'method.response.header.Access-Control-Allow-Headers': "'authorization,content-type,x-own'",
    'method.response.header.Access-Control-Max-Age': "'60'",
  };
  const settings = cors({ headers: ['X-Own', 'Authorization'] });
  expect(preflightMethod(settings, methods).integration).toMatchObject({
    integrationResponses: [{ statusCode: '204', responseParameters: headers }],
  });
  expect(preflightOperation(settings, methods)['x-amazon-apigateway-integration']).toMatchObject({
    responses: { default: { statusCode: '204', responseParameters: headers } },
  });
});
