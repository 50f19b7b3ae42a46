/** An HTTP server in DynamoDB's place that fails as it is set, request by request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
// The clock itself: the global one stands still in tests that stop their timers.
import { performance } from 'node:perf_hooks';
import { attributes, type Numbers } from './single-item.ts';

export type Behaviour =
  /** Answers that the charge was taken. */
  | { readonly kind: 'works' }
  /** Reads the request and never answers: a half-open connection, too. */
  | { readonly kind: 'silent' }
  /** Answers with a status and DynamoDB's name of an error. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly type: string;
      readonly item?: Numbers;
    }
  /** Closes the connection with the first byte of an answer: it was not dead before. */
  | { readonly kind: 'hangs_up' }
  /** Sends the head of an answer and half of its body. */
  | { readonly kind: 'stops_half_way' }
  /** Answers with text that is no JSON. */
  | { readonly kind: 'gibberish' };

export interface FaultyStore {
  readonly endpoint: string;
  /** Requests that came in. */
  readonly requests: () => number;
  /** When they came in, in milliseconds of a clock that only grows. */
  readonly arrivals: () => readonly number[];
  /** What they asked for, in order. */
  readonly operations: () => readonly string[];
  /** What the next requests get, in this order; the last one goes on. */
  readonly behave: (behaviours: readonly Behaviour[]) => void;
  /** Milliseconds that the store's clock is ahead, as its answers tell. */
  readonly setClock: (aheadMs: number) => void;
  /** When the last request was signed, by its sender's clock, in milliseconds since the epoch. */
  readonly signedAt: () => number;
  readonly close: () => Promise<void>;
}

/** @param onUnanswered called when a request was read that gets no whole answer. */
export async function startFaultyStore(
  onUnanswered: () => void = () => undefined,
): Promise<FaultyStore> {
  let script: readonly Behaviour[] = [{ kind: 'works' }];
  let requests = 0;
  let aheadMs = 0;
  let signedAt = 0;
  let operations: string[] = [];
  let arrivals: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const behaviour = script[Math.min(requests, script.length - 1)] ?? { kind: 'works' };
    requests++;
    arrivals.push(performance.now());
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    signedAt = basicTime(String(request.headers['x-amz-date']));
    operations.push(String(request.headers['x-amz-target']).split('.').at(-1) ?? '');
    request.resume().on('end', () => {
      answer(behaviour, request, response);
      if (behaviour.kind === 'silent' || behaviour.kind === 'stops_half_way') onUnanswered();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests: () => requests,
    arrivals: () => arrivals,
    operations: () => operations,
    behave: (behaviours) => {
      script = behaviours;
      requests = 0;
      operations = [];
      arrivals = [];
    },
    setClock: (ahead) => {
      aheadMs = ahead;
    },
    signedAt: () => signedAt,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => void server.close(() => done()));
    },
  };
}

/** Of `20261122T101530Z`. */
const basicTime = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)/, '$1-$2-$3:$4:'));

const WORKS = JSON.stringify({
  Attributes: attributes({ minute_start: 1_795_000_020, minute_used: 1, minute_instances: 0 }),
});

function answer(behaviour: Behaviour, { socket }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  switch (behaviour.kind) {
    case 'works':
      return void response.end(WORKS);
    case 'silent':
      return;
    case 'error':
      response.statusCode = behaviour.status;
      return void response.end(
        JSON.stringify({
          __type: `com.amazonaws.dynamodb.v20120810#${behaviour.type}`,
          message: 'no',
          ...(behaviour.item && { Item: attributes(behaviour.item) }),
        }),
      );
    case 'hangs_up':
      return void socket.end('H');
    case 'stops_half_way':
      response.writeHead(200, { 'content-length': String(WORKS.length) });
      return void response.write(WORKS.slice(0, 20));
    case 'gibberish':
      return void response.end('<html>');
  }
}
