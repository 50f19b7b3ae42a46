/**
 * The oldest Node that this package and its dependencies run on, as `engines` of package.json says.
 * Imports nothing: read before anything that an older Node may not parse.
 */
const OLDEST = [20, 12] as const;

/** What to tell on a Node that is too old; nothing on any other. @param version e.g. `20.12.0`. */
export function tooOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldest, least] = OLDEST;
  if (major > oldest || (major === oldest && minor >= least)) return undefined;
  return `okta-group-authorizer: expected Node ${oldest}.${least} or later, found ${version}: install a newer one from https://nodejs.org`;
}
