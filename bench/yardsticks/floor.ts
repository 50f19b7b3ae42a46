/** The least that a cold start can take: Node's own modules, nothing checked but what must be. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import https from 'node:https';
import { minuteOf, take } from './counter.ts';
import { AUDIENCE, allow, bearer, type GatewayEvent, ISSUER, KEYS } from './gateway.ts';

interface Key {
  readonly kid: string;
  readonly kty: string;
  readonly n: string;
  readonly e: string;
}

let keys: ReadonlyMap<string, KeyObject> | undefined;

const fetchKeys = (): Promise<ReadonlyMap<string, KeyObject>> =>
  new Promise((resolve, reject) => {
    const read = (text: string): ReadonlyMap<string, KeyObject> => {
      const { keys: found } = JSON.parse(text) as { readonly keys: readonly Key[] };
      return new Map(
        found.map(({ kid, kty, n, e }) => [
          kid,
          createPublicKey({ format: 'jwk', key: { kty, n, e } }),
        ]),
      );
    };
    https
      .get(KEYS, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve(read(text)));
      })
      .on('error', reject);
  });

const part = (text: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(text, 'base64url').toString()) as Readonly<Record<string, unknown>>;

async function callerOf(token: string): Promise<string> {
  const [header = '', payload = '', signature = ''] = token.split('.');
  keys ??= await fetchKeys();
  const key = keys.get(String(part(header)['kid']));
  const signed = Buffer.from(`${header}.${payload}`);
  const { sub, iss, aud, exp } = part(payload);
  const isGood =
    key !== undefined &&
    verify('sha256', signed, key, Buffer.from(signature, 'base64url')) &&
    iss === ISSUER &&
    aud === AUDIENCE &&
    Number(exp) * 1_000 > Date.now();
  if (!isGood) throw new Error('Unauthorized');
  return String(sub);
}

export const handler = async (event: GatewayEvent): Promise<unknown> => {
  const sub = await callerOf(bearer(event));
  return allow(sub, event, await take(minuteOf(sub), 1));
};
