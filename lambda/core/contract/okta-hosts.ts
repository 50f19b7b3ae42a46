/**
 * Hosts of Okta orgs: the token rules know them, the access map refuses some as issuer or org, and
 * recordings of an org keep their domains.
 */

/**
 * Domains under which orgs without a domain of their own live. Source: Okta, "Okta organizations";
 * Okta for Government High, Okta for US Military.
 */
export const OKTA_DOMAINS = [
  'okta.com',
  'oktapreview.com',
  'okta-emea.com',
  'okta-gov.com',
  'okta.mil',
];
const ADMIN_SUFFIX = '-admin';

/** @param host lower-case host name of a URL. */
export const isOktaHost = (host: string): boolean => domainOf(host) !== undefined;

/**
 * The org whose admin console a host is. The console issues no tokens and answers no calls of the
 * Management API.
 * @param host lower-case host name of a URL.
 * @returns the org's host; undefined where the host is no admin console of an Okta domain.
 */
export function orgOfAdminHost(host: string): string | undefined {
  const domain = domainOf(host);
  if (domain === undefined) return undefined;
  const org = host.slice(0, -domain.length);
  return org.endsWith(ADMIN_SUFFIX) && org.length > ADMIN_SUFFIX.length
    ? `${org.slice(0, -ADMIN_SUFFIX.length)}${domain}`
    : undefined;
}

/** What a place that names an org expects instead of a host. */
export interface OrgFault {
  readonly expected: string;
  /** The host that was probably meant; itself one without a fault. */
  readonly nearest?: string;
}

/** A parser takes quotes and commas in a host, which no name of an org has. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/**
 * What is wrong with the host of an org, wherever a person names one. A hub keeps its list under
 * this host and authorizers ask for it by this host, so only its canonical spelling is valid.
 * @param host with the port where an org on this machine has one.
 * @returns undefined for a host that an org may have, a custom domain among them.
 */
export function orgFault(host: string): OrgFault | undefined {
  const expected = 'the host of an Okta org, such as `acme.okta.com`';
  const canonical = canonicalHost(host);
  if (canonical === undefined) return { expected };
  const org = orgOfAdminHost(canonical.replace(/:\d+$/, ''));
  if (org !== undefined) return { expected: 'the org, not its admin console', nearest: org };
  return canonical === host ? undefined : { expected, nearest: canonical };
}

/** Of a host or of a URL. */
function canonicalHost(text: string): string | undefined {
  const url = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(url)) return undefined;
  const host = new URL(url).host.replace(/\.(?=$|:)/, '');
  return HOST.test(host) ? host : undefined;
}

/** Domain of an Okta host with the dot before it. */
const domainOf = (host: string): string | undefined =>
  OKTA_DOMAINS.map((domain) => `.${domain}`).find((domain) => host.endsWith(domain));
