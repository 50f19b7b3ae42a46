/**
 * Mints a token with `jose`, whose code the product shares nothing with; prints it and the public
 * key.
 */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const issuer = process.argv[2] ?? '';
const { privateKey, publicKey } = await generateKeyPair('RS256');
const claims = {
  ver: 1,
  cid: '0oa1web',
  uid: '00u1reader',
  scp: ['openid'],
  groups: ['orders-readers'],
  auth_time: Math.floor(Date.now() / 1_000),
};
const token = await new SignJWT(claims)
  .setProtectedHeader({ alg: 'RS256', kid: 'jose-1', typ: 'at+jwt' })
  .setIssuer(issuer)
  .setAudience('api://orders')
  .setSubject('reader@example.com')
  .setJti('AT.jose')
  .setIssuedAt()
  .setExpirationTime('1h')
  .sign(privateKey);
process.stdout.write(
  `${JSON.stringify({ token, jwk: { ...(await exportJWK(publicKey)), kid: 'jose-1', use: 'sig', alg: 'RS256' } })}\n`,
);
