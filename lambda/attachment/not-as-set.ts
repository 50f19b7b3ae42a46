import { GatewayError } from '../gateway/live-api.ts';

/** Someone else writes to the API too. @param what the parts that are not as they were just set. */
export const notAsSet = (what: string): GatewayError =>
  new GatewayError(
    `expected ${what} as just set, found something else on reading back: let no other deployment change this API meanwhile`,
  );
