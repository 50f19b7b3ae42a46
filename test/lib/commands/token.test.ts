import { describe, expect, test } from '@jest/globals';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { token as command } from '../../../lib/commands/token.ts';
import { explanationOf } from '../../../lib/verdicts/code-explanations.ts';
import { hostileKeys, hostileTokens } from '../../support/hostile-tokens.ts';
import { ISSUER } from '../../support/model.ts';
import { sampled } from '../../support/tier.ts';
import { accessToken, jws, signingKey, userClaims } from '../../support/tokens.ts';
import { REFUSALS } from '../../support/wire/refusals.ts';
import { type Captured, capture, EXAMPLE, project } from './project.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const now = NOW / 1_000;
const key = signingKey('key-1');
const cwd = project({ 'access.yaml': EXAMPLE });

/** What `--json` says, as far as the tests read it. */
interface Report {
  readonly refusals: readonly { readonly code: string; readonly reason: string }[];
  readonly caller?: { readonly unmapped: unknown };
}

interface Ran {
  readonly code: number;
  readonly io: Captured;
}

async function run(input: string, args: readonly string[] = ['-'], folder = cwd): Promise<Ran> {
  const reader = {
    isTerminal: false,
    read: async (most: number) => input.slice(0, most),
    askHidden: async () => input,
  };
  const io = capture(folder, { now: () => NOW, input: reader });
  return {
    code: await runProgram(['token', ...args], io, { commands: [command], version: '1.0.0' }),
    io,
  };
}

const signed = (changes: object, header: object = {}): string =>
  jws(
    key,
    { alg: 'RS256', kid: 'key-1', ...header },
    userClaims(now, changes as Readonly<Record<string, unknown>>),
  );

