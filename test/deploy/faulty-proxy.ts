/**
 * Stands between a function and API Gateway's control plane, and refuses one change: a fault in the
 * middle of an attachment.
 */
import { createServer, request } from 'node:http';

export interface FaultyProxy {
  readonly url: string;
  readonly refused: () => number;
  stop(): Promise<void>;
}

/**
 * @param nth the change that is refused, counted from 1; those before and after it pass. `POST` is
 * what publishes.
 */
export async function startFaultyProxy(
  target: string,
  nth: number,
  changing: 'PATCH' | 'POST' = 'PATCH',
): Promise<FaultyProxy> {
  let changes = 0;
  let refused = 0;
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === changing && ++changes === nth) {
      refused++;
      outgoing.writeHead(400, {
        'content-type': 'application/json',
        'x-amzn-errortype': 'BadRequestException',
      });
      outgoing.end('{"message":"refused by the test"}');
      return;
    }
    const { hostname, port } = new URL(target);
    const { method, url: path, headers } = incoming;
    const forwarded = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    refused: () => refused,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
