/**
 * A function with a URL of its own, as Lambda serves it: payload format 2.0, names of fields in
 * lower case. Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs".
 */
import fastify from 'fastify';
import { listen, type RunningServer } from './listen.ts';

interface UrlAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** 6 MB, as Lambda takes. */
const MAX_PAYLOAD_BYTES = 6 * 1_024 * 1_024;

/**
 * @param invoke gives the function's answer, as JSON text, for an event as JSON text; undefined
 * where it failed.
 */
export async function serveFunctionUrl(
  invoke: (event: string) => Promise<string | undefined>,
  port = 0,
): Promise<RunningServer> {
  const app = fastify({ forceCloseConnections: true, bodyLimit: MAX_PAYLOAD_BYTES });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.all('*', async (request, reply) => {
    const body = request.body instanceof Buffer ? request.body : undefined;
    const isText = /^(?:text\/|application\/(?:json|xml))/.test(
      request.headers['content-type'] ?? '',
    );
    const [rawPath = '/', rawQueryString = ''] = request.url.split('?');
    const text = await invoke(
      JSON.stringify({
        version: '2.0',
        routeKey: '$default',
        rawPath,
        rawQueryString,
        headers: request.headers,
        requestContext: {
          routeKey: '$default',
          stage: '$default',
          http: { method: request.method, path: rawPath, protocol: 'HTTP/1.1' },
        },
        ...(body && { body: body.toString(isText ? 'utf8' : 'base64') }),
        isBase64Encoded: body !== undefined && !isText,
      }),
    );
    if (text === undefined) return reply.code(502).send('Internal Server Error');
    const answer = JSON.parse(text) as UrlAnswer;
    return reply
      .code(answer.statusCode)
      .headers(answer.headers ?? {})
      .send(answer.body ?? '');
  });
  return listen(app, port);
}
