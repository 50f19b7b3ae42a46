import { Aspects, CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Keeps the resources of these constructs when their stack is deleted: routes still invoke them.
 */
export function keepOnDelete(constructs: readonly IConstruct[]): void {
  const visit = (node: IConstruct): void => {
    if (CfnResource.isCfnResource(node)) node.applyRemovalPolicy(RemovalPolicy.RETAIN);
  };
  for (const construct of constructs) Aspects.of(construct).add({ visit });
}
