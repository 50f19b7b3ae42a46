import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { IssuerError, IssuerUnreachableError, readIssuer } from '../../local/foreign-issuer.ts';

describe('an issuer that exists', () => {
  /** An issuer that answers these paths below its own. */
  async function issuerWith(
    answers: (issuer: string) => Readonly<Record<string, unknown>>,
  ): Promise<{ readonly issuer: string; readonly stop: () => void }> {
    const server = createServer((request, response) => {
      const path = request.url?.replace('/oauth2/a', '') ?? '';
      const answer = answers(issuer)[path];
      response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer));
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/a`;
    return { issuer, stop: () => server.close() };
  }

  const discovery = (issuer: string, change: object = {}) => ({
    issuer,
    jwks_uri: `${issuer}/v1/keys`,
    authorization_endpoint: `${issuer}/v1/sign-in`,
    token_endpoint: `${issuer}/v1/tokens`,
    ...change,
  });

  test.each<[string, (issuer: string) => Readonly<Record<string, unknown>>, string]>([
    [
      'OAuth discovery',
      (issuer) => ({ '/.well-known/oauth-authorization-server': discovery(issuer) }),
      '/v1/sign-in',
    ],
    [
      'OpenID discovery',
      (issuer) => ({ '/.well-known/openid-configuration': discovery(issuer) }),
      '/v1/sign-in',
    ],
    ['keys alone, as Okta has them', () => ({ '/v1/keys': { keys: [] } }), '/v1/authorize'],
  ])('is read by %s', async (_how, answers, path) => {
    const { issuer, stop } = await issuerWith(answers);
    try {
      expect((await readIssuer(issuer)).authorizationEndpoint).toBe(`${issuer}${path}`);
    } finally {
      stop();
    }
  });

  test.each<[string, (issuer: string) => Readonly<Record<string, unknown>>, string]>([
    [
      'answers nothing of it',
      () => ({}),
      'expected an authorization server of Okta, found no discovery document below',
    ],
    [
      'has another name',
      (issuer) => ({
        '/.well-known/openid-configuration': discovery(issuer, { issuer: `${issuer}/` }),
      }),
      'name it letter by letter',
    ],
    [
      'has its keys elsewhere',
      (issuer) => ({
        '/.well-known/openid-configuration': discovery(issuer, { jwks_uri: 'https://keys' }),
      }),
      'found "https://keys": the authorizer accepts no other issuer',
    ],
    [
      'names no keys',
      (issuer) => ({
        '/.well-known/openid-configuration': discovery(issuer, { jwks_uri: undefined }),
      }),
      'found no `jwks_uri`',
    ],
    [
      'names no endpoints',
      (issuer) => ({
        '/.well-known/openid-configuration': discovery(issuer, { token_endpoint: undefined }),
      }),
      '`token_endpoint`',
    ],
  ])('is refused where it %s', async (_what, answers, message) => {
    const { issuer, stop } = await issuerWith(answers);
    try {
      const asked = readIssuer(issuer);
      await expect(asked).rejects.toThrow(IssuerError);
      await expect(asked).rejects.toThrow(message);
    } finally {
      stop();
    }
  });

  /** A host that answers every path in one way. */
  async function hostWith(status: number, text: string) {
    const server = createServer((_request, response) => void response.writeHead(status).end(text));
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/a`;
    return { issuer, stop: () => server.close() };
  }

  test.each([
    ['a page of its own', 200, '<!doctype html><title>Welcome</title>'],
    ['other JSON', 200, '{"up":true}'],
    ['a redirect', 302, ''],
    ['a refusal', 403, '{}'],
  ])(
    'has no discovery document where its host answers all with %s',
    async (_what, status, text) => {
      const { issuer, stop } = await hostWith(status, text);
      try {
        const asked = readIssuer(issuer);
        await expect(asked).rejects.not.toThrow(IssuerUnreachableError);
        const found = status === 200 ? 'no keys' : `status ${status}`;
        await expect(asked).rejects.toThrow(
          `found no discovery document below ${issuer} and ${found} at ${issuer}/v1/keys`,
        );
      } finally {
        stop();
      }
    },
  );

  test.each([500, 502, 503, 504, 408, 429])('gives no answer by status %i', async (status) => {
    const { issuer, stop } = await hostWith(status, '{}');
    try {
      const asked = readIssuer(issuer);
      await expect(asked).rejects.toThrow(IssuerUnreachableError);
      await expect(asked).rejects.toThrow(`gives no answer now (status ${status} at ${issuer}/`);
    } finally {
      stop();
    }
  });

  test('is told from one that cannot be reached', async () => {
    const { issuer, stop } = await issuerWith(() => ({}));
    stop();
    await expect(readIssuer(issuer)).rejects.toThrow(IssuerUnreachableError);
  });
});
