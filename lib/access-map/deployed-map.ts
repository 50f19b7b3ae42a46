/**
 * The part of a map that can be compared later: it goes into the metadata of the stack's template,
 * and is read back from there.
 */
import { ModelError, parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessMap } from './access-map.ts';
import type { CachePlan } from './cache/cache-plan.ts';

/**
 * What two maps are compared by. The tests, the Okta side and the log retention of a deployed map
 * are unknown.
 */
export interface ComparableMap
  extends Pick<AccessMap, 'source' | 'name' | 'kind' | 'version' | 'model' | 'api' | 'revocations'>,
    Partial<Pick<AccessMap, 'tests' | 'oktaSides' | 'audit'>> {
  readonly cache: Pick<CachePlan, 'mode' | 'ttlSeconds'>;
}

/** Key in the template's section `Metadata`. */
export const DEPLOYED_MAP = 'OktaGroupAuthorizerMap';

/** The template holds no map that can be compared; the message says why. */
export class DeployedMapError extends Error {
  override readonly name = 'DeployedMapError';
}

/**
 * The part of the map that the template keeps: not the classes of a cached policy, which follow
 * from the rest and are the larger part of many models.
 */
export function deployedMap({ model, api, revocations, cache }: AccessMap): unknown {
  const { cache: _, ...rest } = model;
  const { mode, ttlSeconds } = cache;
  return {
    ...{ format: 1, model: rest, api, cache: { mode, ttlSeconds } },
    ...(revocations.length > 0 && { revocations }),
  };
}

/**
 * @param template text of the deployed template, as CloudFormation's `GetTemplate` returns it.
 * @throws DeployedMapError for a template without such a map, and for one of another version of
 * this product.
 */
export function readDeployedMap(template: string, stackName: string): ComparableMap {
  const text = metadataOf(template)?.[DEPLOYED_MAP];
  const where = `stack \`${stackName}\``;
  const fix = 'deploy once with this version';
  if (text === undefined)
    throw new DeployedMapError(`${where}: expected a map in its template, found none: ${fix}`);
  // An intrinsic function means that the app passed a value known only at deployment.
  if (typeof text !== 'string')
    throw new DeployedMapError(
      `${where}: expected a map without values of other resources, found some`,
    );
  const kept = JSON.parse(text) as Pick<ComparableMap, 'model' | 'api' | 'cache'> &
    Partial<Pick<ComparableMap, 'revocations'>> & { readonly format?: unknown };
  if (kept.format !== 1)
    throw new DeployedMapError(`${where}: expected a map of format 1, found another: ${fix}`);
  const { model, api, cache, revocations = [] } = kept;
  try {
    parseModel(model);
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new DeployedMapError(`${where}: expected a map of this version, found another: ${fix}`, {
      cause,
    });
  }
  return {
    source: stackName,
    name: model.name,
    kind: model.kind,
    version: model.version,
    model,
    api,
    cache,
    revocations,
  };
}

function metadataOf(template: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return (JSON.parse(template) as { readonly Metadata?: Readonly<Record<string, unknown>> })
      .Metadata;
  } catch {
    // Templates of the CDK are JSON; a stack of somebody else's YAML has no map.
    return undefined;
  }
}
