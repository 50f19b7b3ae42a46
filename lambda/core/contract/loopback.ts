/**
 * Which hosts are this machine, and which URLs are safe to send secrets to. Host names are those of
 * a `URL`: lower-case, IPv6 in brackets.
 */

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

/** Https, or plain http on a literal loopback address; without user and password. */
export function isSafeUrl(text: string): boolean {
  // A parser drops white space and adds slashes that others, which get the text, do not.
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return (
    (url.protocol === 'https:' || isLoopbackHttp(url)) && url.username === '' && url.password === ''
  );
}

/** Such a URL that is an origin alone, in its one spelling. */
export const isSafeOrigin = (text: string): boolean =>
  isSafeUrl(text) && new URL(text).origin === text;
