/** Tokens that must not get in, and the refusal that each must get. Signed with real keys wherever a signature is judged. */
import { constants, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { base64url, jws, type SigningKey, signingKey, userClaims } from './tokens.ts';

export interface HostileToken {
  readonly name: string;
  readonly code: string;
  readonly reason: string;
  readonly token: string;
}

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
  const [good, small, attacker] = [signingKey('key-1'), signingKey('small', 1_024), signingKey('key-1')];
  const [forRs512, forEncryption, twin] = [signingKey('rs512'), signingKey('enc'), signingKey('twin')];
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const published = [
    good.jwk,
    small.jwk,
    { ...forRs512.jwk, alg: 'RS512' },
    { ...forEncryption.jwk, use: 'enc' },
    twin.jwk,
    { ...signingKey('twin').jwk },
    { ...publicKey.export({ format: 'jwk' }), kid: 'ec', use: 'sig', alg: 'ES256' },
    { kty: 'oct', kid: 'oct', k: 'c2VjcmV0' },
    'not an object',
    null,
  ];
  return { good, small, forRs512, forEncryption, twin, attacker, elliptic: { kid: 'ec', privateKey }, published };
}

/** A row of the table; the maker gets the tools of one issuer and moment. */
type Row = readonly [code: string, reason: string, name: string, token: (tools: Tools) => string];

interface Tools extends HostileKeys {
  readonly now: number;
  readonly issuer: string;
  /** Signed with the good key: changes to the claims, then to the header. */
  readonly signed: (changes?: object, header?: object) => string;
  /** As `signed`, over exactly this text. */
  readonly text: (payload: string) => string;
  readonly parts: readonly [header: string, payload: string, signature: string];
  readonly claims: Readonly<Record<string, unknown>>;
}

export function hostileTokens(issuer: string, now: number, keys: HostileKeys): readonly HostileToken[] {
  const claims = userClaims(now, { iss: issuer });
  const header = { alg: 'RS256', kid: keys.good.kid };
  const signed: Tools['signed'] = (changes = {}, more = {}) => jws(keys.good, { ...header, ...more }, { ...claims, ...changes });
  const text: Tools['text'] = (payload) => jws(keys.good, header, payload);
  const [first = '', second = '', third = ''] = signed().split('.');
  const tools: Tools = { ...keys, now, issuer, claims, signed, text, parts: [first, second, third] };
  return ROWS.map(([code, reason, name, token]) => ({ code, reason, name, token: token(tools) }));
}

/** A header of another algorithm over the good payload. */
const headed = ({ parts: [, payload, signature] }: Tools, header: object): string => `${base64url(header)}.${payload}.${signature}`;

