/** One request and its answer over a kept connection, with one timer, one retry where the connection was dead, and bounds on everything. */
import type * as Http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Endpoint } from './endpoint.ts';
import { DynamoError } from './requests.ts';

/** A page of a query is 1 MB of values at most; its JSON, escapes included, stays well below this. */
const MAX_ANSWER_BYTES = 4 * 1_024 * 1_024;

export interface HttpAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly date: string | undefined;
  readonly body: string;
}

/**
 * Posts a body and resolves with whatever answer came.
 * @throws DynamoError where no whole answer came in time, or too much of one.
 */
export type HttpExchange = (headers: Http.OutgoingHttpHeaders, body: string | Uint8Array, withinMs: number) => Promise<HttpAnswer>;

export function httpExchange(endpoint: Endpoint): HttpExchange {
  if (endpoint.secure) return exchangeOver(https, endpoint);
  // An ES module that imports `node:http` loads Node's WebSocket and fetch with it, 20 ms of a cold start: only for local runs.
  const opened = import('node:http').then(({ default: http }) => exchangeOver(http, endpoint));
  return async (headers, body, withinMs) => (await opened)(headers, body, withinMs);
}

function exchangeOver(client: Pick<typeof Http | typeof https, 'Agent' | 'request'>, { hostname, port }: Endpoint): HttpExchange {
  const agent = new client.Agent({ keepAlive: true });
  const options = { method: 'POST', path: '/', hostname, port, agent };
  /** Bytes that a connection had brought when its last answer was complete. */
  const readBefore = new WeakMap<Socket, number>();

  /** A frozen environment finds its connections dead, and all that were idle together: none of them is tried again. */
  const dropIdle = (): void => {
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  };
  const diedIdle = ({ reusedSocket, socket }: Http.ClientRequest): boolean =>
    reusedSocket && socket !== null && socket.bytesRead === readBefore.get(socket);

  return (headers, body, withinMs) =>
    new Promise((resolve, reject) => {
      let request: Http.ClientRequest;
      let over = false;
      const fail = (error: DynamoError): void => {
        over = true;
        clearTimeout(timer);
        request.destroy();
        reject(error);
      };
      const timer = setTimeout(() => {
        dropIdle();
        fail(new DynamoError({ kind: 'timeout' }, `no answer within ${Math.round(withinMs)} ms`));
      }, withinMs);
      const onAnswer = (answer: Http.IncomingMessage): void => {
        // The socket is the agent's again, and no longer the answer's, when the answer ends.
        const { socket, statusCode: status = 0, rawHeaders } = answer;
        collect(answer, fail, (text) => {
          clearTimeout(timer);
          readBefore.set(socket, socket.bytesRead);
          resolve({ status, type: fieldIn(rawHeaders, 'content-type'), date: fieldIn(rawHeaders, 'date'), body: text });
        });
      };
      const send = (): Http.ClientRequest => {
        const sent = client.request({ ...options, headers }, onAnswer);
        sent.on('error', (cause) => {
          if (over) return;
          // Not a byte came back over a connection that had been idle, so a new one is tried, once: it cannot have been idle.
          if (diedIdle(sent)) {
            dropIdle();
            request = send();
          } else fail(new DynamoError({ kind: 'connection' }, 'no connection, or one that broke off', { cause }));
        });
        sent.end(body);
        return sent;
      };
      request = send();
    });
}

function collect(answer: Http.IncomingMessage, fail: (error: DynamoError) => void, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) fail(new DynamoError({ kind: 'answer' }, `an answer of more than ${MAX_ANSWER_BYTES} bytes`));
    else chunks.push(chunk);
  });
  answer.on('error', (cause) => fail(new DynamoError({ kind: 'connection' }, 'an answer that broke off', { cause })));
  answer.on('end', () => done((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString()));
}

/** Names and values in turn, as they came: an object of all fields would be made for the two that are read. */
function fieldIn(rawHeaders: readonly string[], name: string): string | undefined {
  const at = rawHeaders.findIndex((text, index) => index % 2 === 0 && text.length === name.length && text.toLowerCase() === name);
  return at < 0 ? undefined : rawHeaders[at + 1];
}