describe('token', () => {
  test('says of a good token who calls, which groups count, which do not, and what it opens', async () => {
    const { code, io } = await run(
      accessToken(key, now, { groups: ['orders-readers', 'orders-admin', 'Everyone'] }),
    );
    expect(io.stdout()).toBe(
      [
        'nothing is wrong with this token',
        'user `00u1reader` through client `0oa1web`, until 2026-11-22T13:00:00.000Z',
        '  groups that count: `orders-readers`',
        '  groups in the token that do not: `orders-admin` (did you mean `orders-admins`?), `Everyone`',
        '  routes it may call: `GET /orders`, `GET /orders/{id}`, `GET /health`, `GET /me`, `GET /permissions`',
        'offline: the signature was not checked, nor whether Okta has revoked the token',
        '',
      ].join('\n'),
    );
    expect([code, io.stderr()]).toEqual([0, '']);
  });

  test('evaluates a token of a local run by its own issuer, says so, and sends nobody to Okta for it', async () => {
    const iss = 'http://127.0.0.1:4001/oauth2/default';
    const good = await run(signed({ iss }));
    expect(good.code).toBe(0);
    for (const named of [iss, 'npm start']) expect(good.io.stderr()).toContain(named);
    const bad = await run(signed({ iss, aud: 'api://another' }));
    expect([bad.code, bad.io.stdout()]).toEqual([1, expect.stringContaining('TOKEN_AUDIENCE')]);
    expect(bad.io.stdout()).not.toContain('Okta Admin Console');
  });

  test('takes an issuer on plain http elsewhere for no local run', async () => {
    const { code, io } = await run(signed({ iss: 'http://evil.example:4001/oauth2/default' }));
    expect([code, io.stderr()]).toEqual([1, '']);
    expect(io.stdout()).toContain('TOKEN_ISSUER');
  });

  test('says of a machine what the map gives it', async () => {
    const { code, io } = await run(
      accessToken(key, now, { uid: undefined, groups: undefined, cid: '0oa1batch' }),
      ['-', '--json'],
    );
    expect([code, io.json()]).toMatchObject([
      0,
      {
        caller: {
          kind: 'machine',
          cid: '0oa1batch',
          routes: expect.arrayContaining(['GET /orders', 'POST /orders', 'GET /orders/{id}']),
        },
      },
    ]);
  });

  test.each([
    [
      'an ID token',
      signed({
        aud: '0oa1web',
        cid: undefined,
        scp: undefined,
        uid: undefined,
        nonce: 'n',
        at_hash: 'h',
        amr: ['pwd'],
      }),
      ['TOKEN_TYPE (id_token)'],
      ['`access_token`', '`id_token`'],
    ],
    [
      'a token of the org server',
      signed({ iss: 'https://acme.okta.com', aud: 'https://acme.okta.com' }),
      ['TOKEN_TYPE (org_server)'],
      [ISSUER, '`https://acme.okta.com`', 'Security > API > Authorization Servers'],
    ],
    [
      'an ID token of the org server',
      signed({ iss: 'https://acme.okta.com', cid: undefined, nonce: 'n' }),
      ['TOKEN_TYPE (org_server)', 'TOKEN_TYPE (id_token)'],
      [],
    ],
    [
      'an expired token',
      signed({ iat: now - 7_200, exp: now - 3_600 }),
      ['TOKEN_EXPIRED (exp_passed)'],
      ['2026-11-22T11:00:00.000Z', 'Access token lifetime'],
    ],
    [
      'a token without groups',
      signed({ groups: undefined }),
      ['GROUPS_MISSING (no_groups_in_token)'],
      ['`groups`', 'Claims > Add claim'],
    ],
    [
      'a token with groups that the map does not have',
      signed({ groups: ['hr'] }),
      ['GROUP_NOT_ALLOWED (no_group_mapped)'],
      ['hr'],
    ],
    [
      'a token for another API',
      signed({ aud: 'api://default' }),
      ['TOKEN_AUDIENCE (mismatch)'],
      ['`api://orders`', '`api://default`', '> Settings: Audience'],
    ],
    [
      'a token of another server',
      signed({ iss: `${ISSUER}/` }),
      ['TOKEN_ISSUER (unknown)'],
      [`\`${ISSUER}/\``, 'Dynamic'],
    ],
    [
      'a token of another client',
      signed({ cid: '0oa2web' }),
      ['TOKEN_CLIENT (not_accepted)'],
      ['`0oa1web`', '`0oa2web`', 'Client ID'],
    ],
    [
      'a token that lives too long',
      signed({ exp: now + 90_000 }),
      ['TOKEN_CLAIMS (lifetime_too_long)'],
      ['1 d'],
    ],
    [
      'a token with everything wrong',
      signed({ aud: 'x', cid: 'y', exp: 1, iat: 0 }, { typ: 'x' }),
      [
        'TOKEN_TYPE (wrong_typ)',
        'TOKEN_AUDIENCE (mismatch)',
        'TOKEN_EXPIRED (exp_passed)',
        'TOKEN_CLIENT (not_accepted)',
      ],
      [],
    ],
    ['no token at all', 'hello', ['TOKEN_MALFORMED (not_a_jwt)'], ['`access_token`']],
    [
      'a token without its key’s name',
      signed({}, { kid: undefined }),
      ['KEY_UNKNOWN (kid_missing)'],
      [],
    ],
  ])('says what is wrong with %s, with values and settings', async (_, text, refusals, named) => {
    const { code, io } = await run(text, ['-', '--json']);
    const report = io.json() as Report;
    expect([code, report.refusals.map((one) => `${one.code} (${one.reason})`)]).toEqual([
      1,
      refusals,
    ]);
    const told = JSON.stringify([report.refusals, report.caller?.unmapped]);
    for (const name of named) expect(told).toContain(name);
  });

  test('says of an expired token when it ended, where its life is set, and what it would open', async () => {
    const { code, io } = await run(signed({ iat: now - 7_200, exp: now - 3_600 }));
    expect(code).toBe(1);
    for (const named of [
      'TOKEN_EXPIRED (exp_passed)',
      ' 1 h ',
      '2026-11-22T11:00:00.000Z',
      'Access token lifetime',
      '`GET /orders`',
    ])
      expect(io.stdout()).toContain(named);
  });

  test.each([
    ['a line break', (text: string) => `${text}\n`],
    ['Bearer before it', (text: string) => `Bearer ${text}`],
    ['the whole header', (text: string) => `Authorization: bearer ${text}\r\n`],
    ['quotes', (text: string) => `"${text}"`],
  ])('takes a token with %s', async (_, paste) => {
    expect((await run(paste(accessToken(key, now)))).code).toBe(0);
  });

  test('gives the same as JSON', async () => {
    const { io } = await run(signed({ groups: undefined }), ['-', '--json']);
    expect(io.json()).toMatchObject({
      ok: false,
      signature: 'not checked',
      refusals: [{ code: 'GROUPS_MISSING', reason: 'no_groups_in_token' }],
      caller: {
        kind: 'user',
        uid: '00u1reader',
        groups: [],
        routes: ['GET /health', 'GET /me', 'GET /permissions'],
      },
    });
  });

  test('takes another issuer for the map’s, so that tokens of a local run can be looked into', async () => {
    const issuer = 'http://127.0.0.1:4001/oauth2/default';
    expect((await run(signed({ iss: issuer }))).code).toBe(0);
    expect((await run(signed({ iss: issuer }), ['-', '--issuer', issuer])).code).toBe(0);
    for (const none of [
      'http://evil.example',
      'https://acme-admin.okta.com',
      'https://ACME.okta.com',
    ])
      expect(
        (await run(signed({ iss: issuer }), ['-', '--issuer', `${none}/oauth2/default`])).code,
      ).toBe(2);
  });

  test('evaluates a blocked user as the authorizer does', async () => {
    const folder = project({ 'access.yaml': `${EXAMPLE}\nblocked: { users: [00u1reader] }\n` });
    const { code, io } = await run(accessToken(key, now), ['-', '--json'], folder);
    expect([code, io.json()]).toMatchObject([
      1,
      { refusals: [{ code: 'BLOCKED', reason: 'user' }], caller: { routes: [] } },
    ]);
  });

  test('evaluates a token by the okta block of its issuer', async () => {
    const further =
      '  - { name: partner, issuer: https://p.okta.com/oauth2/aus2, audience: api://p, clients: any, groups: [partners] }';
    const blocks = EXAMPLE.replace(
      /okta:\n {2}issuer: (.*)\n {2}audience: (.*)\n {2}clients: (.*)\n/,
      (_, ...keys: readonly string[]) => {
        const [issuer, audience, clients] = keys;
        return `okta:\n  - { name: main, issuer: "${issuer}", audience: "${audience}", clients: ${clients} }\n${further}\n`;
      },
    );
    const folder = project({ 'access.yaml': blocks });
    const { code, io } = await run(
      signed({
        iss: 'https://p.okta.com/oauth2/aus2',
        aud: 'api://p',
        groups: ['partners', 'orders-admins'],
      }),
      ['-', '--json'],
      folder,
    );
    expect([code, io.json()]).toMatchObject([
      0,
      { caller: { block: 'partner', groups: ['partners'], unmapped: [{ name: 'orders-admins' }] } },
    ]);
  });

  test.each([
    ['a token as an argument', accessToken(key, now), accessToken(key, now), 'TOKEN_AS_ARGUMENT'],
    ['nothing', ' \n', '-', 'INPUT_ABSENT'],
  ])('refuses %s as wrong usage', async (_, input, source, code) => {
    const { io, ...ran } = await run(input, [source, '--json']);
    expect([ran.code, io.json()]).toMatchObject([2, { problems: [{ code }] }]);
    expect(io.stdout() + io.stderr()).not.toContain('eyJ');
  });

  test('asks where there is a terminal', async () => {
    const asked: string[] = [];
    const input = {
      isTerminal: true,
      read: async () => '',
      askHidden: async (question: string) => {
        asked.push(question);
        return accessToken(key, now);
      },
    };
    const io = capture(cwd, { now: () => NOW, input });
    expect(await runProgram(['token'], io, { commands: [command], version: '1.0.0' })).toBe(0);
    expect(asked).toEqual(['token (not shown): ']);
  });

  test('agrees with the authorizer on every hostile token that can be evaluated without a signature, and shows no part of any', async () => {
    const keys = hostileKeys();
    const online = ['TOKEN_SIGNATURE', 'KEY_UNKNOWN', 'BLOCKED', 'NO_TOKEN', 'CLIENT_UNMAPPED'];
    for (const { name, token, code, reason } of sampled(hostileTokens(ISSUER, now, keys), 4)) {
      const { io } = await run(token, ['-', '--json']);
      const [first] = (
        io.json() as {
          readonly refusals: readonly { readonly code: string; readonly reason: string }[];
        }
      ).refusals;
      if (!online.includes(code))
        expect({ name, code: first?.code, reason: first?.reason }).toEqual({ name, code, reason });
      const written = io.stdout() + io.stderr() + (await run(token)).io.stdout();
      for (const segment of token.split('.'))
        if (segment.length >= 16) expect(written).not.toContain(segment.slice(0, 16));
    }
  });
});

test('every reason of every code has a plain sentence', () => {
  for (const [code, { reasons }] of Object.entries(REFUSALS)) {
    for (const reason of reasons) {
      const { says } = explanationOf({ code, reason } as Parameters<typeof explanationOf>[0]);
      expect(says).toMatch(/^[a-z].{15,}[^.]$/);
    }
  }
});
