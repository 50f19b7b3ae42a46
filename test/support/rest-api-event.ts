/**
 * A REQUEST authorizer event of a REST API as the Developer Guide shows it, with changes by a test.
 */
export function restApiEvent(
  method: string,
  path: string,
  options: {
    resource?: string;
    token?: string;
    parameters?: Readonly<Record<string, string>>;
  } = {},
) {
  const resource = options.resource ?? path;
  const authorization =
    options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` };
  const headers = {
    Accept: '*/*',
    Host: 'abcdef123.execute-api.us-east-1.amazonaws.com',
    ...authorization,
  };
  return {
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:us-east-1:123456789012:abcdef123/live/${method}${path}`,
    resource,
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: options.parameters ?? null,
    stageVariables: null,
    requestContext: {
      accountId: '123456789012',
      apiId: 'abcdef123',
      httpMethod: method,
      identity: { sourceIp: '203.0.113.7', userAgent: 'agent' },
      path: `/live${path}`,
      protocol: 'HTTP/1.1',
      requestId: 'request-1',
      requestTime: '22/Nov/2026:10:15:30 +0000',
      requestTimeEpoch: 1_795_342_530_000,
      resourceId: 'abc123',
      resourcePath: resource,
      stage: 'live',
    },
  };
}
