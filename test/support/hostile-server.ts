/** A server that answers with bytes, so that it can say what no HTTP library would. */
import net, { type AddressInfo, type Socket } from 'node:net';

/** What one connection does when a whole request has arrived. */
export type Reaction = (socket: Socket) => void;

export interface HostileServer {
  readonly endpoint: string;
  /** Reactions to the next requests in turn; the last one goes on. */
  react(reactions: readonly Reaction[]): void;
  /** Requests since `react`, as they came: head and body. */
  requests(): readonly string[];
  /** Connections since `react`. */
  connections(): number;
  /**
   * Ends every connection that is open, as a server that closes idle ones, or a network that forgot
   * them.
   */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** A whole answer; `head` overrides fields or, with undefined, leaves them out. */
export function answer(
  status: string,
  body: string,
  head: Readonly<Record<string, string | undefined>> = {},
): string {
  const fields = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(Buffer.byteLength(body)),
    ...head,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return `HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

export const says =
  (bytes: string): Reaction =>
  (socket) =>
    void socket.write(bytes);

/**
 * @param greeting what a connection does as soon as it is there, before a byte was read. Default:
 * nothing.
 */
export async function startHostileServer(greeting?: Reaction): Promise<HostileServer> {
  let reactions: readonly Reaction[] = [];
  let requests: string[] = [];
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    greeting?.(socket);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      requests.push(received);
      received = '';
      reactions[Math.min(requests.length, reactions.length) - 1]?.(socket);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const cut = () => Promise.all([...sockets].map((socket) => ended(socket))).then(() => undefined);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    react: (next) => {
      reactions = next;
      requests = [];
      connections = 0;
    },
    requests: () => requests,
    connections: () => connections,
    cut,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0);
  return received.length >= end + 4 + length;
}

const ended = (socket: Socket): Promise<void> =>
  new Promise((done) => {
    socket.on('close', () => done());
    socket.resetAndDestroy();
  });
