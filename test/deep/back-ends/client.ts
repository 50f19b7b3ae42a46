/** Asks a back end for paths as they are: no library of HTTP would send most of them. */
import net, { type Socket } from 'node:net';

export interface Client {
  /** @returns the body of a 200; undefined for any other answer, and for none. */
  ask(host: string, target: string): Promise<string | undefined>;
  close(): void;
}

interface Asked {
  readonly bytes: string;
  readonly tell: (body: string | undefined) => void;
}

const CONNECTIONS = 4;

export function clientOf(port: number): Client {
  const waiting: Asked[] = [];
  const connections = Array.from({ length: CONNECTIONS }, () => connection(port, waiting));
  let turn = 0;
  return {
    ask: (host, target) =>
      new Promise((tell) => {
        const bytes = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
        waiting.push({ bytes, tell });
        turn = (turn + 1) % CONNECTIONS;
        for (const one of connections) one.wake();
      }),
    close: () => {
      for (const one of connections) one.close();
    },
  };
}

/** One kept connection, which has one request on its way at most. */
function connection(port: number, waiting: Asked[]) {
  let socket: Socket | undefined;
  let asked: Asked | undefined;
  let received = '';
  const finish = (body: string | undefined): void => {
    const done = asked;
    asked = undefined;
    received = '';
    done?.tell(body);
    wake();
  };
  const opened = (): Socket => {
    const made = net.connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
    made.on('data', (chunk) => {
      received += chunk;
      const answer = wholeAnswer(received);
      if (!answer) return;
      if (answer.closes) {
        socket = undefined;
        made.destroy();
      }
      finish(answer.body);
    });
    made.on('error', () => undefined);
    made.on('close', () => {
      if (socket !== made) return;
      socket = undefined;
      finish(undefined);
    });
    return made;
  };
  const wake = (): void => {
    if (asked) return;
    asked = waiting.shift();
    if (!asked) return;
    socket ??= opened();
    socket.write(asked.bytes);
  };
  return { wake, close: () => void socket?.destroy() };
}

function wholeAnswer(
  text: string,
): { readonly body: string | undefined; readonly closes: boolean } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end).toLowerCase();
  const rest = text.slice(end + 4);
  const closes = head.includes('\r\nconnection: close');
  const body = bodyIn(head, rest);
  if (body === undefined) return undefined;
  return { body: head.startsWith('http/1.1 200') ? body : undefined, closes };
}

function bodyIn(head: string, rest: string): string | undefined {
  if (head.includes('transfer-encoding: chunked')) {
    if (!rest.endsWith('0\r\n\r\n')) return undefined;
    return /^[0-9a-f]+\r\n([\s\S]*?)\r\n0/i.exec(rest)?.[1] ?? '';
  }
  const length = Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1] ?? 0);
  return rest.length >= length ? rest.slice(0, length) : undefined;
}
