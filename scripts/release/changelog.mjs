// The changelog as a release needs it: what is unreleased, in the sections of Keep a Changelog.
const SECTIONS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

const UNRELEASED = '## Unreleased';

/** Versions with their text, newest first: `Unreleased`, `0.2.0`. */
export function versionsOf(changelog) {
  return changelog
    .split(/^(?=## )/m)
    .slice(1)
    .map((text) => ({ name: /^## ([^\s(]+)/.exec(text)[1], text }));
}

/** What forbids to release the text of `Unreleased`, in sentences; none where nothing does. */
export function problemsOf(changelog) {
  const unreleased = versionsOf(changelog).find(({ name }) => name === 'Unreleased');
  if (unreleased === undefined) return [`CHANGELOG.md: expected \`${UNRELEASED}\`, found none`];
  const [head, ...parts] = unreleased.text.split(/^(?=### )/m);
  const outside = /^- (.{0,60})/m.exec(head);
  const sections = parts.map((text) => {
    const [heading, ...lines] = text.split('\n');
    return {
      name: heading.replace('### ', '').trim(),
      hasItems: lines.some((line) => /^- \S/.test(line)),
    };
  });
  return [
    ...(outside ? [`expected each change below a section, found outside: \`${outside[1]}\``] : []),
    ...(sections.length === 0
      ? ['expected a section such as `### Added`, found none: nothing to release']
      : []),
    ...sections
      .filter(({ name }) => !SECTIONS.includes(name))
      .map(({ name }) => `expected one of ${SECTIONS.join(', ')}, found the section \`${name}\``),
    ...sections
      .filter(({ hasItems }) => !hasItems)
      .map(({ name }) => `the section \`${name}\` is empty: fill it, or take it out`),
    ...repeated(sections.map(({ name }) => name)).map(
      (name) => `the section \`${name}\` stands twice`,
    ),
  ].map((problem) => `CHANGELOG.md, Unreleased: ${problem}`);
}

/**
 * What is published has its changes under its version; in a sentence for those that stand
 * elsewhere.
 */
export function pendingProblems(changelog) {
  const { text = '' } = versionsOf(changelog).find(({ name }) => name === 'Unreleased') ?? {};
  const count = text.match(/^- \S/gm)?.length ?? 0;
  return count === 0
    ? []
    : [
        `CHANGELOG.md, Unreleased: expected nothing in what is published, found ${count === 1 ? 'a change' : `${count} changes`}: npm run release -- VERSION moves them`,
      ];
}

const repeated = (names) => [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];

/** The changelog with what was unreleased under the version, and nothing unreleased. */
export const releasedAs = (changelog, version, date) =>
  changelog.replace(`${UNRELEASED}\n`, `${UNRELEASED}\n\n## ${version} (${date})\n`);
