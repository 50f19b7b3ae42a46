/**
 * Each step of the tutorial, as a reader does it: the map grows, and the commands say what the page
 * says.
 */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROGRAM } from '../../lib/commands/shell/command.ts';
import { capture, project } from '../lib/commands/project.ts';
import { attribute, type CodeBlock, codeBlocks, tokensOf } from './support/code-blocks.ts';
import { type Answer, runCommand } from './support/run-command.ts';

const PAGE = 'docs/start/tutorial.md';
const blocks = codeBlocks([PAGE]).filter((block) => attribute(block, 'step') !== undefined);

/** The top-level sections of a text of YAML, by name. */
function sectionsOf(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^(?=[a-zA-Z]+:)/m).filter((part) => part.trim() !== '');
  return new Map(parts.map((part) => [part.slice(0, part.indexOf(':')), part]));
}

async function runBlock(block: CodeBlock, folder: string): Promise<Answer> {
  const [program, ...tokens] = tokensOf(block.text.trim());
  if (program === 'cp') {
    const [from = '', to = ''] = tokens;
    copyFileSync(join(folder, from), join(folder, to));
    return { code: 0, output: '' };
  }
  expect([program, tokens.shift()]).toEqual(['npx', PROGRAM]);
  return runCommand(tokens, capture(folder));
}

/** Lines of the page stand in the output one after the other; `...` leaves out some. */
function missingLines(expected: string, output: string): readonly string[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  let from = 0;
  return expected
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '...')
    .filter((line) => {
      const at = lines.indexOf(line.trimEnd(), from);
      if (at >= 0) from = at + 1;
      return at < 0;
    });
}

test('the tutorial does what it says, in ten steps', async () => {
  const folder = project({});
  const map = new Map<string, string>();
  let answer: Answer = { code: 0, output: '' };
  for (const block of blocks) {
    const step = attribute(block, 'step');
    if (block.language === 'yaml') {
      for (const [name, text] of sectionsOf(block.text)) map.set(name, text);
      writeFileSync(join(folder, 'access.yaml'), [...map.values()].join(''));
    } else if (block.language === 'sh') {
      answer = await runBlock(block, folder);
      const code = Number(attribute(block, 'exit') ?? 0);
      expect({ step, code: answer.code, output: answer.output }).toMatchObject({ step, code });
    } else {
      const missing = missingLines(block.text, answer.output);
      expect({ step, missing, output: answer.output }).toMatchObject({ step, missing: [] });
    }
  }
  expect([...new Set(blocks.map((block) => attribute(block, 'step')))]).toEqual(
    Array.from({ length: 10 }, (_, at) => String(at + 1)),
  );
});
