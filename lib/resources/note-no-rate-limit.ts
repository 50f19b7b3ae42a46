import type { IConstruct } from 'constructs';
import { NO_RATE_LIMIT } from '../../lambda/gateway/no-rate-limit.ts';
import { addInfo } from './add-info.ts';

/**
 * Says at synthesis that the authorizer does not limit the rate of calls; acknowledged by its id.
 * @param name of what has none, which tells several apart
 */
export const noteNoRateLimit = (at: IConstruct, name: string): void =>
  addInfo(at, `okta-group-authorizer:noFloodBound:${name}`, `${name}: ${NO_RATE_LIMIT}`);
