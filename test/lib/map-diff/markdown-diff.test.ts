import { describe, expect, test } from '@jest/globals';
import { runDiff } from '../../../lib/commands/diff.ts';
import type { Change } from '../../../lib/map-diff/index.ts';
import { markdownDiff } from '../../../lib/map-diff/markdown-diff.ts';
import { capture, EXAMPLE, project } from '../commands/project.ts';

const map = { source: 'access.yaml', version: '1' } as Parameters<typeof markdownDiff>[0];
const change = (subject: string, more: Partial<Change> = {}): Change =>
  ({ kind: 'setting', subject, widened: true, ...more }) as Change;

describe('diff --format markdown', () => {
  test('tells what lets more in before the rest', async () => {
    const files = {
      'old.yaml': EXAMPLE,
      'new.yaml': `${EXAMPLE}\nmode: shadow\n`,
    };
    const io = capture(project(files));
    const options = {
      old: 'old.yaml',
      new: 'new.yaml',
      format: 'markdown',
      failOn: 'widened',
    } as const;
    expect(await runDiff(options, io)).toBe(1);
    expect(io.stdout().split('\n')).toEqual([
      '### Access map: lets more in',
      '',
      expect.stringMatching(/^`old.yaml` \([0-9a-f]{16}\) → `new.yaml` \([0-9a-f]{16}\)$/),
      '',
      '**⚠️ 1 change that let more in**',
      '',
      '| what | route | before | after |',
      '| --- | --- | --- | --- |',
      '| `mode` |  | `enforce` | `shadow` |',
      '',
    ]);
    const same = capture(project(files));
    expect(await runDiff({ ...options, new: 'old.yaml' }, same)).toBe(0);
    expect(same.stdout()).not.toMatch(/^\|/m);
  });

  test('is not given together with --json', async () => {
    const io = capture(project({ 'old.yaml': EXAMPLE }));
    const options = { old: 'old.yaml', new: 'old.yaml', json: true, format: 'markdown' } as const;
    await expect(runDiff(options, io)).rejects.toThrow(/`--json`/);
  });

  test.each([
    ['a | b', '`a \\| b`'],
    ['`x`', '`` `x` ``'],
    ['@everyone [link](https://a.example)', '`@everyone [link](https://a.example)`'],
    ['two\nlines', '`two\\u000alines`'],
    ['``', '``` `` ```'],
  ])('%j is code and nothing else', (subject, written) => {
    expect(markdownDiff(map, map, [change(subject)])).toContain(`| ${written} |`);
  });

  test('fits into a comment', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => change(`setting.${at}`));
    const text = markdownDiff(map, map, many);
    expect(text.length).toBeLessThan(61_000);
    expect(text).toMatch(/… .*\d,\d{3}/);
  });
});
