import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { recordFiles, withPlacesOf } from '../../local/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const decision = (rule?: object): string =>
  JSON.stringify({ record: 'decision', v: 1, effect: 'deny', ...(rule && { rule }) });

test('a run keeps its own records, and nothing else that functions write', () => {
  const [first, second] = [recordFiles(join(folder, 'kept')), recordFiles(join(folder, 'kept'))];
  expect(existsSync(first.decisions)).toBe(false);
  first.begin();
  for (const line of [
    decision(),
    'text',
    '{"_aws":{}}',
    '{"record":"decision"',
    '{"record":"fault"}',
  ])
    first.onLine(line);
  first.onCall({ accessLogLine: '{"status":"403"}' });
  first.onCall({ accessLogLine: undefined });
  expect([readFileSync(first.decisions, 'utf8'), readFileSync(first.accessLog, 'utf8')]).toEqual([
    `${decision()}\n`,
    '{"status":"403"}\n',
  ]);
  second.begin();
  expect(readFileSync(first.decisions, 'utf8')).toBe('');
});

test('a rule is named where it stands in the map as the user wrote it', () => {
  const placed = withPlacesOf(new Map([['groups.readers.allow[0]', 'access.yaml:9:7']]));
  const rule = { path: 'groups.readers.allow[0]', at: 'access.yaml:3:1' };
  expect(placed(decision(rule))).toBe(decision({ ...rule, at: 'access.yaml:9:7' }));
  expect(placed(decision({ path: 'groups.other.allow[0]', at: 'access.yaml:3:1' }))).toBe(
    decision({ path: 'groups.other.allow[0]' }),
  );
  for (const line of [decision(), 'text', '{"record":"decision"']) expect(placed(line)).toBe(line);
});
