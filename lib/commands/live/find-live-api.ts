/** Which live API a map and a command line mean. */
import { stackNameOf } from '../../../lambda/core/contract/own-names.ts';
import type { AccessMap } from '../../access-map/index.ts';
import { UsageError } from '../shell/command.ts';
import type { Deployed } from './deployed-authorizer.ts';
import { type LiveApiRef, type LiveAws, type LiveOptions, refOf } from './live-aws.ts';

/**
 * Options, then `api.attachTo`, then the API of the map's deployed stack.
 * @throws UsageError where there is none.
 */
export async function findLiveApi(
  options: LiveOptions,
  map: AccessMap,
  aws: Pick<LiveAws, 'findApi'>,
  deployed?: Deployed,
): Promise<LiveApiRef> {
  const { attachTo } = map.api;
  const named = refOf(options);
  if (named !== undefined) return named;
  if (attachTo !== undefined)
    return {
      kind: map.kind,
      id: attachTo.apiId,
      ...(attachTo.stage !== undefined && { stage: attachTo.stage }),
    };
  const found = await aws.findApi(deployed?.stack ?? stackNameOf(map.name));
  if (found !== undefined) return found;
  const [attached] = deployed?.records ?? [];
  if (attached !== undefined) return { kind: map.kind, id: attached.api };
  throw new UsageError(
    `expected an API, found no stack \`${stackNameOf(map.name)}\` with one in this account and Region: name it with \`--http-api\` or \`--rest-api\``,
    { code: 'STACK_UNKNOWN' },
  );
}
