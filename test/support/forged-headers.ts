/** What a client sends to be taken for somebody else, or for a request of another method. */
export const FORGED = {
  'x-access-uid': 'forged',
  'x-access-cid': 'forged',
  'x-access-groups': '["orders-admins"]',
  'x-access-scope': 'forged',
  'x-access-map-version': 'forged',
  'x-access-quota-exceeded': 'forged',
  'x-access-quota-limit': 'forged',
  'x-access-quota-remaining': 'forged',
  'x-access-quota-reset': 'forged',
  'X-HTTP-Method-Override': 'DELETE',
  'X-HTTP-Method': 'DELETE',
  'X-Method-Override': 'DELETE',
  'X-Original-URL': '/forged',
  'X-Rewrite-URL': '/forged',
};

/**
 * Names that the gateway may leave as the client sent them on a REST API: they inform and decide
 * nothing (lib/api/rest-document.ts).
 */
const INFORMING = /map.version|quota.(limit|remaining|reset)/;

/**
 * Every other spelling of these names with hyphens and underscores, each in a header of its own.
 */
export function forgedSpellings(kind: 'http' | 'rest'): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(FORGED).flatMap((name) => {
      const marks = name.split('-').length - 1;
      const others = Array.from({ length: 2 ** marks }, (_, mask) => {
        let mark = 0;
        return name.replaceAll('-', () => (mask & (1 << mark++) ? '_' : '-'));
      });
      const mixed = (other: string): boolean => other.includes('-') && other.includes('_');
      return others
        .filter((other) => kind === 'http' || !mixed(other) || !INFORMING.test(other))
        .map((other) => [other, 'forged']);
    }),
  );
}
