/**
 * An issuer that shares no code with the product: the certified `oidc-provider`, with the claims
 * that Okta writes. It runs in a process of its own (`node --import tsx`), since it is an
 * ECMAScript module only, and says its issuer on standard output.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const AUDIENCE = 'api://orders';
const CLIENT = '0oa1web';

const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/default`;

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const jwks = {
  keys: [{ ...(await exportJWK(privateKey)), kid: 'op-1', use: 'sig', alg: 'RS256' }],
};

const provider = new Provider(issuer, {
  jwks,
  clients: [
    {
      client_id: CLIENT,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  routes: { jwks: '/v1/keys', token: '/v1/token', authorization: '/v1/authorize' },
  findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  extraTokenClaims: () => ({
    ver: 1,
    cid: CLIENT,
    uid: '00u1reader',
    scp: ['openid'],
    groups: ['orders-readers'],
  }),
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience: AUDIENCE,
        scope: 'openid',
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  pkce: { required: () => true },
});

const answer = provider.callback();
server.on('request', (request, response) => {
  // Mounted below a path, as Okta's authorization servers are.
  const prefix = '/oauth2/default';
  const originalUrl = request.url ?? '/';
  Object.assign(request, {
    originalUrl,
    url: originalUrl.startsWith(prefix) ? originalUrl.slice(prefix.length) : originalUrl,
  });
  void answer(request, response);
});
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
