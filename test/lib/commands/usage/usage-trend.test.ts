import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../../lib/commands/index.ts';
import { runProgram } from '../../../../lib/commands/shell/program.ts';
import { jsonLines, user } from '../../../support/recorded-traffic.ts';
import { BEGIN, calls, scene, TRAFFIC } from '../recorded-scene.ts';

describe('usage --trend', () => {
  const ran = async (args: readonly string[], from = scene()) => {
    const { folder, io } = await from;
    const code = await runProgram(['usage', '--trend', ...args], io, {
      commands: COMMANDS,
      version: '0',
    });
    return { code, out: io.stdout(), err: io.stderr(), folder };
  };

  test('shows sparklines by outcome, route, group and code', async () => {
    const { code, out } = await ran(['decisions.jsonl']);
    expect(code).toBe(0);
    expect(out).toContain('calls:\n  allowed  █  5\n  refused  █  6\n');
    expect(out).toContain(
      'by route (decision records):\n  GET /orders          █  5\n  POST /orders         █  3\n',
    );
    expect(out).toContain('by group:\n  orders-readers  █  5\n  partners        █  2\n');
    expect(out).toContain('  GROUP_NOT_ALLOWED  █  3\n');
  });

  test('the access log tells of routes, the records of the rest; weights count', async () => {
    const from = await scene(TRAFFIC, {}, (record) => ({ ...record, weight: 3 }));
    writeFileSync(
      join(from.folder, 'access.jsonl'),
      jsonLines([{ routeKey: 'GET /health', status: '200', time: BEGIN, uid: '-' }]),
    );
    const { out } = await ran(['.', '--json'], Promise.resolve(from));
    expect(JSON.parse(out)).toMatchObject({
      routesFrom: 'access log',
      routes: [{ name: 'GET /health', total: 1 }],
      statuses: [{ name: '2xx', total: 1 }],
      outcomes: [
        { name: 'allowed', total: 15 },
        { name: 'refused', total: 18 },
      ],
    });
  });

  test.each([
    [30, undefined, 'minute'],
    [4 * 60, undefined, 'hour'],
    [5 * 24 * 60, undefined, 'day'],
    [30, 'hour', 'hour'],
    [40 * 60, 'minute', 'hour'],
  ])('a span of %i minutes with --by %s is shown by %s', async (minutes, by, step) => {
    const made = [0, minutes].map((minute) => ({
      at: BEGIN + minute * 60_000,
      route: 'GET /orders',
      principal: user('00u1', ['orders-readers']),
    }));
    const { out } = await ran(
      ['decisions.jsonl', '--json', ...(by === undefined ? [] : ['--by', by])],
      scene(made),
    );
    const found = JSON.parse(out) as {
      step: string;
      starts: string[];
      outcomes: { total: number; counts: number[] }[];
    };
    expect(found.step).toBe(step);
    expect(found.outcomes[0]?.total).toBe(2);
    expect(found.outcomes[0]?.counts.filter((count) => count > 0)).toEqual(
      found.starts.length === 1 ? [2] : [1, 1],
    );
    expect(found.outcomes[0]?.counts.at(-1)).toBeGreaterThan(0);
    expect(found.starts).toHaveLength(found.outcomes[0]?.counts.length ?? 0);
  });

  test('is one page without network and script, whose data no name can break out of', async () => {
    const hostile = calls(
      [user('00u1', ['orders-readers']), '</title><script>alert(1)</script>'],
      [user('"><img src=x>', ['orders-readers']), 'GET /orders', 61],
    );
    const { folder, err } = await ran(
      ['decisions.jsonl', '--format', 'html', '-o', 'trend.html'],
      scene(hostile),
    );
    const page = readFileSync(join(folder, 'trend.html'), 'utf8');
    expect(err).toBe('wrote trend.html\n');
    expect(page).not.toMatch(/<script|<img|https?:\/\//);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain(
      '<title id="outcomes-title">Decisions over time, by minute</title><desc id="outcomes-says">Bars by minute. In all: allowed 60, refused 2. Most in one minute: 62, at 2026-11-22 10:00.</desc>',
    );
  });

  test('a step has the parts of its bar and the row of the table, so that no number is in the plot alone', async () => {
    const { folder } = await ran(['decisions.jsonl', '--format', 'html', '-o', 'trend.html']);
    const page = readFileSync(join(folder, 'trend.html'), 'utf8');
    expect(page).toContain(
      '<g><title>2026-11-22 10:00: allowed: 5, refused: 6</title><rect class="good"',
    );
    expect(page).toContain(
      '<tr><th scope="row">2026-11-22 10:00</th><td class="number">5</td><td class="number">6</td></tr>',
    );
  });

  test.each([
    [['--table', 'x'], 'expected no `--table` beside `--trend`: see `--help`'],
    [['absent.jsonl'], 'expected a file or a folder of records, found nothing at `absent.jsonl`'],
    [[], 'expected files of records, or `--log-group`, found neither, and no folder `.records`'],
    [
      ['decisions.jsonl', '--since', 'yesterday'],
      '--since: expected a time such as `90d`, `12h` or `2026-11-01`, found `yesterday`',
    ],
  ])('%j is told in one line', async (args, message) => {
    expect((await ran(args)).err).toBe(`okta-group-authorizer: ${message}\n`);
  });

  test('without --trend its options are refused, and the table is asked for', async () => {
    const { io } = await scene();
    expect(
      await runProgram(['usage', 'decisions.jsonl'], io, { commands: COMMANDS, version: '0' }),
    ).toBe(2);
    expect(await runProgram(['usage'], io, { commands: COMMANDS, version: '0' })).toBe(2);
    expect(io.stderr()).toBe(
      'okta-group-authorizer: expected `--trend` beside files of records: see `--help`\n' +
        'okta-group-authorizer: expected `-t, --table <name>`, or `--trend`, found no such option: see `--help`\n',
    );
  });
});
