import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct, type IDependable } from 'constructs';
import { flushProperties, RESOURCE_TYPE } from '../../lambda/core/contract/custom-resources.ts';
import type { AccessMap } from '../access-map/index.ts';
import { functionCode } from '../resources/function-code.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { ownFunction } from '../resources/own-function.ts';
import { acknowledgeWildcards } from '../resources/wildcard-rights.ts';
import { type AuthorizerContext, suffixOf } from './authorizer-context.ts';

export interface CacheFlushProps {
  readonly map: AccessMap;
  readonly api: { readonly kind: 'http' | 'rest'; readonly id: string };
  /**
   * What must be live before the cache is emptied: otherwise answers of the former map would be
   * cached again.
   */
  readonly after: readonly IDependable[];
  /** How the log is kept. */
  readonly operations: OperationsProps;
}

/**
 * Empties the gateway's cache of authorizer answers with every new version of the map, on all
 * stages of one API. Source of the actions, which are named by HTTP verbs: API Gateway Developer
 * Guide, "Control access for managing an API".
 */
class CacheFlush extends Construct {
  constructor(scope: Construct, id: string, { map, api, after, operations }: CacheFlushProps) {
    super(scope, id);
    const statements = flushStatements(Stack.of(this), api);
    const { function: flush, role } = ownFunction(this, {
      code: functionCode('flush'),
      description: `Empties the authorizer cache of the API ${map.name} when its access map has changed`,
      memorySize: 256,
      timeout: Duration.minutes(2),
      policy: 'flush',
      statements,
      operations,
    });
    acknowledgeWildcards(
      role,
      statements,
      'a new map must be in force on every stage of this one API, whoever made the stage',
    );
    const resource = new CustomResource(this, 'Flush', {
      serviceToken: flush.functionArn,
      resourceType: RESOURCE_TYPE.flush,
      // A new version of the map changes a property; that is an update, which flushes.
      properties: flushProperties({ kind: api.kind, apiId: api.id }, map.version),
    });
    resource.node.addDependency(...after, role);
  }
}

function flushStatements(stack: Stack, { kind, id }: CacheFlushProps['api']): PolicyStatement[] {
  const stages = stack.formatArn({
    service: 'apigateway',
    account: '',
    resource: '',
    resourceName: `${kind === 'rest' ? 'restapis' : 'apis'}/${id}/stages`,
  });
  return [
    new PolicyStatement({ actions: ['apigateway:GET'], resources: [stages] }),
    new PolicyStatement({
      actions: ['apigateway:DELETE'],
      resources: [`${stages}/*/cache/authorizers`],
    }),
  ];
}

/**
 * Empties the cache of `api` with every new map; nothing where answers are not cached.
 * @param live what must be live before, beside the authorizer's code.
 */
export function flushOnNewMap(
  context: AuthorizerContext,
  scope: Construct,
  api: CacheFlushProps['api'],
  live: readonly IDependable[] = [],
): void {
  const { map, authorizer, operations } = context;
  if (map.cache.mode === 'off') return;
  new CacheFlush(scope, `CacheFlush${suffixOf(context)}`, {
    map,
    api,
    after: [authorizer, ...live],
    operations,
  });
}
