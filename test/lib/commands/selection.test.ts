import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../lib/commands/index.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';

async function ran(
  args: readonly string[],
  files: Readonly<Record<string, string>> = { 'access.yaml': EXAMPLE },
  stdin?: string,
) {
  const input = {
    isTerminal: stdin === undefined,
    read: async () => stdin ?? '',
    askHidden: async () => '',
  };
  const io = capture(project(files), { input });
  const code = await runProgram(args, io, { commands: COMMANDS, version: '1' });
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

describe('`check`', () => {
  test('reads standard input, and what the map names from the working folder', async () => {
    expect((await ran(['check', '-'], {}, EXAMPLE)).stdout).toMatch(/^stdin: good/);
    const based = await ran(['check', '-'], { 'base.yaml': EXAMPLE }, 'extends: base.yaml\n');
    expect(based).toMatchObject({ code: 0 });
    const broken = await ran(['check', '-'], {}, exampleWith(['[orders:read]', '[orders:raed]']));
    expect(broken).toMatchObject({ code: 1, stdout: expect.stringContaining('stdin:44:13: ') });
  });

  test('refuses a terminal', async () => {
    expect(await ran(['check', '-'])).toMatchObject({ code: 2 });
  });

  test('expands globs, a name with such letters first', async () => {
    const files = { 'a.yaml': EXAMPLE, 'b.yaml': EXAMPLE, '[c].yaml': EXAMPLE, 'c.yaml': 'no' };
    const sources = async (...names: string[]) => {
      const { stdout } = await ran(['check', ...names, '--json'], files);
      const { maps } = JSON.parse(stdout) as { maps: readonly { readonly source: string }[] };
      return maps.map(({ source }) => source);
    };
    expect(await sources('{a,b}.yaml')).toEqual(['a.yaml', 'b.yaml']);
    expect(await sources('[c].yaml')).toEqual(['[c].yaml']);
    expect(await ran(['check', 'x*.yaml'], files)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`x*.yaml`, which matches no file'),
    });
  });

  test('says in an empty folder how to begin', async () => {
    const { code, stderr } = await ran(['check'], {});
    expect(code).toBe(1);
    expect(stderr).toContain('`npx okta-group-authorizer init -o access.yaml`');
    expect((await ran(['check', 'other.yaml'], {})).stderr).toBe('');
  });
});

describe('`matrix`', () => {
  test('shows the groups and routes that are named', async () => {
    const { stdout } = await ran([
      ...['matrix', '--json', '--group', 'contractors', '--group', 'partners'],
      ...['--route', 'GET /orders/42'],
    ]);
    const { subjects, routes } = JSON.parse(stdout) as {
      readonly subjects: readonly { readonly name: string }[];
      readonly routes: readonly { readonly key: string; readonly cells: readonly unknown[] }[];
    };
    expect(subjects.map(({ name }) => name).toSorted()).toEqual(['contractors', 'partners']);
    expect(routes.map(({ key, cells }) => [key, cells.length])).toEqual([['GET /orders/{id}', 2]]);
  });

  test.each([
    ['--group', 'partner', 'partners'],
    ['--route', 'GET /ordes', 'GET /orders'],
  ])('%s %s is no name of the map', async (option, name, nearest) => {
    const { code, stderr } = await ran(['matrix', option, name]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`found \`${name}\`, did you mean \`${nearest}\`?`),
    });
  });
});

describe('`explain` without a route', () => {
  test('lists what the group may do, each cell as the matrix has it', async () => {
    const { code, stdout } = await ran(['explain', '--group', 'partners', '--json']);
    const { routes } = JSON.parse(stdout) as {
      readonly routes: readonly { readonly route: string; readonly cell: unknown }[];
    };
    const matrix = JSON.parse((await ran(['matrix', '--group', 'partners', '--json'])).stdout) as {
      readonly routes: readonly { readonly key: string; readonly cells: readonly unknown[] }[];
    };
    expect(code).toBe(0);
    expect(routes).toEqual(matrix.routes.map(({ key, cells }) => ({ route: key, cell: cells[0] })));
    const text = (await ran(['explain', '--group', 'partners'])).stdout;
    expect(text).toMatch(/^`partners`: \d of 8 routes\n/);
    expect(text).toMatch(/^ *GET \/orders +allowed$/m);
    expect(text).not.toContain('closed');
  });

  test('says that the map has no such group', async () => {
    expect((await ran(['explain', '--group', 'nobody'])).stdout).toContain('no `nobody`');
  });

  test.each([[['explain']], [['explain', '--group', 'partners', '--expect', 'allow']]])(
    '%s needs one',
    async (args) => {
      expect(await ran(args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('expected `--route <route>`'),
      });
    },
  );
});

describe('`init` without a source', () => {
  const begun = async (...known: string[]) => {
    const io = capture(project({}));
    const run = (...args: string[]) => runProgram(args, io, { commands: COMMANDS, version: '1' });
    const init = await run('init', '-o', 'access.yaml', ...known);
    const check = await run('check', '--json');
    const { maps } = io.json() as {
      readonly maps: readonly [{ readonly problems: readonly Told[] }];
    };
    return {
      init,
      check,
      problems: maps[0].problems,
      second: await run('init', '-o', 'access.yaml'),
    };
  };
  interface Told {
    readonly severity: string;
    readonly code: string;
  }

  test('writes a map whose only problems are the steps that are left', async () => {
    const { init, check, problems, second } = await begun();
    expect({ init, check, second }).toEqual({ init: 0, check: 1, second: 2 });
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(2);
    expect(new Set(errors.map(({ code }) => code)).size).toBe(1);
  });

  test('leaves none of them where the command line says all', async () => {
    const { init, check } = await begun(
      ...['--issuer', 'https://retail.okta.com/oauth2/aus1', '--audience', 'api://shop'],
      ...['--client', '0oa1web', '--upstream', 'https://orders.example.org'],
    );
    expect({ init, check }).toEqual({ init: 0, check: 0 });
  });
});
