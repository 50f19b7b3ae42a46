import type { ComparableMap } from '../access-map/deployed-map.ts';
import { escapeControls, pluralize } from '../access-map/report/layout.ts';
import type { Change } from './change.ts';

/** What a comment on GitHub holds is 65,536 letters; others hold more. */
const MAX_COMMENT_CHARACTERS = 60_000;

/** The changes as a comment for reviewers: what lets more in comes first, and is unfolded. */
export function markdownDiff(
  before: ComparableMap,
  after: ComparableMap,
  changes: readonly Change[],
): string {
  const [wider, other] = [
    changes.filter(({ widened }) => widened),
    changes.filter(({ widened }) => !widened),
  ];
  const title = wider.length === 0 ? 'lets no more in' : 'lets more in';
  const head = [
    `### Access map: ${changes.length === 0 ? 'no difference in what it means' : title}`,
    '',
    `${codeSpan(before.source)} (${before.version}) → ${codeSpan(after.source)} (${after.version})`,
  ];
  const parts = [
    ...section(`⚠️ ${pluralize(wider.length, 'change')} that let more in`, wider),
    ...section(`${pluralize(other.length, 'change')} that let no more in`, other),
  ];
  return `${cut([...head, ...parts]).join('\n')}\n`;
}

function section(title: string, changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(
    ({ subject, route, from, to }) =>
      `| ${codeSpan(subject)} | ${route === undefined ? '' : codeSpan(route)} | ${from === undefined ? '' : codeSpan(from)} | ${to === undefined ? '' : codeSpan(to)} |`,
  );
  return [
    '',
    `**${title}**`,
    '',
    '| what | route | before | after |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

/**
 * A text of a map as code, which nothing in it ends: the author of a change must not write links,
 * mentions or headings into the comment of the check.
 */
function codeSpan(text: string): string {
  const line = escapeControls(text).replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line || ' '}${fence}` : `${fence} ${line} ${fence}`;
}

function cut(lines: readonly string[]): readonly string[] {
  let letters = 0;
  const kept = lines.filter((line) => {
    letters += line.length + 1;
    return letters <= MAX_COMMENT_CHARACTERS;
  });
  const left = lines.length - kept.length;
  return left === 0 ? kept : [...kept, '', `… and ${pluralize(left, 'line')} more: see the check.`];
}
