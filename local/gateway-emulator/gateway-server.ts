/** Puts a gateway behind an HTTP server on the loopback address. */
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fastify from 'fastify';
import { listen, type RunningServer } from '../listen.ts';
import type { Headers } from './http-api-cors.ts';
import { type GatewayRequest, readRequest } from './request.ts';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable | Buffer;
  /** Called when the answer is out, with the bytes of its body. */
  readonly onSent?: (bytes: number) => void;
}

export interface Gateway {
  readonly handle: (request: GatewayRequest) => Promise<GatewayAnswer>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * @param port 0: a free one
 * @throws PortInUseError when the port is taken
 */
export async function serveGateway(gateway: Gateway, port: number): Promise<RunningServer> {
  const app = fastify({
    forceCloseConnections: true,
    // The service's own limit is answered by the gateway; Node's must not come first.
    http: { maxHeaderSize: 64 * 1024 },
    // The gateway handles paths itself: the framework would decode and normalize them.
    rewriteUrl: () => '/',
  });
  // Before the framework's own routing and parsing, which refuse methods and media types that the
  // service lets through.
  app.addHook('onRequest', async (request, reply) => {
    reply.hijack();
    const answer = await gateway.handle(
      readRequest(request.raw, request.originalUrl, gateway.now()),
    );
    await send(reply.raw, answer, request.raw.method === 'HEAD');
    // What nobody read must not stay in the connection.
    request.raw.resume();
  });
  return listen(app, port);
}

async function send(
  response: ServerResponse,
  answer: GatewayAnswer,
  headOnly: boolean,
): Promise<void> {
  let bytes = 0;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  if (Buffer.isBuffer(answer.body)) {
    if (answer.status !== 204 && !response.hasHeader('content-length'))
      response.setHeader('content-length', answer.body.length);
    bytes = answer.body.length;
    response.writeHead(answer.status);
    response.end(headOnly ? undefined : answer.body);
  } else {
    answer.body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    response.writeHead(answer.status);
    // A back end or client that breaks off ends both sides; there is nobody left to tell.
    await pipeline(answer.body, response).catch(() => response.destroy());
  }
  answer.onSent?.(bytes);
}