function hmac({ good, claims }: Tools, secret: string): string {
  const input = `${base64url({ alg: 'HS256', kid: good.kid })}.${base64url(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function pss({ good, claims }: Tools): string {
  const input = `${base64url({ alg: 'PS256', kid: good.kid })}.${base64url(claims)}`;
  const key = { key: good.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

function elliptic({ elliptic: { kid, privateKey }, claims }: Tools, alg: string): string {
  const input = `${base64url({ alg, kid })}.${base64url(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** The classic confusion: the public key's text as the secret of an HMAC. */
const publicPem = ({ good }: Tools): string => String(createPublicKey(good.privateKey).export({ type: 'spki', format: 'pem' }));

/** The same bytes in another spelling: the last letter's low bits are unused. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const nextLetter = (part: string): string => part.slice(0, -1) + LETTERS.charAt(LETTERS.indexOf(part.slice(-1)) + 1);

/** A signature in plain base64; one is looked for that has a letter in which the alphabets differ. */
function withPlus({ parts: [, , signature] }: Tools): string {
  return /[-_]/.test(signature) ? signature.replaceAll('-', '+').replaceAll('_', '/') : `+${signature.slice(1)}`;
}

function jwsOfBytes({ good }: Tools, payload: Buffer): string {
  const input = `${base64url({ alg: 'RS256', kid: good.kid })}.${payload.toString('base64url')}`;
  return `${input}.${sign('sha256', Buffer.from(input), good.privateKey).toString('base64url')}`;
}

const kid = (value: unknown) => (tools: Tools) => jws(tools.attacker, { alg: 'RS256', kid: value }, tools.claims);
const changed = (changes: object) => (tools: Tools) => tools.signed(changes);
const withHeader = (header: object) => (tools: Tools) => tools.signed({}, header);
const alg = (value: unknown) => (tools: Tools) => headed(tools, { alg: value, kid: tools.good.kid });

const ROWS: readonly Row[] = [
  // Algorithms
  ['TOKEN_ALGORITHM', 'not_rs256', 'algorithm none, signature kept', alg('none')],
  ['TOKEN_MALFORMED', 'not_a_jwt', 'algorithm none, no signature', (t) => `${base64url({ alg: 'none', kid: 'key-1' })}.${t.parts[1]}.`],
  ['TOKEN_ALGORITHM', 'not_rs256', 'algorithm None', alg('None')],
  ['TOKEN_ALGORITHM', 'not_rs256', 'algorithm NONE', alg('NONE')],
  ['TOKEN_ALGORITHM', 'not_rs256', 'algorithm nOnE', alg('nOnE')],
  ['TOKEN_ALGORITHM', 'not_rs256', 'an empty algorithm', alg('')],
  ['TOKEN_ALGORITHM', 'not_rs256', 'no algorithm', (t) => t.signed({}, { alg: undefined })],
  ['TOKEN_ALGORITHM', 'not_rs256', 'algorithm null', withHeader({ alg: null })],
  ['TOKEN_ALGORITHM', 'not_rs256', 'the right algorithm in lower case', withHeader({ alg: 'rs256' })],
  ['TOKEN_ALGORITHM', 'not_rs256', 'the right algorithm with a space', withHeader({ alg: 'RS256 ' })],
  ['TOKEN_ALGORITHM', 'not_rs256', 'the right algorithm in a list', withHeader({ alg: ['RS256'] })],
  ['TOKEN_ALGORITHM', 'not_rs256', 'HS256 with the public key as the secret', (t) => hmac(t, publicPem(t))],
  ['TOKEN_ALGORITHM', 'not_rs256', 'HS256 with the modulus as the secret', (t) => hmac(t, String(t.good.jwk['n']))],
  ['TOKEN_ALGORITHM', 'not_rs256', 'PS256 over the good key', pss],
  ['TOKEN_ALGORITHM', 'not_rs256', 'RS384', withHeader({ alg: 'RS384' })],
  ['TOKEN_ALGORITHM', 'not_rs256', 'RS512', withHeader({ alg: 'RS512' })],
  ['TOKEN_ALGORITHM', 'not_rs256', 'ES256 with a published elliptic key', (t) => elliptic(t, 'ES256')],
  ['KEY_UNKNOWN', 'kid_not_published', 'RS256 that names the elliptic key', (t) => elliptic(t, 'RS256')],
  ['TOKEN_ALGORITHM', 'not_rs256', 'EdDSA', alg('EdDSA')],
  // Keys
  [
    'KEY_UNKNOWN',
    'kid_not_published',
    'a key that the issuer publishes for RS512',
    (t) => jws(t.forRs512, { alg: 'RS256', kid: 'rs512' }, t.claims),
  ],
  [
    'KEY_UNKNOWN',
    'kid_not_published',
    'a key that the issuer publishes for encryption',
    (t) => jws(t.forEncryption, { alg: 'RS256', kid: 'enc' }, t.claims),
  ],
  ['KEY_UNKNOWN', 'kid_not_published', 'a published key of 1,024 bits', (t) => jws(t.small, { alg: 'RS256', kid: 'small' }, t.claims)],
  ['KEY_UNKNOWN', 'kid_not_published', 'an id that two published keys share', (t) => jws(t.twin, { alg: 'RS256', kid: 'twin' }, t.claims)],
  ['KEY_UNKNOWN', 'kid_not_published', 'the symmetric key', kid('oct')],
  ['KEY_UNKNOWN', 'kid_missing', 'no key id', withHeader({ kid: undefined })],
  ['KEY_UNKNOWN', 'kid_missing', 'an empty key id', withHeader({ kid: '' })],
  ['KEY_UNKNOWN', 'kid_missing', 'a number as key id', withHeader({ kid: 1 })],
  ['KEY_UNKNOWN', 'kid_missing', 'a list as key id', withHeader({ kid: ['key-1'] })],
  ['KEY_UNKNOWN', 'kid_not_published', 'a path as key id', kid('../../../../dev/null')],
  ['KEY_UNKNOWN', 'kid_not_published', 'SQL as key id', kid("key-1' OR '1'='1")],
  ['KEY_UNKNOWN', 'kid_not_published', 'an address as key id', kid('https://evil.example/keys')],
  ['KEY_UNKNOWN', 'kid_not_published', 'the key id __proto__', kid('__proto__')],
  ['KEY_UNKNOWN', 'kid_not_published', 'the key id constructor', kid('constructor')],
  ['KEY_UNKNOWN', 'kid_not_published', 'the key id in upper case', kid('KEY-1')],
  ['KEY_UNKNOWN', 'kid_not_published', 'the key id with a NUL behind it', kid('key-1\u0000')],
  ['TOKEN_SIGNATURE', 'mismatch', 'another key under the good key id', (t) => jws(t.attacker, { alg: 'RS256', kid: 'key-1' }, t.claims)],
  [
    'TOKEN_TYPE',
    'key_in_header',
    'jwk: its own key',
    (t) => jws(t.attacker, { alg: 'RS256', kid: 'key-1', jwk: t.attacker.jwk }, t.claims),
  ],
  ['TOKEN_TYPE', 'key_in_header', 'jku: the address of its keys', withHeader({ jku: 'https://evil.example/keys' })],
  ['TOKEN_TYPE', 'key_in_header', 'x5u: the address of its certificate', withHeader({ x5u: 'https://evil.example/cert' })],
  ['TOKEN_TYPE', 'key_in_header', 'x5c: its own certificate', withHeader({ x5c: ['MIIB'] })],
  // Signatures
  [
    'TOKEN_SIGNATURE',
    'mismatch',
    'another user under the same signature',
    (t) => `${t.parts[0]}.${base64url({ ...t.claims, uid: '00u9admin' })}.${t.parts[2]}`,
  ],
  [
    'TOKEN_SIGNATURE',
    'mismatch',
    'more groups under the same signature',
    (t) => `${t.parts[0]}.${base64url({ ...t.claims, groups: ['orders-admins'] })}.${t.parts[2]}`,
  ],
  [
    'TOKEN_SIGNATURE',
    'mismatch',
    'the signature of another token',
    (t) => `${t.parts[0]}.${t.parts[1]}.${t.signed({ jti: 'AT.2' }).split('.')[2]}`,
  ],
  ['TOKEN_SIGNATURE', 'mismatch', 'a signature of zeros', (t) => `${t.parts[0]}.${t.parts[1]}.${Buffer.alloc(256).toString('base64url')}`],
  ['TOKEN_SIGNATURE', 'mismatch', 'half a signature', (t) => `${t.parts[0]}.${t.parts[1]}.${t.parts[2].slice(0, 172)}`],
  [
    'TOKEN_SIGNATURE',
    'mismatch',
    'header and payload exchanged in their spelling',
    (t) => `${base64url(`{"kid":"key-1","alg":"RS256"}`)}.${t.parts[1]}.${t.parts[2]}`,
  ],
  // Form
  ['TOKEN_MALFORMED', 'not_a_jwt', 'one part', () => 'abc'],
  ['TOKEN_MALFORMED', 'not_a_jwt', 'two parts', (t) => `${t.parts[0]}.${t.parts[1]}`],
  ['TOKEN_MALFORMED', 'not_a_jwt', 'four parts', (t) => `${t.parts.join('.')}.${t.parts[2]}`],
  [
    'TOKEN_TYPE',
    'encrypted',
    'five parts, a JWE',
    (t) => `${base64url({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })}.${t.parts[2]}.AAAA.${t.parts[1]}.AAAA`,
  ],
  ['TOKEN_TYPE', 'encrypted', 'enc in the header of three parts', withHeader({ enc: 'A256GCM' })],
  ['TOKEN_MALFORMED', 'not_a_jwt', 'dots alone', () => '..'],
  ['TOKEN_MALFORMED', 'undecodable', 'padding behind the signature', (t) => `${t.parts.join('.')}==`],
  [
    'TOKEN_MALFORMED',
    'undecodable',
    'unused bits set in the signature’s last letter',
    (t) => `${t.parts[0]}.${t.parts[1]}.${nextLetter(t.parts[2])}`,
  ],
  ['TOKEN_MALFORMED', 'undecodable', 'base64 with + for -', (t) => `${t.parts[0]}.${t.parts[1]}.${withPlus(t)}`],
  [
    'TOKEN_MALFORMED',
    'undecodable',
    'a part of an impossible length',
    (t) =>
      `${t.parts[0]}A.${t.parts[1]}.${t.parts[2]}`.replace(
        /^(.*?)\./,
        (_, part: string) => `${part.slice(0, part.length - (part.length % 4))}A.`,
      ),
  ],
  ['TOKEN_MALFORMED', 'too_large', 'more than 12 KiB', (t) => t.signed({ note: 'a'.repeat(12_300) })],
  ['TOKEN_MALFORMED', 'undecodable', 'a header that is no JSON', (t) => `${base64url('nonsense')}.${t.parts[1]}.${t.parts[2]}`],
  ['TOKEN_MALFORMED', 'undecodable', 'a header that is a list', (t) => `${base64url('["RS256"]')}.${t.parts[1]}.${t.parts[2]}`],
  ['TOKEN_MALFORMED', 'undecodable', 'a payload that is no JSON', (t) => t.text('nonsense')],
  ['TOKEN_MALFORMED', 'undecodable', 'a payload that is null', (t) => t.text('null')],
  ['TOKEN_MALFORMED', 'undecodable', 'a payload that is text', (t) => t.text('"claims"')],
  ['TOKEN_MALFORMED', 'undecodable', 'a payload with a byte order mark', (t) => t.text(`\ufeff${JSON.stringify(t.claims)}`)],
  [
    'TOKEN_MALFORMED',
    'undecodable',
    'a payload that is not UTF-8',
    (t) =>
      jwsOfBytes(
        t,
        Buffer.concat([Buffer.from(JSON.stringify(t.claims).slice(0, -1)), Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]),
      ),
  ],
  ['TOKEN_MALFORMED', 'undecodable', 'a payload with a trailing comma', (t) => t.text(JSON.stringify(t.claims).replace(/}$/, ',}'))],
  ['TOKEN_MALFORMED', 'undecodable', 'a payload with single quotes', (t) => t.text(JSON.stringify(t.claims).replaceAll('"', "'"))],
  [
    'TOKEN_MALFORMED',
    'duplicate_member',
    'groups twice',
    (t) => t.text(JSON.stringify(t.claims).replace(/}$/, ',"groups":["orders-admins"]}')),
  ],
  [
    'TOKEN_MALFORMED',
    'duplicate_member',
    'exp twice, once with an escape',
    (t) => t.text(JSON.stringify(t.claims).replace(/}$/, `,"\\u0065xp":${t.now + 60}}`)),
  ],
  [
    'TOKEN_MALFORMED',
    'duplicate_member',
    'the algorithm twice',
    (t) => jws(t.good, '{"alg":"none","alg":"RS256","kid":"key-1"}', t.claims),
  ],
  [
    'TOKEN_MALFORMED',
    'duplicate_member',
    '__proto__ twice',
    (t) => t.text(JSON.stringify(t.claims).replace(/}$/, ',"__proto__":{},"__proto__":{}}')),
  ],
  ['NO_TOKEN', 'not_bearer', 'a space in the token', (t) => t.parts.join('. ')],
  ['NO_TOKEN', 'not_bearer', 'a line break in the token', (t) => t.parts.join('.\n')],
  ['NO_TOKEN', 'not_bearer', 'letters beyond ASCII', (t) => `${t.parts[0]}.${t.parts[1]}.é${t.parts[2]}`],
  ['NO_TOKEN', 'not_bearer', 'a NUL behind the token', (t) => `${t.parts.join('.')}\u0000`],
  ['NO_TOKEN', 'several', 'two tokens', (t) => `${t.parts.join('.')},Bearer ${t.parts.join('.')}`],
  // Types
  ['TOKEN_TYPE', 'critical_header', 'a critical header', withHeader({ crit: ['b64'], b64: false })],
  ['TOKEN_TYPE', 'critical_header', 'an empty list of critical headers', withHeader({ crit: [] })],
  ['TOKEN_TYPE', 'nested', 'cty: a nested token', withHeader({ cty: 'JWT' })],
  ['TOKEN_MALFORMED', 'undecodable', 'a nested token as the payload', (t) => t.text(t.parts.join('.'))],
  ['TOKEN_TYPE', 'wrong_typ', 'typ dpop+jwt', withHeader({ typ: 'dpop+jwt' })],
  ['TOKEN_TYPE', 'wrong_typ', 'typ logout+jwt', withHeader({ typ: 'logout+jwt' })],
  ['TOKEN_TYPE', 'wrong_typ', 'typ in a list', withHeader({ typ: ['JWT'] })],
  ['TOKEN_TYPE', 'wrong_typ', 'typ null', withHeader({ typ: null })],
  ['TOKEN_TYPE', 'dpop_bound', 'a token bound to a key (DPoP)', changed({ cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } })],
  ['TOKEN_TYPE', 'dpop_bound', 'an empty binding', changed({ cnf: null })],
  [
    'TOKEN_TYPE',
    'id_token',
    'an ID token',
    changed({ aud: '0oa1web', cid: undefined, scp: undefined, uid: undefined, nonce: 'n', at_hash: 'h', amr: ['pwd'], idp: '00o1' }),
  ],
  [
    'TOKEN_TYPE',
    'org_server',
    'an access token of the org server',
    changed({ iss: 'https://acme.okta.com', aud: 'https://acme.okta.com' }),
  ],
  ['TOKEN_TYPE', 'org_server', 'an access token with the org server’s typ', withHeader({ typ: 'application/okta-internal-at+jwt' })],
  ['TOKEN_TYPE', 'org_server', 'an ID token of another Okta org', changed({ iss: 'https://evil.okta.com', cid: undefined, nonce: 'n' })],
  // Issuer and audience
  ['TOKEN_ISSUER', 'unknown', 'another authorization server of the org', changed({ iss: 'https://acme.okta.com/oauth2/other' })],
  ['TOKEN_ISSUER', 'unknown', 'the issuer with a trailing slash', (t) => t.signed({ iss: `${t.issuer}/` })],
  ['TOKEN_ISSUER', 'unknown', 'the issuer in upper case', (t) => t.signed({ iss: t.issuer.toUpperCase() })],
  ['TOKEN_ISSUER', 'unknown', 'the issuer with a query', (t) => t.signed({ iss: `${t.issuer}?x=1` })],
  ['TOKEN_ISSUER', 'unknown', 'the issuer as the beginning of another', (t) => t.signed({ iss: `${t.issuer}.evil.example` })],
  ['TOKEN_ISSUER', 'unknown', 'the issuer in a list', (t) => t.signed({ iss: [t.issuer] })],
  ['TOKEN_ISSUER', 'unknown', 'no issuer', changed({ iss: undefined })],
  ['TOKEN_ISSUER', 'unknown', 'an issuer of nobody in the world of Okta', changed({ iss: 'https://evil.example' })],
  ['TOKEN_ISSUER', 'unknown', 'the issuer __proto__', changed({ iss: '__proto__' })],
  ['TOKEN_AUDIENCE', 'mismatch', 'another audience', changed({ aud: 'api://other' })],
  ['TOKEN_AUDIENCE', 'mismatch', 'a longer audience', changed({ aud: 'api://orders2' })],
  ['TOKEN_AUDIENCE', 'mismatch', 'a part of the audience', changed({ aud: 'orders' })],
  ['TOKEN_AUDIENCE', 'mismatch', 'the audience in another case', changed({ aud: 'API://ORDERS' })],
  ['TOKEN_AUDIENCE', 'not_one_text', 'a list with our audience in it', changed({ aud: ['api://other', 'api://orders'] })],
  ['TOKEN_AUDIENCE', 'not_one_text', 'a list of our audience alone', changed({ aud: ['api://orders'] })],
  ['TOKEN_AUDIENCE', 'mismatch', 'two audiences in one text', changed({ aud: 'api://orders api://other' })],
  ['TOKEN_AUDIENCE', 'mismatch', 'no audience', changed({ aud: undefined })],
  // Times
  ['TOKEN_EXPIRED', 'exp_passed', 'exp passed by the allowed skew', (t) => t.signed({ iat: t.now - 7_200, exp: t.now - 60 })],
  ['TOKEN_EXPIRED', 'exp_passed', 'exp in 1970', changed({ iat: 0, exp: 1 })],
  ['TOKEN_CLAIMS', 'exp', 'no exp', changed({ exp: undefined })],
  ['TOKEN_CLAIMS', 'exp', 'exp null', changed({ exp: null })],
  ['TOKEN_CLAIMS', 'exp', 'exp as text', (t) => t.signed({ exp: String(t.now + 60) })],
  ['TOKEN_CLAIMS', 'exp', 'exp with a fraction', (t) => t.signed({ exp: t.now + 60.5 })],
  ['TOKEN_CLAIMS', 'exp', 'exp negative', changed({ exp: -1 })],
  ['TOKEN_CLAIMS', 'exp', 'exp beyond all numbers', (t) => t.text(JSON.stringify(t.claims).replace(/"exp":\d+/, '"exp":1e400'))],
  [
    'TOKEN_CLAIMS',
    'exp',
    'exp beyond exact numbers',
    (t) => t.text(JSON.stringify(t.claims).replace(/"exp":\d+/, '"exp":9007199254740993')),
  ],
  ['TOKEN_CLAIMS', 'lifetime_too_long', 'a life of more than a day', (t) => t.signed({ exp: t.now + 86_401 })],
  ['TOKEN_CLAIMS', 'lifetime_too_long', 'an iat in 1970', changed({ iat: 0 })],
  ['TOKEN_CLAIMS', 'iat', 'no iat', changed({ iat: undefined })],
  ['TOKEN_CLAIMS', 'iat', 'iat as text', (t) => t.signed({ iat: String(t.now) })],
  ['TOKEN_CLAIMS', 'issued_in_the_future', 'iat ahead of the allowed skew', (t) => t.signed({ iat: t.now + 120, exp: t.now + 3_600 })],
  ['TOKEN_NOT_YET_VALID', 'nbf_ahead', 'nbf ahead of the allowed skew', (t) => t.signed({ nbf: t.now + 120 })],
  ['TOKEN_CLAIMS', 'nbf', 'nbf as text', (t) => t.signed({ nbf: String(t.now) })],
  ['TOKEN_CLAIMS', 'nbf', 'nbf null', changed({ nbf: null })],
  // Who
  ['TOKEN_CLIENT', 'not_accepted', 'a client that is not listed', changed({ cid: '0oa1else' })],
  ['TOKEN_CLIENT', 'not_accepted', 'a listed client in another case', changed({ cid: '0OA1WEB' })],
  ['TOKEN_CLIENT', 'machine_client_with_user', 'a user behind a machine’s client', changed({ cid: '0oa1batch' })],
  ['TOKEN_CLIENT', 'not_accepted', 'a machine that is not listed', changed({ uid: undefined, cid: '0oa1else' })],
  ['TOKEN_CLAIMS', 'cid', 'no client id', changed({ cid: undefined })],
  ['TOKEN_CLAIMS', 'cid', 'an empty client id', changed({ cid: '' })],
  ['TOKEN_CLAIMS', 'cid', 'client ids in a list', changed({ cid: ['0oa1web'] })],
  ['TOKEN_CLAIMS', 'jti', 'no token id', changed({ jti: undefined })],
  ['TOKEN_CLAIMS', 'jti', 'a number as token id', changed({ jti: 7 })],
  ['TOKEN_CLAIMS', 'uid', 'an empty uid', changed({ uid: '' })],
  ['TOKEN_CLAIMS', 'uid', 'a null uid, to pass for a machine', changed({ uid: null })],
  ['TOKEN_CLAIMS', 'uid', 'a number as uid', changed({ uid: 0 })],
  ['TOKEN_CLAIMS', 'scp', 'scopes as text', changed({ scp: 'openid orders:read' })],
  ['TOKEN_CLAIMS', 'scp', 'a scope that is an object', changed({ scp: [{}] })],
  ['BLOCKED', 'user', 'a blocked user', changed({ uid: '00u1blocked' })],
  ['BLOCKED', 'client', 'a blocked client', changed({ cid: '0oa1blocked' })],
  ['BLOCKED', 'token', 'a blocked token', changed({ jti: 'AT.blocked' })],
  ['CLIENT_UNMAPPED', 'not_a_machine', 'a user’s client without a user', changed({ uid: undefined })],
  // Groups
  ['TOKEN_CLAIMS', 'groups', 'groups as an object', changed({ groups: { 'orders-admins': true } })],
  ['TOKEN_CLAIMS', 'groups', 'groups as a number', changed({ groups: 7 })],
  ['TOKEN_CLAIMS', 'groups', 'groups as true', changed({ groups: true })],
  ['TOKEN_CLAIMS', 'groups', 'groups in lists of lists', changed({ groups: [['orders-admins']] })],
  ['TOKEN_CLAIMS', 'groups', 'a group that is an object', changed({ groups: ['strangers', { toString: 'orders-admins' }] })],
  ['TOKEN_CLAIMS', 'groups', 'a group that is null', changed({ groups: [null] })],
  [
    'GROUPS_TOO_MANY',
    'over_1000',
    '1,001 groups, one of them mapped',
    changed({ groups: ['orders-admins', ...Array.from({ length: 1_000 }, (_, n) => n.toString(36))] }),
  ],
  ['GROUPS_MISSING', 'no_groups_in_token', 'no groups', changed({ groups: undefined })],
  ['GROUPS_MISSING', 'no_groups_in_token', 'an empty list of groups', changed({ groups: [] })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a text of groups with commas', changed({ groups: 'orders-readers,orders-admins' })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a text of groups with spaces', changed({ groups: 'orders-readers orders-admins' })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'the group __proto__', changed({ groups: ['__proto__', 'constructor', 'toString'] })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a look-alike name with a Cyrillic letter', changed({ groups: ['оrders-admins'] })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a look-alike name in full width', changed({ groups: ['ｏrders-admins'] })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a name with an invisible letter', changed({ groups: ['orders-\u200badmins'] })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a name in upper case', changed({ groups: ['ORDERS-ADMINS'] })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a name with spaces around it', changed({ groups: [' orders-admins '] })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a name in another normal form', changed({ groups: ['e\u0301quipe'] })],
  ['GROUP_NOT_ALLOWED', 'no_group_mapped', 'a name with a NUL behind it', changed({ groups: ['orders-admins\u0000'] })],
];
