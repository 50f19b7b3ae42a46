/**
 * The back end of a local run: answers what arrived, so that one sees what the gateway made of a
 * call.
 */
import { text } from 'node:stream/consumers';
import fastify from 'fastify';
import { quotaMiddleware } from '../middleware/index.ts';
import { listen, type RunningServer } from './listen.ts';

/** What the back end got, header names in lower case; the answer's body is this as JSON. */
export interface Echo {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param port 0: a free one */
export async function startEcho(port = 0): Promise<RunningServer> {
  const app = fastify({
    forceCloseConnections: true,
    http: { maxHeaderSize: 64 * 1024 },
    rewriteUrl: () => '/',
  });
  // As a back end does where a quota says `onExceeded: pass`; the local gateway overwrites these
  // headers as the deployed one does.
  const quota = quotaMiddleware({ trustHeaders: true });
  app.addHook('onRequest', (request, reply, done) => {
    // An HTTP API's gateway ignores these; behind a REST API they are the back end's affair.
    if (request.headers.origin !== undefined) {
      reply.raw.setHeader('access-control-allow-origin', '*');
      reply.raw.setHeader('access-control-expose-headers', 'retry-after');
    }
    quota(request.raw, reply.raw, done);
    if (reply.raw.writableEnded) reply.hijack();
  });
  // Before the framework's own parsing, which refuses media types that it does not know.
  app.addHook('onRequest', async (request, reply) => {
    const [path = '', ...query] = request.originalUrl.split('?');
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const echo: Echo = {
      method: request.method,
      path,
      query: query.join('?'),
      headers,
      body: await text(request.raw),
    };
    return reply
      .header('content-type', 'application/json')
      .send(`${JSON.stringify(echo, undefined, 2)}\n`);
  });
  return listen(app, port);
}
