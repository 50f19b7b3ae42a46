/** What hostile tokens are made with: the keys of an issuer, and every wrong way to sign. */
import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { base64url, jws, type SigningKey, signingKey } from './tokens.ts';

/** The keys of an issuer, its odd ones among them, and keys that it never published. */
export interface HostileKeys {
  readonly good: SigningKey;
  readonly published: readonly unknown[];
  readonly small: SigningKey;
  readonly forRs512: SigningKey;
  readonly forEncryption: SigningKey;
  readonly twin: SigningKey;
  readonly attacker: SigningKey;
  readonly elliptic: { readonly kid: string; readonly privateKey: KeyObject };
}

export function hostileKeys(): HostileKeys {
  const [good, small, attacker] = [
    signingKey('key-1'),
    signingKey('small', 1_024),
    signingKey('key-1'),
  ];
  const [forRs512, forEncryption, twin] = [
    signingKey('rs512'),
    signingKey('enc'),
    signingKey('twin'),
  ];
  // By way of PEM, as lib/okta/rsa-key-pair.ts tells.
  const { privateKey: pem } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const privateKey = createPrivateKey(pem);
  const published = [
    good.jwk,
    small.jwk,
    { ...forRs512.jwk, alg: 'RS512' },
    { ...forEncryption.jwk, use: 'enc' },
    twin.jwk,
    { ...signingKey('twin').jwk },
    {
      ...createPublicKey(privateKey).export({ format: 'jwk' }),
      kid: 'ec',
      use: 'sig',
      alg: 'ES256',
    },
    { kty: 'oct', kid: 'oct', k: 'c2VjcmV0' },
    'not an object',
    null,
  ];
  return {
    good,
    small,
    forRs512,
    forEncryption,
    twin,
    attacker,
    elliptic: { kid: 'ec', privateKey },
    published,
  };
}

/** A row of the table; the maker gets the tools of one issuer and moment. */
export type Row = readonly [
  code: string,
  reason: string,
  name: string,
  token: (tools: Tools) => string,
];

export interface Tools extends HostileKeys {
  readonly now: number;
  readonly issuer: string;
  /** Signed with the good key: changes to the claims, then to the header. */
  readonly signed: (changes?: object, header?: object) => string;
  /** As `signed`, over exactly this text. */
  readonly text: (payload: string) => string;
  readonly parts: readonly [header: string, payload: string, signature: string];
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A header of another algorithm over the good payload. */
const headed = ({ parts: [, payload, signature] }: Tools, header: object): string =>
  `${base64url(header)}.${payload}.${signature}`;

export function hmac({ good, claims }: Tools, secret: string): string {
  const input = `${base64url({ alg: 'HS256', kid: good.kid })}.${base64url(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

export function pss({ good, claims }: Tools): string {
  const input = `${base64url({ alg: 'PS256', kid: good.kid })}.${base64url(claims)}`;
  const key = { key: good.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

export function elliptic({ elliptic: { kid, privateKey }, claims }: Tools, alg: string): string {
  const input = `${base64url({ alg, kid })}.${base64url(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** The classic confusion: the public key's text as the secret of an HMAC. */
export const publicPem = ({ good }: Tools): string =>
  String(createPublicKey(good.privateKey).export({ type: 'spki', format: 'pem' }));

/** The same bytes in another spelling: the last letter's low bits are unused. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
export const nextLetter = (part: string): string =>
  part.slice(0, -1) + LETTERS.charAt(LETTERS.indexOf(part.slice(-1)) + 1);

/**
 * A signature in plain base64; one is looked for that has a letter in which the alphabets differ.
 */
export function withPlus({ parts: [, , signature] }: Tools): string {
  return /[-_]/.test(signature)
    ? signature.replaceAll('-', '+').replaceAll('_', '/')
    : `+${signature.slice(1)}`;
}

export function jwsOfBytes({ good }: Tools, payload: Buffer): string {
  const input = `${base64url({ alg: 'RS256', kid: good.kid })}.${payload.toString('base64url')}`;
  return `${input}.${sign('sha256', Buffer.from(input), good.privateKey).toString('base64url')}`;
}

export const kid = (value: unknown) => (tools: Tools) =>
  jws(tools.attacker, { alg: 'RS256', kid: value }, tools.claims);
export const changed = (changes: object) => (tools: Tools) => tools.signed(changes);
export const withHeader = (header: object) => (tools: Tools) => tools.signed({}, header);
export const alg = (value: unknown) => (tools: Tools) =>
  headed(tools, { alg: value, kid: tools.good.kid });
