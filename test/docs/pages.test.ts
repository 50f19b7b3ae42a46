/**
 * Pages that code, messages and other pages name exist; messages take their names from one place.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sourceFiles } from '../support/folder-graph.ts';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
  maxBuffer: 1e8,
})
  .split('\n')
  .filter((file) => /\.(?:md|[cm]?[jt]sx?|ya?ml|json)$/.test(file) && existsSync(file))
  // The site's checks make up pages.
  .filter((file) => !/^CHANGELOG\.md$|^package-lock\.json$|\/fixtures\/|^site\/checks/.test(file));

/** `docs/resources` is the folder of the Okta provider, which tests name. */
const pagesNamed = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w./-])docs\/(?!resources\/)[\w/-]+\.md\b/g)].map(([path]) => path);

const missing = (of: (file: string) => readonly string[]) =>
  tracked.flatMap((file) =>
    of(file)
      .filter((path) => !existsSync(path))
      .map((path) => `${file}: ${path}`),
  );

function linksOf(file: string): readonly string[] {
  if (!file.endsWith('.md')) return [];
  const text = readFileSync(file, 'utf8').replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(file), target));
}

/** Lines over 125 columns, but for tables, headings, HTML, link targets and a decision's status. */
function longProseIn(text: string): readonly number[] {
  const withoutCode = text.replaceAll(/^ *```.*?^ *```$/gms, (code) =>
    code.replaceAll(/[^\n]/g, ''),
  );
  return withoutCode
    .split('\n')
    .flatMap((line, index) =>
      line.length > 125 && !/^\s*(?:[|#<]|\[[^\]]+\]:|- Status:)/.test(line) ? [index + 1] : [],
    );
}

describe('pages of the documentation', () => {
  test('pages that files name exist', () => {
    expect(missing((file) => pagesNamed(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('links of pages lead to files', () => {
    expect(missing(linksOf)).toEqual([]);
  });

  // A line that grew is a whole paragraph in each diff of it.
  test('prose that somebody writes is wrapped', () => {
    const long = [...tracked, 'CHANGELOG.md']
      .filter((file) => file.endsWith('.md'))
      .map((file) => [file, readFileSync(file, 'utf8')] as const)
      .filter(([, text]) => !/`npm run configuration` writes this\s+page/.test(text))
      .flatMap(([file, text]) => longProseIn(text).map((line) => `${file}: ${line}`));
    expect(long).toEqual([]);
  });

  test.each([
    ['short\nwords', []],
    ['word '.repeat(30), [1]],
    [`\n- ${'word '.repeat(30)}`, [2]],
    [`| ${'word '.repeat(30)}|`, []],
    [`# ${'word '.repeat(30)}`, []],
    [`\`\`\`sh\n${'word '.repeat(30)}\n\`\`\`\nshort`, []],
    [`- Status: amended by ${'[decision 1](1.md), '.repeat(9)}`, []],
  ])('a line over 125 columns is found in %j', (text, lines) => {
    expect(longProseIn(text)).toEqual(lines);
  });

  test('links of packed pages lead to what is packed', () => {
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly files: readonly string[];
    };
    const packed = ['README.md', 'LICENSE', 'package.json', ...files];
    const isPacked = (file: string): boolean =>
      packed.some((entry) => file === entry || file.startsWith(`${entry}/`));
    const leaving = tracked
      .filter(isPacked)
      .flatMap((file) => linksOf(file).map((target) => [file, target] as const))
      .filter(([, target]) => !isPacked(target));
    expect(leaving).toEqual([]);
  });

  test('each page has a place in the site', () => {
    const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' });
    expect(pages.filter((name) => name.endsWith('.md')).length).toBeGreaterThan(40);
    // In a process of its own: the site's checks are ES modules, which this runner does not load.
    const program =
      "import('./site/check.mjs').then((checks) => console.log(checks.pagesWithoutPlace().join('\\n')))";
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      encoding: 'utf8',
    });
    expect({ status, stdout: stdout.trim(), stderr }).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('messages take the names of pages from one place', () => {
    const home = 'lib/access-map/report/pages.ts';
    const code = sourceFiles(['lambda', 'lib', 'bin', 'middleware']).filter(
      (file) => file !== home,
    );
    const comment = /^\s*(?:\/?\*|\/\/)/;
    const naming = code.filter((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => !comment.test(line) && pagesNamed(line).length > 0),
    );
    expect(naming).toEqual([]);
  });
});

describe('docs/decisions', () => {
  const files = readdirSync('docs/decisions').filter((file) => file !== 'index.md');

  test('the index is current: npm run decisions writes it', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'docs-')), 'index.md');
    const { status, stderr } = spawnSync(process.execPath, ['scripts/decisions-index.mjs', file], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync('docs/decisions/index.md', 'utf8')).toBe(readFileSync(file, 'utf8'));
  });

  test('each number is given once, without a gap', () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, at) => at + 1));
  });
});
