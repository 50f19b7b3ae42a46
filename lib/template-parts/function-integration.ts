/** Functions are invoked by POST, whatever the request's method. */
export const functionIntegration = (uri: string): Readonly<Record<string, unknown>> => ({
  type: 'aws_proxy',
  httpMethod: 'POST',
  uri,
  passthroughBehavior: 'when_no_match',
});
