// Every place that has the version of the packages: they move together.

const placed = (around, version) => around.replace('VERSION', version);

/** Files with what is around the version in each; `VERSION` is the version. */
export const PLACES = [
  ['package.json', '"version": "VERSION"'],
  ['client/package.json', '"version": "VERSION"'],
  ['client/examples/okta-react/package.json', '"okta-group-authorizer-client": "VERSION"'],
  ['package-lock.json', '"name": "okta-group-authorizer",\n  "version": "VERSION"'],
  ['package-lock.json', '"name": "okta-group-authorizer",\n      "version": "VERSION"'],
  ['examples/github-actions-diff.yml', 'access-diff@vVERSION'],
  ['docs/reference/versions.md', 'okta-group-authorizer-VERSION.tgz'],
  ['docs/start/terraform.md', 'okta-group-authorizer-VERSION.tgz'],
  ['docs/how-to/package.md', 'okta-group-authorizer-VERSION.tgz'],
  ['docs/reference/versions.md', '`#vVERSION`'],
];

/** Places that do not have the version, each in a sentence. */
export const strayPlaces = (read, version) =>
  PLACES.filter(([file, around]) => !read(file).includes(placed(around, version))).map(
    ([file, around]) => `${file}: expected \`${placed(around, version)}\``,
  );

/** The text of a file with another version at its places. */
export const withVersion = (file, text, from, to) =>
  PLACES.filter(([name]) => name === file).reduce(
    (changed, [, around]) => changed.replaceAll(placed(around, from), placed(around, to)),
    text,
  );

/** Whether `to` comes after `from`: three numbers, compared one by one. */
export function comesAfter(to, from) {
  const [a, b] = [to, from].map((version) => version.split('.').map(Number));
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && a[at] > b[at];
}
