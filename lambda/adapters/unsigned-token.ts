import type { AccessModel } from '../core/model/model.ts';
import type { Clock } from '../ports.ts';

/** A token that only its signature makes invalid; undefined without keys. */
export function unsignedToken(
  issuer: string,
  kid: string | undefined,
  { okta }: AccessModel,
  clock: Clock,
): string | undefined {
  const block = okta.find(({ issuers }) => issuers.includes(issuer));
  if (kid === undefined || !block) return undefined;
  const iat = Math.floor(clock.now() / 1_000);
  const part = (claims: object): string =>
    Buffer.from(JSON.stringify(claims)).toString('base64url');
  const [cid = '-'] = block.clients === 'any' ? [] : block.clients;
  const times = { iat, exp: iat + 60 };
  const claims = {
    ver: 1,
    jti: '-',
    iss: issuer,
    aud: block.audience,
    ...times,
    cid,
    uid: '-',
    sub: '-',
  };
  return `${part({ alg: 'RS256', kid })}.${part(claims)}.${UNSIGNED}`;
}

/** As long as the signature of a key of 2048 bits. */
const UNSIGNED = 'A'.repeat(342);
