/** The README's recipes are files of the examples, which `npm run test:examples` builds. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { titledBlocks } from '../support/titled-blocks.ts';

const blocks = titledBlocks(readFileSync('client/README.md', 'utf8'));

test.each([
  ['use-permissions.ts', 'vite-vue'],
  ['app.vue', 'vite-vue'],
  ['follow-permissions.ts', 'vite-svelte'],
  ['app.svelte', 'vite-svelte'],
])('%s is the one of %s', (name, example) => {
  expect(blocks.get(name)).toBe(readFileSync(`client/examples/${example}/${name}`, 'utf8'));
});

test('the app with React has the files that an app needs, which `npm run test:examples` builds', () => {
  expect([...blocks.keys()]).toEqual(expect.arrayContaining(['index.html', 'main.tsx', 'app.tsx']));
});
