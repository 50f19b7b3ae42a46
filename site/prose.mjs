// Lints the prose of the pages: the length of sentences, and terms. `node prose.mjs FILE...` for some.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TextlintKernelDescriptor } from '@textlint/kernel';
import markdownPlugin from '@textlint/textlint-plugin-markdown';
import { createLinter } from 'textlint';
import glossaryTerms, { readGlossary } from './rules/glossary-terms.mjs';
import maxWords from './rules/max-words.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const GLOSSARY = 'docs/reference/glossary.md';
const PAGES = ['{README,SECURITY,CONTRIBUTING,AGENTS}.md', 'client/README.md', 'docs/**/*.md'];

export async function lintProse(files = PAGES.map((pattern) => `${root}${pattern}`)) {
  const glossary = readGlossary(readFileSync(`${root}${GLOSSARY}`, 'utf8'));
  const descriptor = new TextlintKernelDescriptor({
    rules: [
      { ruleId: 'max-words', rule: maxWords },
      { ruleId: 'glossary-terms', rule: glossaryTerms, options: { glossary } },
    ],
    filterRules: [],
    plugins: [{ pluginId: 'markdown', plugin: markdownPlugin.default ?? markdownPlugin }],
  });
  const results = await createLinter({ descriptor }).lintFiles(files);
  return results
    .filter(({ filePath }) => !filePath.endsWith(GLOSSARY))
    .flatMap(({ filePath, messages }) =>
      messages.map(({ line, message }) => `${relative(root, filePath)}:${line} ${message}`),
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2);
  const problems = await lintProse(given.length > 0 ? given : undefined);
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
