/** The headers that authorize a request to Okta. */

/** Headers for one request. @throws OktaError */
export type Authorizer = (method: string, url: URL) => Promise<Readonly<Record<string, string>>>;
