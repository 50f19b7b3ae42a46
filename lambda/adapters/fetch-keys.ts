import https from 'node:https';
import { isObject } from '../core/json/json-object.ts';
import type { KeyFetch } from './key-memory.ts';
import { FETCH_TIMEOUT_MS } from './key-timings.ts';

const MAX_KEY_SET_BYTES = 256 * 1_024;

/**
 * Fetches a JSON Web Key Set. Node's own client, because `fetch` costs 20 ms of a cold start; plain
 * http only ever for the loopback issuer of local runs, since no other compiles into the model.
 *
 * @param uri Okta's address of an authorization server's keys: `ISSUER/v1/keys`.
 * @throws Error for any response but 200 with a key set of at most 256 KiB, all of it within 2 s;
 * redirects are not followed.
 */
export async function fetchKeys(uri: string): Promise<KeyFetch> {
  const { body, cacheControl } = await get(uri);
  return { keys: parseKeys(body), maxAgeMs: maxAge(cacheControl) };
}

interface KeyResponse {
  readonly body: Buffer;
  readonly cacheControl: string | undefined;
}

async function get(uri: string): Promise<KeyResponse> {
  // Imported where it is needed alone: dynamo/http-exchange.ts says why.
  const client = uri.startsWith('http:') ? (await import('node:http')).default : https;
  return new Promise((resolve, reject) => {
    // A connection of its own: a connection kept alive is dead after a freeze of the environment,
    // which Node notices only by failing.
    const options = { headers: { accept: 'application/json' }, agent: false } as const;
    const request = client.get(uri, options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      if (response.statusCode !== 200)
        request.destroy(fault(`expected status 200, found ${response.statusCode}`));
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_KEY_SET_BYTES)
          request.destroy(fault(`expected at most ${MAX_KEY_SET_BYTES} bytes`));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          body: Buffer.concat(chunks),
          cacheControl: response.headers['cache-control'],
        }),
      );
    });
    const expire = () => request.destroy(fault(`no answer within ${FETCH_TIMEOUT_MS} ms`));
    const timer = setTimeout(expire, FETCH_TIMEOUT_MS);
    request.on('error', reject);
    request.on('close', () => clearTimeout(timer));
  });
}

const fault = (text: string): Error => new Error(`keys of the issuer: ${text}`);

function parseKeys(body: Buffer): readonly unknown[] {
  const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  const keys = isObject(parsed) ? parsed['keys'] : undefined;
  if (!Array.isArray(keys)) throw fault('expected an object with a list `keys`');
  return keys;
}

/**
 * Names of directives are case-insensitive. `no-store` and `no-cache`: the response is stale at
 * once. Source: RFC 9111, 5.2.
 */
function maxAge(cacheControl = ''): number | undefined {
  if (/(?:^|[,\s])no-(?:store|cache)(?:$|[,\s=])/i.test(cacheControl)) return 0;
  const seconds = /(?:^|[,\s])max-age=(\d{1,9})/i.exec(cacheControl)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}
