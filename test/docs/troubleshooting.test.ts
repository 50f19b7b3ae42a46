/** What the page says that `token` prints, for tokens with one thing wrong. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { capture, EXAMPLE, project } from '../lib/commands/project.ts';
import { sourceFiles } from '../support/folder-graph.ts';
import { attribute, codeBlocks } from './support/code-blocks.ts';
import { runCommand } from './support/run-command.ts';

const MAP = join(project({ 'access.yaml': EXAMPLE }), 'access.yaml');
const NOW = 1_800_000_000;
const issuer = /issuer: "?([^\s",}]+)/.exec(EXAMPLE)?.[1] ?? '';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Unsigned: the command sends a token nowhere, so it checks no signature. */
function tokenWith(claims: object): string {
  const payload = {
    ...{ ver: 1, jti: 'AT.1', iss: issuer, aud: 'api://orders', iat: NOW - 60, exp: NOW + 600 },
    ...{ cid: '0oa1web', uid: '00u1reader', sub: 'reader@example.com', scp: ['openid'] },
    groups: ['orders-readers'],
    ...claims,
  };
  const signature = Buffer.alloc(256, 1).toString('base64url');
  return `${part({ alg: 'RS256', kid: 'k1' })}.${part(payload)}.${signature}`;
}

const WRONG: Readonly<Record<string, object>> = {
  good: {},
  audience: { aud: 'api://other' },
  issuer: { iss: new URL(issuer).origin },
  client: { cid: '0oa9other' },
  group: { groups: ['something'] },
};

describe('docs/how-to/troubleshooting.md', () => {
  const blocks = codeBlocks(['docs/how-to/troubleshooting.md']).flatMap((block) => {
    const token = attribute(block, 'token');
    return token === undefined ? [] : [[token, block.text] as const];
  });

  test('shows each of these tokens', () => {
    expect(blocks.map(([token]) => token).sort()).toEqual(Object.keys(WRONG).sort());
  });

  test.each(blocks)('says what is printed for a token with another %s', async (token, text) => {
    const input = { isTerminal: false, read: async () => tokenWith(WRONG[token] ?? {}) };
    const io = capture('.', {
      now: () => NOW * 1_000,
      input: { ...input, askHidden: () => Promise.reject(new Error('no terminal')) },
    } as Parameters<typeof capture>[1]);
    const { output: printed } = await runCommand(['token', '-', '--map', MAP], io);
    const missing = text
      .trimEnd()
      .split('\n')
      .filter((line) => !printed.includes(line));
    expect({ missing, printed }).toMatchObject({ missing: [] });
  });

  const ofKind = (kind: string) =>
    codeBlocks(['docs/how-to/troubleshooting.md']).filter(({ attributes }) => attributes === kind);

  const printedBy = async (parameters: readonly string[]): Promise<string> =>
    (await runCommand(parameters, capture(dirname(MAP)))).output;

  test('shows the line of check that has the bounds', async () => {
    const printed = await printedBy(['check']);
    expect(ofKind('check')).toHaveLength(1);
    for (const { text } of ofKind('check')) expect(printed).toContain(text.trim());
  });

  test('shows sentences of the okta commands, with gaps', () => {
    const code = sourceFiles(['lib/okta']).map((file) =>
      readFileSync(file, 'utf8').replaceAll('\\`', '`'),
    );
    const lines = ofKind('says').flatMap(({ text }) => text.trim().split('\n'));
    expect(lines).toHaveLength(4);
    const parts = lines.flatMap((line) => line.split('…')).map((part) => part.trim());
    const missing = parts.filter((part) => !code.some((text) => text.includes(part)));
    expect(missing).toEqual([]);
  });
});
