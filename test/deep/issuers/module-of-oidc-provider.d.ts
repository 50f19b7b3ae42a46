/** As much of it as the issuer of the deep tests uses; the package has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  export default class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  }
  interface Configuration {
    readonly findAccount: (
      context: unknown,
      id: string,
    ) => { accountId: string; claims: () => Promise<{ sub: string }> };
    readonly [key: string]: unknown;
  }
}
