import type { Gateway } from './gateway-server.ts';

const REQUEST_ID_HEADERS = 'apigw-requestid,x-amzn-requestid';
const EXPOSED = 'access-control-expose-headers';

/**
 * Lets pages of these origins read which request an answer was, so that the console finds the
 * record of its own call. A deployed API says the same only if its map does; what the map exposes
 * stays exposed.
 */
export function exposeRequestId<G extends Gateway>(gateway: G, origins: readonly string[]): G {
  return {
    ...gateway,
    handle: async (request) => {
      const answer = await gateway.handle(request);
      if (!origins.includes(request.headers.get('origin') ?? '')) return answer;
      const others = answer.headers[EXPOSED];
      const exposed = others === undefined ? [] : [others].flat();
      return {
        ...answer,
        headers: { ...answer.headers, [EXPOSED]: [...exposed, REQUEST_ID_HEADERS].join(',') },
      };
    },
  };
}
