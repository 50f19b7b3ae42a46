/**
 * The first screen: what README shows is what the commands print, and each question has an answer.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { capture, project } from '../lib/commands/project.ts';
import { codeBlocks, commandLines } from './support/code-blocks.ts';
import { runCommand } from './support/run-command.ts';

describe('README.md', () => {
  const blocks = codeBlocks(['README.md']);
  const map = blocks.find(({ language }) => language === 'yaml')?.text ?? '';
  const run = async (parameters: readonly string[]) => {
    const io = capture(project({ 'access.yaml': map }));
    const { code } = await runCommand(parameters, io);
    return { code, output: io.stdout() };
  };

  test('has at most 150 lines', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(150);
  });

  test('shows a map that is good', async () => {
    const { code, output } = await run(['check']);
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  test('explains a refusal as the command does', async () => {
    const line = commandLines(['README.md']).find(({ tokens }) => tokens[0] === 'explain');
    const { output } = await run(line?.tokens ?? []);
    const shown = blocks.find(({ language }) => language === 'text')?.text.trimEnd() ?? '';
    expect(shown.split('\n')).toHaveLength(2);
    expect(output).toContain(shown);
  });
});

test('the first page answers each question of a newcomer, with a link', () => {
  const page = readFileSync('docs/index.md', 'utf8');
  const section = page.split('## Questions that newcomers ask')[1]?.split('\n## ')[0] ?? '';
  const answers = section.split(/^(?=\*\*)/m).slice(1);
  expect(answers.map((answer) => /^\*\*(.+?)\*\*/.exec(answer)?.[1])).toEqual([
    'Does `check` run the tests of the map?',
    'How do two quotas combine?',
    'How do I try my token?',
    'How do I begin?',
    'Which groups may delete orders?',
    'A leaver: when is he out?',
  ]);
  expect(answers.filter((answer) => !/\]\([^)]+\)/.test(answer))).toEqual([]);
});
