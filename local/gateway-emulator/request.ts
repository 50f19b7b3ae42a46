/** A request as the gateway sees it: nothing decoded, nothing normalised. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface GatewayRequest {
  readonly id: string;
  readonly method: string;
  /** As sent, query string excluded. */
  readonly path: string;
  /** As sent, without the question mark; empty when there is none. */
  readonly query: string;
  /** Names in lower case; values of a repeated header joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  /** From the cookie header, one entry a cookie. */
  readonly cookies: readonly string[];
  /** Decoded; values of a repeated name joined by commas. Empty when there is no query string. */
  readonly queryParameters: Readonly<Record<string, string>>;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly timeMs: number;
  /** Request line and headers in bytes. */
  readonly headBytes: number;
  readonly message: IncomingMessage;
}

/** @param url as sent: the HTTP server must not have rewritten it */
export function readRequest(message: IncomingMessage, url: string, timeMs: number): GatewayRequest {
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const headers = joinHeaders(message.rawHeaders);
  const cookie = headers.get('cookie');
  const method = message.method ?? 'GET';
  return {
    id: `${randomBytes(11).toString('base64url').slice(0, 15)}=`,
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query,
    headers,
    cookies: cookie === undefined ? [] : cookie.split(/[;,] */).filter((text) => text !== ''),
    queryParameters: readQuery(query),
    protocol: `HTTP/${message.httpVersion}`,
    sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
    timeMs,
    headBytes:
      Buffer.byteLength(method + url) +
      message.rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    message,
  };
}

/**
 * From the raw list: Node's own header object keeps the first of two Authorization headers and
 * would hide the second.
 */
function joinHeaders(raw: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

function readQuery(query: string): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

/** `22/Nov/2026:01:00:29 +0000`, the form of access logs. */
export function commonLogTime(timeMs: number): string {
  const [, day, month, year, clock] = new Date(timeMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
