/** Completion as bash asks for it, of the command line as it is run. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../lib/commands/index.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { programOf } from '../../support/program.ts';
import { sampled } from '../../support/tier.ts';
import { capture, project } from './project.ts';

/** A folder of programs with ours in it. */
const bin = mkdtempSync(join(tmpdir(), 'completion-'));
beforeAll(async () => {
  const program = await programOf('bin/cli.ts');
  const file = join(bin, 'okta-group-authorizer');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(file, 0o755);
});

/** Loads the script, types each line, and prints what bash would offer. */
const SCRIPT = `
source <(okta-group-authorizer completion bash)
offered() {
  COMP_LINE="$1"; COMP_POINT=\${#COMP_LINE}; read -ra COMP_WORDS <<< "$1"
  [[ "$1" == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); COMPREPLY=()
  "$(complete -p okta-group-authorizer | sed -E 's/.*-F ([^ ]+).*/\\1/')"
  echo "\${COMPREPLY[*]}"
}
for line in "$@"; do offered "$line"; done
complete -p okta-group-authorizer
`;

const LINES: readonly (readonly [typed: string, offered: string])[] = [
  ['diff --fail-on wid', 'widened'],
  ['check acc', ''],
  ['ch', 'check'],
  ['okta ', 'plan apply verify export rotate-hook-secret help'],
  ['check --skip', '--skip-tests'],
  ['matrix --format ', 'table csv json html'],
];

test('bash completes commands, options and values, and leaves files to itself', () => {
  // Each line starts the command line once.
  const lines = sampled(LINES, LINES.length);
  const typed = lines.map(([line]) => `okta-group-authorizer ${line}`);
  const out = execFileSync('bash', ['--norc', '-c', SCRIPT, 'bash', ...typed], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
  });
  expect(out.split('\n')).toEqual([
    ...lines.map(([, offered]) => offered),
    expect.stringContaining('-o default'),
    '',
  ]);
}, 120_000);

const asked = async (shell: string, ...typed: readonly string[]) => {
  const env = { SHELL: shell, COMP_CWORD: String(typed.length) };
  const io = capture(project({}), { env });
  const line = ['completion-server', '--', 'okta-group-authorizer', ...typed];
  const code = await runProgram(line, io, { commands: COMMANDS, version: '0' });
  return [code, io.stdout().split('\n').slice(0, -1)] as const;
};

test.each([
  [
    'fish',
    ['tok'],
    ['token\tsay what is wrong with a token, which setting to fix, and which routes it may call'],
  ],
  ['zsh', ['completion', 'z'], ['zsh']],
  ['zsh', ['okta', 'ver'], ['verify:find what in Okta would break the maps or make tokens fail']],
  ['zsh', ['init', '--base-path', ''], ['__tabtab_complete_files__']],
])('%s is told what follows %j', async (shell, typed, offered) => {
  expect(await asked(shell, ...typed)).toEqual([0, offered]);
});

test.each(['bash', 'zsh', 'fish'])('the script for %s names the program', async (shell) => {
  const io = capture(project({}));
  expect(await runProgram(['completion', shell], io, { commands: COMMANDS, version: '0' })).toBe(0);
  expect(io.stdout()).toContain('okta-group-authorizer completion-server');
});

test('the command that the script calls stands in no list', async () => {
  const io = capture(project({}));
  await runProgram(['--help'], io, { commands: COMMANDS, version: '0' });
  expect(io.stdout()).toContain('completion');
  expect(io.stdout()).not.toContain('completion-server');
});
