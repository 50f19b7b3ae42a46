/**
 * One request and its answer over a kept connection, with one timer, one retry where the connection
 * was dead, and bounds on everything.
 */
import type * as Http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Endpoint } from './dynamo-endpoint.ts';
import { DynamoError, type DynamoFailure } from './requests.ts';

/**
 * A page of a query is 1 MB of values at most; its JSON, escapes included, stays well below this.
 */
const MAX_ANSWER_BYTES = 4 * 1_024 * 1_024;
/** How long after its time limit an answer is still read, where a caller listens for it. */
const LATE_MS = 10_000;

export interface HttpAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly date: string | undefined;
  readonly body: string;
}

/**
 * Posts a body and resolves with whatever answer came.
 * @param onLate called with an answer that came within 10 s after its time; without it the request
 * is given up when its time is over.
 * @throws DynamoError where no whole answer came in time, or too much of one.
 */
export type HttpExchange = (
  headers: Http.OutgoingHttpHeaders,
  body: string | Uint8Array,
  withinMs: number,
  onLate?: (answer: HttpAnswer) => void,
) => Promise<HttpAnswer>;

export function httpExchange(endpoint: Endpoint): HttpExchange {
  if (endpoint.secure) return exchangeOver(keptConnections(https, endpoint));
  // An ES module that imports `node:http` loads Node's WebSocket and fetch with it, 20 ms of a cold
  // start: only for local runs.
  const opened = import('node:http').then(({ default: http }) =>
    exchangeOver(keptConnections(http, endpoint)),
  );
  return async (...request) => (await opened)(...request);
}

type OnAnswer = (answer: Http.IncomingMessage) => void;

interface Connections {
  request(headers: Http.OutgoingHttpHeaders, onAnswer: OnAnswer): Http.ClientRequest;
  /** An answer is complete, and its connection kept. */
  keep(socket: Socket): void;
  /** Whether not a byte came back over a connection that had been idle. */
  diedIdle(request: Http.ClientRequest): boolean;
  /** A frozen environment finds its connections dead: none that was idle is used again. */
  dropIdle(): void;
}

function keptConnections(
  client: Pick<typeof Http | typeof https, 'Agent' | 'request'>,
  { hostname, port }: Endpoint,
): Connections {
  const agent = new client.Agent({ keepAlive: true });
  const options = { method: 'POST', path: '/', hostname, port, agent };
  const readBefore = new WeakMap<Socket, number>();
  return {
    request: (headers, onAnswer) => client.request({ ...options, headers }, onAnswer),
    keep: (socket) => void readBefore.set(socket, socket.bytesRead),
    diedIdle: ({ reusedSocket, socket }) =>
      reusedSocket && socket !== null && socket.bytesRead === readBefore.get(socket),
    dropIdle() {
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    },
  };
}

function exchangeOver(connections: Connections): HttpExchange {
  return (headers, body, withinMs, onLate) =>
    new Promise((resolve, reject) => {
      let request: Http.ClientRequest;
      let over = false;
      let sentBefore = false;
      let deliver: (answer: HttpAnswer) => void = resolve;
      const end = (): void => {
        over = true;
        clearTimeout(timer);
      };
      const wasSent = (cause?: unknown): boolean => sentBefore || !isUnsent(request, cause);
      const fail: Fail = (kind, what, cause) => {
        end();
        const unsent = kind !== 'answer' && !wasSent(cause);
        request.destroy();
        reject(new DynamoError(unsent ? { kind, unsent } : { kind }, what, { cause }));
      };
      const onAnswer = collecting(fail, (answer, socket) => {
        end();
        connections.keep(socket);
        deliver(answer);
      });
      const send = (): Http.ClientRequest => {
        const sent = connections.request(headers, onAnswer);
        sent.on('error', (cause) => {
          if (over) return;
          if (!connections.diedIdle(sent))
            return fail('connection', 'the connection was lost', cause);
          connections.dropIdle();
          // Once: the new connection cannot have been idle.
          sentBefore = true;
          request = send();
        });
        sent.end(body);
        return sent;
      };
      // Throws, before there is anything to end, where a field holds what no header may.
      request = send();
      let timer = setTimeout(
        () => {
          connections.dropIdle();
          const what = `no answer within ${Math.round(withinMs)} ms`;
          if (onLate === undefined || !wasSent()) return fail('timeout', what);
          deliver = onLate;
          reject(new DynamoError({ kind: 'timeout' }, what));
          // The caller has its result; a later failure concerns nobody.
          timer = setTimeout(() => fail('timeout', what), LATE_MS).unref();
          // On a busy machine the time may be over before this; Node warns of a negative one.
        },
        Math.max(0, withinMs),
      );
    });
}

type FailureKind = Exclude<DynamoFailure['kind'], 'refused'>;
type Fail = (kind: FailureKind, what: string, cause?: unknown) => void;

/**
 * Whether surely no byte of the request has left: it waits for a connection that is not there yet,
 * or that failed while it was made.
 */
function isUnsent({ socket }: Http.ClientRequest, cause: unknown): boolean {
  if (socket === null || socket.connecting) return true;
  // Node sends nothing before the handshake is over, and sets this member back then.
  if ('secureConnecting' in socket && socket.secureConnecting === true) return true;
  // Node tries each address of a name, and tells all failures in one.
  const attempts: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return attempts.every((attempt) => {
    const { syscall } = (attempt ?? {}) as { readonly syscall?: unknown };
    return syscall === 'connect' || syscall === 'getaddrinfo';
  });
}

/** Collects an answer of bounded size. Its connection is the agent's again when it ends. */
function collecting(fail: Fail, done: (answer: HttpAnswer, socket: Socket) => void): OnAnswer {
  return (answer) => {
    const { socket, statusCode: status = 0, rawHeaders } = answer;
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) fail('answer', `more than ${MAX_ANSWER_BYTES} bytes`);
      else chunks.push(chunk);
    });
    answer.on('error', (cause) => fail('connection', 'an incomplete answer', cause));
    answer.on('end', () => {
      const [type, date] = [fieldIn(rawHeaders, 'content-type'), fieldIn(rawHeaders, 'date')];
      done({ status, type, date, body: Buffer.concat(chunks).toString() }, socket);
    });
  };
}

/**
 * Names and values in turn, as they came: an object of all fields would be made for the two that
 * are read.
 */
function fieldIn(rawHeaders: readonly string[], name: string): string | undefined {
  const at = rawHeaders.findIndex(
    (text, index) => index % 2 === 0 && text.length === name.length && text.toLowerCase() === name,
  );
  return at < 0 ? undefined : rawHeaders[at + 1];
}
