import type { IConstruct } from 'constructs';
import { NO_FLOOD_BOUND } from '../../lambda/gateway/flood-bound.ts';
import { addInfo } from './add-info.ts';

/**
 * Says at synthesis that the authorizer does not limit floods of calls; acknowledged by its id.
 * @param name of what has none, which tells several apart
 */
export const noteFloods = (at: IConstruct, name: string): void =>
  addInfo(at, `okta-group-authorizer:noFloodBound:${name}`, `${name}: ${NO_FLOOD_BOUND}`);
