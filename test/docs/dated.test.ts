/**
 * What is true only for a time: versions of other people's programs, and what has not been done
 * yet. Each such sentence has a date, or names what the tests run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const pages = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'client/README.md'],
  // A decision has its date in its head.
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('decisions'))
    .map((name) => join('docs', name)),
];

/** Paragraphs, tables and lists, as blank lines part them, with page and line. */
const paragraphs = pages.flatMap((page) => {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/(?:[^\n]+\n?)+/g)].map(({ 0: paragraph, index }) => ({
    paragraph,
    at: `${page}:${text.slice(0, index).split('\n').length}`,
  }));
});

const MONTHS =
  'January|February|March|April|May|June|July|August|September|October|November|December';
const DATE = new RegExp(`\\b(?:${MONTHS})\\s+20\\d\\d\\b|\\b20\\d\\d-\\d\\d(?:-\\d\\d)?\\b`);

describe('versions of other programs', () => {
  /** What is installed and run: by npm, by the deployments, by the benches. */
  const run = [
    ...['package.json', 'site/package.json', 'bench/tools/package.json'],
    ...readdirSync('test/deploy', { encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join('test/deploy', name)),
  ]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const isRun = (version: string): boolean =>
    new RegExp(`(?<![\\d.])${version.replaceAll('.', '\\.')}(?![\\d.])`).test(run);
  const versionsIn = (text: string): readonly string[] =>
    [...text.matchAll(/(?<![\d.§])\d+\.\d+\.\d+(?![\d.])/g)].map(([version]) => version);

  test('on the pages are those that are run, or stand beside a date', () => {
    const stale = paragraphs.flatMap(({ at, paragraph }) =>
      versionsIn(paragraph)
        .filter((version) => !DATE.test(paragraph) && !isRun(version))
        // The lower edge of `engines`, and where the rules of Semantic Versioning change.
        .filter((version) => !['1.0.0', '20.12.0'].includes(version))
        .map((version) => `${at} ${version}`),
    );
    expect(stale).toEqual([]);
  });

  test('of the tools of SAM and of the Serverless Framework are told by their pages', () => {
    for (const [file, page] of [
      ['test/deploy/sam.ts', 'docs/how-to/sam.md'],
      ['test/deploy/serverless-framework.ts', 'docs/how-to/serverless-framework.md'],
    ] as const) {
      const pinned = [...readFileSync(file, 'utf8').matchAll(/'[\w-]+(?:==|@)(\d+\.\d+\.\d+)'/g)];
      expect(pinned.length).toBeGreaterThan(0);
      for (const [, version = ''] of pinned) expect(readFileSync(page, 'utf8')).toContain(version);
    }
  });

  test('of the runtime is the one that functions have', () => {
    const [, runtime] =
      /'nodejs(\d+)\.x'/.exec(readFileSync('lib/resources/own-function.ts', 'utf8')) ?? [];
    const told = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\bNode\.js (\d+)(?![\d.]*[.\d] or)/g)].map(
        ([, version]) => `${page} ${version}`,
      ),
    );
    expect(told.filter((one) => !one.endsWith(` ${runtime}`) && !/ 20$/.test(one))).toEqual([]);
    // Functions of the examples too: Lambda takes no new one of a runtime past its end.
    const examples = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/nodejs(\d+)\.x/g)].map(
        ([, one]) => `${page} ${one}`,
      ),
    );
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.filter((one) => !one.endsWith(` ${runtime}`))).toEqual([]);
  });
});

/** Words of sentences that a day makes false. */
const DATING = [
  /\b(?:latest|nowadays|currently|for now|so far|recently|newest release|these days)\b/i,
  /\bas of\b/i,
  /\b(?:not|never|nobody|nothing)\b[^.:]*\b(?:registry|npm|address|account|org|published|run)\b[^.:]*\byet\b/i,
  /\bnot on npm/i,
  /\bthe last (?:free|version|release) (?!one|before)/i,
  /\bwas(?:n't| not) (?:run|tried|deployed|reached|measured)|\bwere not (?:run|tried|deployed|made|measured)/i,
];

test('what has not been done, and what is newest, has a date', () => {
  const undated = paragraphs.flatMap(({ at, paragraph }) => {
    const text = paragraph.replaceAll(/`[^`]*`/g, '');
    const word = DATING.flatMap((pattern) => pattern.exec(text)?.[0] ?? [])[0];
    return word === undefined || DATE.test(paragraph) ? [] : [`${at} ${word}`];
  });
  expect(undated).toEqual([]);
});
