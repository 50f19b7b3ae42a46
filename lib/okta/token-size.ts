/** How long a token gets, before there is one. */

/** What an HTTP API and a REST API take as request line and headers. Source: API Gateway quotas. */
const GATEWAY_HEADER_BYTES = 10_240;
/**
 * Other headers of a browser and a proxy: the part of the limit that is not available to a token.
 */
const OTHER_HEADERS_BYTES = 2_048;
/** Largest token that the gateway lets through beside ordinary headers. */
export const TOKEN_BUDGET_BYTES = GATEWAY_HEADER_BYTES - OTHER_HEADERS_BYTES;

export interface TokenParts {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly login: string;
  readonly scopes: readonly string[];
  /** Values by claim. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/**
 * Estimated bytes of an access token: Okta's claims with ids of Okta's lengths, signed by a key of
 * 2,048 bits. Further claims of the server are not known here and come on top.
 */
export function tokenBytes({
  issuer,
  audience,
  clientId,
  login,
  scopes,
  groups,
}: TokenParts): number {
  const id = (prefix: string, length: number): string => prefix.padEnd(length, 'x');
  const header = { kid: id('', 43), alg: 'RS256' };
  const time = 1_800_000_000;
  const claims = {
    ver: 1,
    jti: id('AT.', 46),
    iss: issuer,
    aud: audience,
    iat: time,
    exp: time,
    cid: id(clientId, Math.max(20, clientId.length)),
    uid: id('00u', 20),
    scp: scopes,
    auth_time: time,
    sub: login,
    ...groups,
  };
  return (
    base64Bytes(JSON.stringify(header)) +
    base64Bytes(JSON.stringify(claims)) +
    Math.ceil((256 * 4) / 3) +
    2
  );
}

const base64Bytes = (text: string): number => Math.ceil((Buffer.byteLength(text) * 4) / 3);
