/**
 * An authorizer event of payload format 2.0 as the Developer Guide shows it, with changes by a
 * test.
 */
export function httpApiEvent(
  method: string,
  path: string,
  options: {
    routeKey?: string;
    token?: string;
    parameters?: Readonly<Record<string, string>>;
  } = {},
) {
  const routeKey = options.routeKey ?? `${method} ${path}`;
  const authorization =
    options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default/${method}${path}`,
    identitySource: options.token === undefined ? [] : [`Bearer ${options.token}`],
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'example.com', ...authorization },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abcdef123',
      domainName: 'abcdef123.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'abcdef123',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'agent' },
      requestId: 'request-1',
      routeKey,
      stage: '$default',
      time: '22/Nov/2026:10:15:30 +0000',
      timeEpoch: 1_795_342_530_000,
    },
    ...(options.parameters && { pathParameters: options.parameters }),
  };
}
