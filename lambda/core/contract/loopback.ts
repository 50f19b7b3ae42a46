/** Which hosts are this machine. Host names are those of a `URL`: lower-case, IPv6 in brackets. */

/**
 * A literal loopback address, which no resolver can point elsewhere: for issuers and orgs, that
 * tokens are trusted from and sent to. Source: RFC 8252, 8.3.
 */
export const isLoopbackAddress = (hostname: string): boolean =>
  /^(?:127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

/**
 * Such an address or `localhost`: for services that a developer runs on this machine, whose tools
 * print that name (back ends, DynamoDB, credentials of a container).
 */
export const isLoopbackHost = (hostname: string): boolean =>
  hostname === 'localhost' || isLoopbackAddress(hostname);

/** What issuers and orgs of local runs have in the place of https. */
export const isLoopbackHttp = (url: {
  readonly protocol: string;
  readonly hostname: string;
}): boolean => url.protocol === 'http:' && isLoopbackAddress(url.hostname);
