// Lints the prose of the pages: the length of sentences, phrases and terms.
// `node prose.mjs FILE...` for some.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TextlintKernelDescriptor } from '@textlint/kernel';
import markdownPlugin from '@textlint/textlint-plugin-markdown';
import { createLinter } from 'textlint';
import { messagesPage } from './messages.mjs';
import glossaryTerms, { readGlossary } from './rules/glossary-terms.mjs';
import maxWords from './rules/max-words.mjs';
import phrases from './rules/phrases.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const GLOSSARY = 'docs/reference/glossary.md';
const PAGES = [
  '{README,SECURITY,CONTRIBUTING,AGENTS,CHANGELOG}.md',
  'client/README.md',
  'docs/**/*.md',
];

// Messages write what stands for a value in capitals.
const VALUES = [
  'FILE',
  'GROUP',
  'ISSUER',
  'LABEL',
  'NAME',
  'NUMBER',
  'METHOD',
  'OWNER',
  'TOKEN',
  'VERSION',
];
// Names that a message quotes.
const QUOTED = ['CHROMIUM', 'DEBUG', 'E0000015', 'PORT', 'S256'];

function linterWith(furtherWords = []) {
  const glossary = readGlossary(readFileSync(`${root}${GLOSSARY}`, 'utf8'));
  for (const word of furtherWords) glossary.abbreviations.add(word);
  const descriptor = new TextlintKernelDescriptor({
    rules: [
      { ruleId: 'max-words', rule: maxWords },
      { ruleId: 'phrases', rule: phrases },
      { ruleId: 'glossary-terms', rule: glossaryTerms, options: { glossary } },
    ],
    filterRules: [],
    plugins: [{ pluginId: 'markdown', plugin: markdownPlugin.default ?? markdownPlugin }],
  });
  return createLinter({ descriptor });
}

/** Lints what the code says to people. */
export async function lintMessages(page = messagesPage()) {
  const { messages } = await linterWith([...VALUES, ...QUOTED]).lintText(page.text, 'messages.md');
  return messages.map(({ line, message }) => `${page.placeOf(line)} ${message}`);
}

export async function lintProse(files = PAGES.map((pattern) => `${root}${pattern}`)) {
  const results = await linterWith().lintFiles(files);
  return results
    .filter(({ filePath }) => !filePath.endsWith(GLOSSARY))
    .flatMap(({ filePath, messages }) =>
      messages.map(({ line, message }) => `${relative(root, filePath)}:${line} ${message}`),
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2);
  const problems =
    given.length > 0 ? await lintProse(given) : [...(await lintProse()), ...(await lintMessages())];
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
