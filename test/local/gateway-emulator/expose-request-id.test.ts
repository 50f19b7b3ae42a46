import { expect, test } from '@jest/globals';
import { exposeRequestId } from '../../../local/gateway-emulator/expose-request-id.ts';
import type { GatewayRequest } from '../../../local/gateway-emulator/request.ts';

const ID = 'apigw-requestid,x-amzn-requestid';

test.each<[string | undefined, Readonly<Record<string, string>>, string | undefined]>([
  ['http://localhost:4002', {}, ID],
  // What the map exposes stays exposed.
  ['http://localhost:4002', { 'access-control-expose-headers': 'etag' }, `etag,${ID}`],
  ['http://localhost:5173', {}, undefined],
  [undefined, {}, undefined],
])('a page of %s whose answer has %j may read %s', async (origin, headers, exposed) => {
  const gateway = exposeRequestId(
    {
      now: () => 0,
      handle: async (_request: GatewayRequest) => ({ status: 200, headers, body: Buffer.alloc(0) }),
    },
    ['http://localhost:4002'],
  );
  const sent = new Map(origin === undefined ? [] : [['origin', origin]]);
  const answer = await gateway.handle({ headers: sent } as unknown as GatewayRequest);
  expect(answer.headers['access-control-expose-headers']).toBe(exposed);
});
