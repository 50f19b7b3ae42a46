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

/** Domain of an Okta host with the dot before it. */
const domainOf = (host: string): string | undefined =>
  OKTA_DOMAINS.map((domain) => `.${domain}`).find((domain) => host.endsWith(domain));
