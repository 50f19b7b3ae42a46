import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { expect, test } from '@jest/globals';
import { httpApiControl } from '../../../lambda/gateway/http-api.ts';
import { ApiNotFoundError } from '../../../lambda/gateway/live-api.ts';
import { readRestApi } from '../../../lambda/gateway/read-rest-api.ts';
import { responseControl } from '../../../lambda/gateway/response-control.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
/** A control plane that has nothing. */
const absent = {
  region: 'eu-west-1',
  credentials,
  requestHandler: {
    handle: async () => {
      throw Object.assign(new Error('Invalid API identifier'), { name: 'NotFoundException' });
    },
  },
};
const rest = new APIGatewayClient(absent);

test.each<readonly [what: string, read: () => Promise<unknown>, kind: string, other: string]>([
  [
    'an HTTP API',
    () => httpApiControl(new ApiGatewayV2Client(absent), 'nosuchapi1').read(),
    'HTTP',
    'restApiId',
  ],
  [
    'a REST API',
    () => readRestApi(rest, 'nosuchapi1', { exports: new Map() }),
    'REST',
    'httpApiId',
  ],
  [
    'the gateway responses of a REST API',
    () => responseControl(rest, 'nosuchapi1').read(),
    'REST',
    'httpApiId',
  ],
])('%s that does not exist is reported with what to do about it', async (_, read, kind, other) => {
  const failure = read();
  await expect(failure).rejects.toBeInstanceOf(ApiNotFoundError);
  await expect(failure).rejects.toMatchObject({
    message: expect.stringMatching(
      new RegExp(`${kind} API, .*\`nosuchapi1\`: look up the id.*\`${other}\`$`),
    ),
  });
});
