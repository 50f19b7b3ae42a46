import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { registerRun, removeDeadRuns, runFolderPrefix } from '../../local/local-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'runs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('folders of runs that were killed are taken away, those of running ones stay', () => {
  const runs = join(folder, 'runs');
  const names = [`${runFolderPrefix()}abc`, `run-${2 ** 30}-abc`, 'state'];
  for (const name of names) mkdirSync(join(runs, name), { recursive: true });
  removeDeadRuns(runs);
  expect(readdirSync(runs).toSorted()).toEqual([names[0], 'state'].toSorted());
  expect(existsSync(join(runs, names[1] ?? ''))).toBe(false);
});

test('a run is announced until it ends, and those that were killed no longer', () => {
  const announced = join(folder, '.local/runs');
  const issuer = 'http://127.0.0.1:4001/oauth2/default';
  registerRun(folder, { pid: 2 ** 30, maps: ['/a.yaml'], issuer });
  const takeBack = registerRun(folder, { pid: process.pid, maps: ['/a.yaml'], issuer });
  expect(readdirSync(announced)).toEqual([`${process.pid}.json`]);
  takeBack();
  expect(readdirSync(announced)).toEqual([]);
});
