/**
 * The field's words: names that were private English do not come back as identifiers or file names.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import { sourceFiles } from './support/folder-graph.ts';

const FORMER_IDENTIFIERS = [
  'behind',
  'Behind',
  'Standing',
  'standing',
  'standingOf',
  'FormerLaw',
  'formerLaw',
  'formerLaws',
  'meetsLaw',
  'rejudge',
  'toldCode',
  'QuotaKeeper',
  'quotaKeeper',
  'spentWindows',
  'leaseBook',
  'RouteBelow',
  'wide',
  'meantBy',
  'hopefulPlan',
  'quotaDemand',
  'lookOnce',
  'MAX_BEHIND_MS',
  'demandSameApi',
  'carriesOurs',
  'again',
  'trail',
  'open',
  'words',
  'spine',
  'untold',
  'belowWide',
  'openedBy',
  'openingGroups',
  'Beside',
  'besideOf',
  'besideRoute',
  'whatMay',
  'voidUpTo',
  'oddLetterFix',
];
/** Parts of any identifier, whatever stands beside them. */
const FORMER_PARTS = new Set([
  ...['behind', 'keeper', 'law', 'laws', 'spine', 'standing', 'house', 'walls', 'entrance'],
  ...['judge', 'judged', 'judges', 'judging', 'mend', 'mends', 'mended', 'voids', 'happenings'],
]);
const FORMER_FILES = [
  ...['behind', 'former-law', 'former-laws', 'rejudge', 'told-code', 'quota-keeper'],
  ...['spent-windows', 'lease-book', 'paths-below', 'routes-below', 'route-below', 'standing'],
  ...['trail', 'spine', 'wide', 'meant-by', 'hopeful-plan', 'quota-demand', 'look-once'],
  ...['demand-same-api', 'carries-ours', 'again', 'open', 'words', 'walls', 'rooms', 'judge'],
  ...[
    'judged',
    'kept-state',
    'kept-spellings',
    'happenings',
    'floods',
    'flood-bound',
    'odd-letters',
  ],
  ...['entrance', 'closed-readings', 'head-rules', 'what-may', 'void-rule'],
];
/** A browser that is opened, and English words. */
const KEPT_FILES = new Set(['open-browser.ts', 'reason-words.ts', 'max-words.mjs']);
/** Each folder and the file. */
const hasFormerName = (file: string): boolean =>
  file.split('/').some((name) => {
    const parts = `-${name.replace(/\..*$/, '')}-`;
    return !KEPT_FILES.has(name) && FORMER_FILES.some((former) => parts.includes(`-${former}-`));
  });

/** What is on a wire or exported keeps its spelling; each with the file that may write it. */
const KEPT: Readonly<Record<string, RegExp>> = {
  // A public property of the construct `Detector`, in jsii too.
  behind: /^(?:lib\/watch\/detector|jsii\/src\/watch)\.ts$/,
  // A field of `--json`.
  trail:
    /^lib\/commands\/(promote|replay|unused|usage\/usage-trend)\.ts$|^test\/lib\/audit-log\/properties|^test\/lib\/commands\/replay/,
  // Fields of the logged plan, an option of `login`, a field of `CachePlan`, an attribute of HTML.
  open: /^lambda\/attachment\/plan-(attachment|resource)\.ts$|^lib\/commands\/login\.ts$|^lib\/access-map\/cache\/(proof|cache-plan)\.ts$|^test\/lib\/access-map\/cache\/(plan|real-api)\.test\.ts$|^local\/console\/app\/call-(feed|panel)\.tsx$/,
  // A field of `--json` of coverage, and of the line of the drift check.
  mend: /^lambda\/attachment\/unprotected-routes\.ts$|^lib\/commands\/coverage-json\.ts$|^test\/deploy\/route-states\.ts$|^test\/lambda\/attachment\/plan-attachment\.test\.ts$/,
  // A field of `AccessMap.api`.
  entrance:
    /^lib\/(?:api\/(?:http|rest)-access-api|map-diff\/diff-settings|stack\/(?:add-outputs|stack-size)|access-map\/(?:compile\/version|sections\/api-section))\.ts$/,
};

const files = sourceFiles([
  'lambda',
  'lib',
  'bin',
  'local',
  'client/src',
  'client/examples',
  'middleware',
  'test',
  'bench',
  'scripts',
  'site',
  'jsii/src',
]).filter(
  (file) => !file.endsWith('names.test.ts') && !/node_modules|^site\/(dist|pages)\//.test(file),
);

/** All that git knows or would add; the file name of a decision is its title, a sentence. */
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
  maxBuffer: 1e8,
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file) && !file.startsWith('docs/decisions/'));

const SOME_WORD = new RegExp(
  `\\b(?:${FORMER_IDENTIFIERS.join('|')})\\b|${[...FORMER_PARTS].join('|')}`,
  'i',
);
const hasFormerPart = (name: string): boolean =>
  name.split(/(?=[A-Z])|_/).some((part) => FORMER_PARTS.has(part.toLowerCase()));

/**
 * Names of a file's own: variables, functions, types, members, `#members`; none without one of the
 * words.
 */
function identifiersOf(file: string): ReadonlySet<string> {
  const names = new Set<string>();
  const text = readFileSync(file, 'utf8');
  if (!SOME_WORD.test(text)) return names;
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value } = node as { readonly type?: unknown; readonly value?: unknown };
    if ((type === 'Identifier' || type === 'PrivateName') && typeof value === 'string')
      names.add(value);
    for (const child of Object.values(node)) if (typeof child === 'object') visit(child);
  };
  visit(parseSync(text, { syntax: 'typescript', tsx: file.endsWith('.tsx') }));
  return names;
}

describe('a name that was private English', () => {
  const identifiers = files.map((file) => [file, identifiersOf(file)] as const);

  test.each(FORMER_IDENTIFIERS)('%s is no identifier', (name) => {
    const found = identifiers.filter(([file, names]) => names.has(name) && !KEPT[name]?.test(file));
    expect(found.map(([file]) => file)).toEqual([]);
  });

  test('is no part of an identifier', () => {
    const found = identifiers.flatMap(([file, names]) =>
      [...names].flatMap((name) =>
        hasFormerPart(name) && !KEPT[name]?.test(file) ? [`${file}: ${name}`] : [],
      ),
    );
    expect(found).toEqual([]);
    expect(hasFormerPart('quotaKeeper')).toBe(true);
    expect(hasFormerPart('lawn')).toBe(false);
  });

  test.each(Object.keys(KEPT))('is kept where it is used: %s', (name) => {
    const used = identifiers.filter(([file, names]) => names.has(name) && KEPT[name]?.test(file));
    expect(used).not.toEqual([]);
  });

  test('is in no name of a file or folder', () => {
    expect(tracked.filter(hasFormerName)).toEqual([]);
  });
});
