import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../../lib/commands/index.ts';
import { type CommandSpec, defineCommand } from '../../../../lib/commands/shell/command.ts';
import { runProgram } from '../../../../lib/commands/shell/program.ts';
import { programOf } from '../../../support/program.ts';
import { capture, EXAMPLE, project } from '../project.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln';

async function ran(
  args: readonly string[],
  commands = COMMANDS,
  env: Readonly<Record<string, string>> = {},
) {
  const io = capture(project({ 'access.yaml': EXAMPLE }), { env });
  const code = await runProgram(args, io, { commands, version: '1.2.3' });
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

test('a base beside the folder of the map is read where `--root` says so', async () => {
  const folder = project({ 'base.yaml': EXAMPLE });
  mkdirSync(join(folder, 'stage'));
  writeFileSync(join(folder, 'stage', 'access.yaml'), 'extends: ../base.yaml\n');
  const check = async (...more: readonly string[]) => {
    const io = capture(join(folder, 'stage'));
    const code = await runProgram(['check', ...more], io, { commands: COMMANDS, version: '1' });
    return { code, stdout: io.stdout() };
  };
  expect(await check()).toEqual({
    code: 1,
    stdout: expect.stringMatching(/`--root`/),
  });
  expect(await check('--root', '..')).toMatchObject({ code: 0 });
});

test.each([
  ['a right-to-left override', '\u202e', '\\\\u202e', /: warning: /],
  ['a bell', '\u0007', '\\\\u0007', /found `contr\\u0007actors`/],
  ['an escape sequence', '\u001b[31m', '\\\\u001b', /found `contr\\u001b\[31mactors`/],
])(
  '%s in a name is shown escaped, and warned of where a name may have it',
  async (_, hidden, shown, says) => {
    const yaml = EXAMPLE.replaceAll('contractors', JSON.stringify(`contr${hidden}actors`));
    const io = capture(project({ 'access.yaml': yaml }));
    const matrices = ['table', 'csv', 'html'].map((format) => ['matrix', '--format', format]);
    for (const args of [
      ...matrices,
      ...[['check'], ['check', '--json'], ['matrix', '--json'], ['test'], ['types']],
    ])
      await runProgram(args, io, { commands: COMMANDS, version: '1' });
    await runProgram(['explain', '--route', `GET /${hidden}`], io, {
      commands: COMMANDS,
      version: '1',
    });
    const text = io.stdout() + io.stderr();
    expect(text).toMatch(says);
    expect(text).toMatch(new RegExp(`contr${shown}`));
    expect(text).not.toContain(hidden);
  },
);

describe('a wrong command line', () => {
  test.each([
    { args: ['chek'], says: 'unknown command `chek`, did you mean `check`?' },
    { args: ['frobnicate'], says: 'unknown command `frobnicate`: see `--help`' },
    {
      args: ['explain', '--rout', 'GET /orders'],
      says: 'unknown option `--rout`, did you mean one of `--root, --route`?',
    },
    { args: ['explain'], says: 'expected `--route <route>`, found no such option: see `--help`' },
    {
      args: ['explain', '--route'],
      says: 'option `--route <route>` argument missing: see `--help`',
    },
    {
      args: ['explain', '--route', 'GET /orders', 'more'],
      says: 'too many arguments for `explain`, expected 0 arguments but got 1: see `--help`',
    },
    {
      args: ['explain', '--route', 'GET /orders', '--expect', 'maybe'],
      says: 'option `--expect <effect>` argument `maybe` is invalid, allowed choices are allow, deny: see `--help`',
    },
    {
      args: ['explain', '--route', 'GET /orders', '--group', 'a', '--machine', 'b'],
      says: 'expected `--group` or `--machine`, found both: a machine has the groups that the map gives it',
    },
    { args: [TOKEN], says: 'unknown command `<token>`: see `--help`' },
  ])('$args is reported in one line and ends with 2', async ({ args, says }) => {
    expect(await ran(args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `okta-group-authorizer: ${says}\n`,
    });
  });

  test('without a command ends with 2 and the list of commands', async () => {
    const { code, stderr } = await ran([]);
    expect(code).toBe(2);
    for (const { name } of COMMANDS) expect(stderr).toContain(`\n  ${name} `);
  });
});

describe('`--json` prints one shape', () => {
  const SHAPE = { ok: expect.any(Boolean), exit: expect.any(Number), problems: expect.any(Array) };
  const answer = (stdout: string) => {
    expect(stdout).toMatch(/^\{.*\}\n$/);
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  };

  test.each([
    { args: ['frobnicate'], code: 2, message: expect.stringContaining('`frobnicate`') },
    { args: ['check', '--no-such'], code: 2, message: expect.stringContaining('`--no-such`') },
    { args: ['explain', '--route', 'foo'], code: 2, message: expect.stringContaining('`foo`') },
    { args: ['diff', 'nowhere'], code: 2, message: expect.stringContaining('`nowhere`') },
    { args: ['matrix', '--map', 'no.yaml'], code: 1, message: expect.stringContaining('no.yaml') },
    { args: ['inject', 'no.yaml', '-o', 'out.yaml'], code: 2, message: expect.anything() },
  ])('for $args, which ends with $code', async ({ args, code, message }) => {
    const { stdout, ...rest } = await ran([...args, '--json']);
    expect(rest.code).toBe(code);
    const problem = expect.objectContaining({ severity: 'error', message });
    expect(answer(stdout)).toMatchObject({ ok: false, exit: code, problems: [problem] });
  });

  test.each(COMMANDS.map(({ name }) => name))(
    'for an option that %s does not have',
    async (name) => {
      const { stdout } = await ran([name, '--no-such-option', '--json']);
      expect(answer(stdout)).toMatchObject({ ...SHAPE, ok: false, exit: 2 });
    },
  );

  test.each(
    COMMANDS.map(({ name }) => name).filter((name) => !['login', 'types', 'inject'].includes(name)),
  )('for the help of %s', async (name) => {
    const help = await ran([name, '--help', '--json']);
    expect(answer(help.stdout)).toMatchObject({
      ...SHAPE,
      ok: true,
      output: expect.stringContaining('Usage'),
    });
  });

  test.each([['check'], ['matrix'], ['test'], ['explain', '--route', 'GET /orders']])(
    'around what %s prints',
    async (...args) => {
      const { code, stdout } = await ran([...args, '--json']);
      expect(answer(stdout)).toMatchObject({
        ok: code === 0,
        exit: code,
        problems: expect.any(Array),
      });
    },
  );

  test('for a failure that nobody foresaw', async () => {
    const fail = defineCommand({
      ...{ name: 'fail', summary: 'fail', examples: ['fail'], declare: () => undefined },
      run: () => {
        throw new Error(`broken with ${TOKEN}`);
      },
    });
    const { stdout } = await ran(['fail', '--json'], [fail]);
    expect(answer(stdout)).toMatchObject({ ok: false, exit: 1 });
    expect(stdout).not.toContain(TOKEN);
  });

  test('but for what a command is run for, where it succeeds', async () => {
    expect((await ran(['types', '--json'])).stdout).toBe((await ran(['types'])).stdout);
    expect((await ran(['types', '--map', 'no.yaml', '--json'])).stdout).toMatch(/^\{"ok":false/);
    expect((await ran(['login', '--help', '--json'])).stdout).toMatch(/^Usage/);
  });
});

describe('help', () => {
  test.each(COMMANDS.map(({ name }) => name))('of %s has an example', async (name) => {
    const { code, stdout } = await ran([name, '--help']);
    expect(code).toBe(0);
    const examples = stdout
      .split('\n')
      .filter((line) => line.startsWith('  $ npx okta-group-authorizer '));
    expect(examples.length).toBeGreaterThan(0);
  });

  test('and version are printed where programs look for them', async () => {
    expect(await ran(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
    expect(await ran(['--help'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('Usage: okta-group-authorizer'),
    });
  });
});

test('repeated options are collected in order, and what was positional is among the options', async () => {
  const { stdout } = await ran([
    'explain',
    '--route',
    'GET /reports/{year}',
    '--group',
    'orders-admins',
    '--group',
    'contractors',
    '--json',
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ groups: ['orders-admins', 'contractors'] });
  const checked = await ran(['check', 'access.yaml', 'access.yaml', '--json']);
  expect((JSON.parse(checked.stdout) as { readonly maps: readonly unknown[] }).maps).toHaveLength(
    2,
  );
});

describe('a failure that nobody foresaw', () => {
  const spec: CommandSpec<object> = {
    name: 'fail',
    summary: 'fail',
    examples: ['fail'],
    declare: () => undefined,
    run: () => {
      throw new Error(`broken with ${TOKEN}\nand more`);
    },
  };
  test('is one line without a token, and ends with 1', async () => {
    const stderr = expect.stringMatching(
      /^okta-group-authorizer: .*broken with <token> .*DEBUG=1.*\n$/,
    );
    expect(await ran(['fail'], [defineCommand(spec)])).toEqual({ code: 1, stdout: '', stderr });
  });

  test('shows where it happened when asked to', async () => {
    const { stderr } = await ran(['fail'], [defineCommand(spec)], { DEBUG: '1' });
    expect(stderr).toContain('    at ');
    expect(stderr).not.toContain(TOKEN);
  });
});

test('the program hands over the exit code, also when its reader has gone', async () => {
  const root = join(__dirname, '../../../..');
  const cli = `'${process.execPath}' '${await programOf('bin/cli.ts')}'`;
  const script = `${cli} explain --route 'GET /ordes' --expect deny --json; echo "code $?"; { ${cli} check; echo "code $?" >&2; } | true`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: root, encoding: 'utf8' });
  expect(stdout).toMatch(/"code":"ROUTE_UNMAPPED".*\ncode 1\n$/);
  expect(stderr).toMatch(/^.*`GET \/ordes`.*\ncode 0\n$/);
}, 60_000);
