/** What `npm start` suggests can be pasted into a shell as it stands, and does what it says. */
import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { exampleCalls } from '../../local/example-calls.ts';
import { exampleLines } from '../../local/example-lines.ts';
import { shellWord } from '../../local/shell-word.ts';
import { usersOf } from '../../local/users.ts';
import { mapOf } from '../lib/access-map/support.ts';

test('a word is one word of the shell, and means itself', () => {
  const texts = [
    ...['plain', 'GET /a/{id}', "it's", '$default', '`id`', '$(id)', 'a"b', 'a\\b', '~', '*', '#'],
    ...[
      '',
      ' ',
      '!!',
      'a;b',
      'a&b',
      'a|b',
      '<a>',
      "'$'",
      'é 名',
      '-n',
      'x=y',
      '{a,b}',
      '[a]',
      'a?',
    ],
  ];
  const script = `for word in ${texts.map(shellWord).join(' ')}; do printf '%s\\n' "$word"; done`;
  expect(
    execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').slice(0, -1),
  ).toEqual(texts);
});

const ISSUER = 'http://127.0.0.1:4001/oauth2/default';

function linesOf(more: object, isLocal = true): string {
  const map = mapOf({
    groups: { readers: { allow: ['GET /orders'] } },
    ...more,
  });
  const example = exampleCalls(map, usersOf(map.model));
  const gateway = 'http://127.0.0.1:4000';
  return exampleLines({ map, example, gateway, issuer: ISSUER, isLocal }).join('\n');
}

/**
 * Each command's arguments, as bash reads them: the program prints them in place of what it does.
 */
function argumentsOf(text: string): readonly (readonly string[])[] {
  const told = `curl() { printf '%s\\t' curl "$@" >&2; echo >&2; }
npx() { printf '%s\\t' npx "$@" >&2; echo >&2; }
${text}`;
  const out = execFileSync('bash', ['-c', `{ ${told}\n} 2>&1`], { encoding: 'utf8' });
  return out.split('\n').map((line) => line.split('\t').slice(0, -1));
}

test.each([
  ['plain names', {}, 'readers@example.com', 'openid'],
  [
    'names with spaces, quotes and letters of any script',
    { groups: { "it's a “näme” & more": { allow: ['GET /orders'] } } },
    "it's a “näme” & more@example.com",
    'openid',
  ],
  [
    'scopes, without which the token would open nothing',
    {
      scopes: 'intersect',
      permissions: { 'orders:read': ['GET /orders'] },
      groups: { readers: { allow: ['orders:read'] } },
    },
    'readers@example.com',
    'openid orders:read',
  ],
])('the token is asked for with %s', (_what, more, login, scope) => {
  const [first = []] = argumentsOf(linesOf(more));
  const fields = first.filter((word) => word.includes('='));
  expect(fields).toEqual([
    'grant_type=password',
    `username=${login}`,
    'password=x',
    `scope=${scope}`,
    expect.stringMatching(/^client_id=/),
  ]);
});

test('commands name the route, the issuer, and what login would lack', () => {
  const intersect = {
    scopes: 'intersect',
    permissions: { 'orders:read': ['GET /orders'] },
    groups: { readers: { allow: ['orders:read'] } },
    okta: { issuer: 'https://acme.okta.com/oauth2/a', audience: 'api://a', clients: 'any' },
  };
  const [, , , explain, token, login] = argumentsOf(linesOf(intersect));
  expect(explain?.slice(0, 5)).toEqual([
    'npx',
    'okta-group-authorizer',
    'explain',
    '--route',
    expect.stringMatching(/^[A-Z]+ \//),
  ]);
  expect(token?.slice(2, 6)).toEqual(['token', '-', '--issuer', ISSUER]);
  const text = login?.join(' ');
  expect(text).toContain(`login --issuer ${ISSUER}`);
  expect(text).toContain('--client 0oa1web --scope openid --scope orders:read --open');
});

test('a route without a path of its own is called at the root', () => {
  const text = linesOf({ routes: ['$default'], groups: { readers: { allow: ['$default'] } } });
  expect(argumentsOf(text)[1]).toContain('http://127.0.0.1:4000/');
});

test('of an issuer that exists nothing is made up: no password, no client, and whom an answer is for', () => {
  const okta = { issuer: 'https://acme.okta.com/oauth2/a', audience: 'api://a', clients: 'any' };
  const text = linesOf({ okta }, false);
  expect(text).not.toContain('password');
  expect(text).toContain('# allowed to members of readers alone');
  expect(text).toContain(`token - --issuer ${ISSUER}`);
  expect(text).toContain(`login --issuer ${ISSUER}`);
  expect(text).toContain('--client CLIENT_ID');
});
