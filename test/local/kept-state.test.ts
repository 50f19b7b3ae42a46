import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { IssuerError, IssuerUnreachableError, readIssuer } from '../../local/foreign-issuer.ts';
import { createSigningKeys } from '../../local/issuer/signing-keys.ts';
import { keptFile, removeDeadRuns, runFolderPrefix, stateFolder } from '../../local/kept-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a run keeps', () => {
  test('is by map and ports, and nothing where a port is not chosen', () => {
    expect(stateFolder('/p', 'orders', [4000, 4001])).toBe('/p/.local/state/orders-4000-4001');
    expect(stateFolder('/p', 'orders', [4000, 0])).toBeUndefined();
  });

  test('signing keys, also those that were rotated, for their owner alone', async () => {
    const kept = keptFile(join(folder, 'state'), 'signing-keys.json');
    const first = await createSigningKeys(kept);
    await first.rotate();
    const second = await createSigningKeys(kept);
    expect(second.published()).toEqual(first.published());
    expect(second.published().keys).toHaveLength(2);
    expect(second.sign({ a: 1 })).toBe(first.sign({ a: 1 }));
    expect(statSync(join(folder, 'state/signing-keys.json')).mode & 0o077).toBe(0);
    await second.withdraw();
    expect((await createSigningKeys(kept)).published()).toEqual(second.published());
  });

  test.each(['', '[]', '{}', '[{"kid":"a","pem":"no key"}]'])(
    'new keys take the place of a file that holds none: %j',
    async (text) => {
      const kept = keptFile(folder, 'broken.json');
      writeFileSync(join(folder, 'broken.json'), text);
      const keys = await createSigningKeys(kept);
      expect(keys.published().keys).toHaveLength(1);
      expect(readFileSync(join(folder, 'broken.json'), 'utf8')).toContain('PRIVATE KEY');
    },
  );

  test('folders of runs that were killed are taken away, those of running ones stay', () => {
    const runs = join(folder, 'runs');
    const names = [`${runFolderPrefix()}abc`, `run-${2 ** 30}-abc`, 'state'];
    for (const name of names) mkdirSync(join(runs, name), { recursive: true });
    removeDeadRuns(runs);
    expect(readdirSync(runs).toSorted()).toEqual([names[0], 'state'].toSorted());
    expect(existsSync(join(runs, names[1] ?? ''))).toBe(false);
  });
});

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
      'expected an authorization server of Okta, found status 404',
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

  test('is told from one that cannot be reached', async () => {
    const { issuer, stop } = await issuerWith(() => ({}));
    stop();
    await expect(readIssuer(issuer)).rejects.toThrow(IssuerUnreachableError);
  });
});
