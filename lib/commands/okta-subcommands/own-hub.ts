/** Finds the hub of a map with `hub: own`: it is in the stack that deploys the map. */

import { type DeployedHub, deployedHubs } from '../../../lambda/core/contract/hub.ts';
import { stackNameOf } from '../../../lambda/core/contract/own-names.ts';
import { deployedAuthorizers } from '../../../lambda/core/contract/stack-outputs.ts';
import type { HubAws } from './hub-aws.ts';

export interface OwnHub {
  /** `api.name` of the map. */
  readonly map: string;
  /** Host of the Okta org. */
  readonly org: string;
}

/**
 * The stack is `access-<api.name>`, else one whose outputs name the map, as for the other commands.
 * A hub of the same org in the stack of another map does not count: the APIs of this map do not
 * read its list.
 * @returns several where several stacks deploy the map.
 */
export async function ownHubs(
  { map, org }: OwnHub,
  aws: Pick<HubAws, 'outputs'>,
): Promise<readonly DeployedHub[]> {
  const hubsOf = (stacks: readonly Readonly<Record<string, string>>[]): readonly DeployedHub[] =>
    stacks.flatMap(deployedHubs).filter((hub) => hub.org === org);
  const named = hubsOf(await aws.outputs(stackNameOf(map)));
  if (named.length > 0) return named;
  const all = await aws.outputs();
  return hubsOf(all.filter((one) => deployedAuthorizers(one).some((found) => found.map === map)));
}
