/** Completion as bash asks for it, of the command line as it is run. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../../lib/commands/index.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { capture, project } from './project.ts';

/** A folder of programs with ours in it. */
const bin = mkdtempSync(join(tmpdir(), 'completion-'));
const program = join(bin, 'okta-group-authorizer');
const tsx = require.resolve('tsx');
writeFileSync(
  program,
  `#!/bin/sh\nexec '${process.execPath}' --import '${tsx}' '${resolve('bin/cli.ts')}' "$@"\n`,
);
chmodSync(program, 0o755);

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

test('bash completes commands, options and values, and leaves files to itself', () => {
  const lines = [
    'okta-group-authorizer ch',
    'okta-group-authorizer okta ',
    'okta-group-authorizer check --skip',
    'okta-group-authorizer matrix --format ',
    'okta-group-authorizer diff --fail-on wid',
    'okta-group-authorizer check acc',
  ];
  const out = execFileSync('bash', ['--norc', '-c', SCRIPT, 'bash', ...lines], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
  });
  expect(out.split('\n')).toEqual([
    'check',
    'plan apply verify export rotate-hook-secret help',
    '--skip-tests',
    'table csv json html',
    'widened',
    '',
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
    ['token\tsay what is wrong with a token, which setting to fix, and which routes it opens'],
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

test('the command behind the script stands in no list', async () => {
  const io = capture(project({}));
  await runProgram(['--help'], io, { commands: COMMANDS, version: '0' });
  expect(io.stdout()).toContain('completion');
  expect(io.stdout()).not.toContain('completion-server');
});
