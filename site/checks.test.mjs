// The checks find what they are there for. `npm run docs` begins with them.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brokenLinks, pagesWithoutPlace } from './check.mjs';
import { brokenDiagrams } from './diagrams.mjs';
import { allMessages, messagesPage } from './messages.mjs';
import { lintMessages, lintProse } from './prose.mjs';

const temporary = mkdtempSync(join(tmpdir(), 'site-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

const folderWith = (files) => {
  const folder = mkdtempSync(join(temporary, 'case-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};
const lint = (text) => lintProse([join(folderWith({ 'page.md': text }), 'page.md')]);
const wordsInARow = (count) => Array.from({ length: count }, (_, at) => `word${at}`).join(' ');

test('a sentence of 35 words is short enough, one of 36 is not, over lines too', async () => {
  assert.deepEqual(await lint(`A ${wordsInARow(34)}.\n`), []);
  assert.equal((await lint(`A ${wordsInARow(20)}\n${wordsInARow(15)}.\n`)).length, 1);
  assert.equal((await lint(`- ${wordsInARow(36)}.\n`)).length, 1);
});

test('code counts as one word, and tables do not count', async () => {
  assert.deepEqual(await lint(`A ${wordsInARow(33)} \`${wordsInARow(9)}\`.\n`), []);
  assert.deepEqual(await lint(`| a |\n| --- |\n| ${wordsInARow(60)}. |\n`), []);
});

test('an abbreviation that the glossary lacks, and a word that it replaces, are found', async () => {
  assert.deepEqual(await lint('The API has a URL.\n'), []);
  assert.match((await lint('The QZX is here.\n')).join(), /"QZX" is not in the glossary/);
  assert.match((await lint('A whitelist of names.\n')).join(), /the glossary says/);
});

test('phrases that are not plain English are found, over lines too', async () => {
  assert.match((await lint('It starts anew.\n')).join(), /"anew": say again/);
  assert.match((await lint('It passes all\nthe same.\n')).join(), /say still/);
  assert.match((await lint('It ends. Of the rest, one stays.\n')).join(), /the subject first/);
  assert.deepEqual(await lint('The end of the rest. A part of the map.\n'), []);
});

test('messages are found in strings and templates, and evaluated by the same rules', async () => {
  const messages = allMessages();
  assert.ok(messages.length > 2_000);
  assert.ok(
    messages.some(
      ({ text }) => text === 'list the routes of the live API and the authorizer of each',
    ),
  );
  const lintText = (text) => lintMessages(messagesPage([{ place: 'a.ts:7', text }]));
  assert.deepEqual(await lintText('expected a FILE below <folder>, found c'), []);
  assert.match(
    (await lintText(`expected ${wordsInARow(36)}`)).join(),
    /^a\.ts:7 A sentence of 37 words/,
  );
  assert.match((await lintText('expected a QZX here, found none')).join(), /not in the glossary/);
  assert.match(
    (await lintText('expected a whitelist here, found none')).join(),
    /the glossary says/,
  );
});

test('a link to no page and to no anchor are found', () => {
  const page = (href) => `<h2 id="there">There</h2><a class="x" href="${href}">link</a>`;
  const found = (href) =>
    brokenLinks(folderWith({ 'a/one.html': page(href), 'two.html': page('#there') }));
  assert.deepEqual(found('../two'), []);
  assert.deepEqual(found('/two#there'), []);
  assert.deepEqual(found('https://example.com/none'), []);
  assert.equal(found('../three').length, 1);
  assert.equal(found('/two#elsewhere').length, 1);
});

test('a page that no list has is found', () => {
  const docs = folderWith({
    'start/local.md': '',
    'start/lost.md': '',
    'index.md': '',
    'decisions/0001-x.md': '',
  });
  assert.deepEqual(pagesWithoutPlace(docs), [
    'docs/start/lost.md has no place in site/.vitepress/pages.mjs',
  ]);
});

test('a diagram that mermaid cannot read is found', async () => {
  const diagram = (text) =>
    brokenDiagrams(
      folderWith({ 'docs/a.md': `\`\`\`mermaid\n${text}\n\`\`\`\n`, 'README.md': '' }),
    );
  assert.deepEqual(await diagram('flowchart LR\n  a[one] --> b[two]'), []);
  assert.equal((await diagram('flowchart LR\n  a[one')).length, 1);
});
