import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { code, describeFound } from '../../../../lib/access-map/report/problems.ts';
import { redactTokens } from '../../../../lib/access-map/report/redact-tokens.ts';
import { defineCommand } from '../../../../lib/commands/shell/command.ts';
import { writeLines } from '../../../../lib/commands/shell/io.ts';
import { runProgram } from '../../../../lib/commands/shell/program.ts';
import { writeJsonValue } from '../../../../lib/commands/shell/write-json.ts';
import { oktaMessage } from '../../../../lib/okta/refusals.ts';
import { accessToken, base64url, jws, signingKey } from '../../../support/tokens.ts';
import { capture } from '../../commands/project.ts';

const key = signingKey('key-1');
const token = accessToken(key, 1_800_000_000);

/** Tokens, and what may be one. */
const SECRETS: readonly (readonly [what: string, secret: string])[] = [
  ['a token', token],
  [
    'a token whose header has a space before its names',
    jws(key, '{ "alg":"RS256","kid":"key-1"}', { sub: 'somebody' }),
  ],
  [
    'a token whose header begins with a line break',
    jws(key, '\n{"alg":"RS256","kid":"key-1"}', { sub: 'somebody' }),
  ],
  ['the beginning of a token', token.slice(0, 40)],
  [
    'an encrypted token',
    `${base64url({ alg: 'dir', enc: 'A256GCM' })}..${'i'.repeat(16)}.${'c'.repeat(200)}.${'t'.repeat(22)}`,
  ],
  [
    'three long parts of anything',
    [base64url('a'.repeat(20)), base64url('b'.repeat(40)), base64url('c'.repeat(256))].join('.'),
  ],
];

const PROGRAM = {
  version: '1',
  commands: [
    defineCommand<{ readonly text: string }>({
      name: 'fail',
      summary: 'fails with a text',
      examples: [],
      declare: (command) => void command.argument('<text>'),
      run: ({ text }) => {
        throw new Error(text);
      },
    }),
  ],
};

type Write = (text: string) => string | Promise<string>;
type Captured = ReturnType<typeof capture>;

/** What a text becomes on standard output or standard error. */
async function written(write: (io: Captured) => unknown): Promise<string> {
  const io = capture('.');
  await write(io);
  return io.stdout() + io.stderr();
}

/** Every way in which a text reaches a reader: commands, synthesis and the Okta side. */
const WAYS: readonly (readonly [way: string, write: Write])[] = [
  ['lines of a command', (text) => written((io) => writeLines(io, [text]))],
  ['--json', (text) => written((io) => writeJsonValue(io, { text }))],
  ['a wrong command line', (text) => written((io) => runProgram([text], io, PROGRAM))],
  ['an error of a command', (text) => written((io) => runProgram(['fail', text], io, PROGRAM))],
  ['a quoted text of a message', code],
  ['a value that a message has found', describeFound],
  ['a sentence of Okta', (errorSummary) => oktaMessage({ errorSummary })],
];
describe('what commands write', () => {
  test.each(SECRETS)('does not repeat %s', (_, secret) => {
    expect(redactTokens(`found \`${secret}\`, expected a name`)).toBe(
      'found `<token>`, expected a name',
    );
  });

  const ways = WAYS.flatMap(([way, write]) =>
    SECRETS.map(([what, secret]) => ({ way, write, what, secret })),
  );
  test.each(ways)('does not repeat $what: $way', async ({ write, secret }) => {
    const shown = await write(`found ${secret}, expected a name`);
    expect(shown).toContain('found <token>, expected a name');
    const longest = secret.split('.').filter((part) => part.length >= 16);
    expect(longest.filter((part) => shown.includes(part))).toEqual([]);
  });

  test.each([
    'access.yaml:12:3: at groups[`orders-readers`]: expected a list',
    'https://acme.okta.com/oauth2/aus1abcdefghijklmnop',
    'execute-api.eu-central-1.amazonaws.com',
    'a.b.c, 1.22.333, okta-group-authorizer.ts',
  ])('leaves alone: %s', (text) => {
    expect(redactTokens(text)).toBe(text);
  });

  test('holds no three base64url parts of token length, whatever stands around them', () => {
    const part = fc
      .uint8Array({ minLength: 12, maxLength: 60 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    fc.assert(
      fc.property(fc.tuple(part, part, part), fc.string(), fc.string(), (parts, before, after) => {
        const secret = parts.join('.');
        expect(redactTokens(`${before}${secret}${after}`)).not.toContain(secret);
      }),
    );
  });

  test.each([
    ['letters', 'a'],
    ['words and dots', `${'a'.repeat(20)}.`],
    ['words and spaces', `${'a'.repeat(20)} `],
  ])('takes time that grows with the text as a line does: %s', (_, unit) => {
    const fastest = (size: number): number => {
      const text = unit.repeat(size / unit.length);
      const times = Array.from({ length: 10 }, () => {
        const started = performance.now();
        redactTokens(text);
        return performance.now() - started;
      });
      return Math.min(...times);
    };
    fastest(16_000);
    // Eight times the size: a quadratic step would cost 64 times as much. The constant keeps noise
    // out of short times.
    expect(fastest(128_000)).toBeLessThan(24 * fastest(16_000) + 2);
  });
});
