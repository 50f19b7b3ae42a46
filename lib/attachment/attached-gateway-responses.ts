import type { CustomResource } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RESOURCE_TYPE } from '../../lambda/core/contract/custom-resources.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import type { AttachTarget } from './attach-options.ts';
import { AttachmentFunction } from './attachment-function.ts';
import { responseStatements } from './attachment-grants.ts';
import type { AttachmentPlan } from './attachment-plan.ts';

export interface GatewayResponsesProps extends AttachTarget {
  readonly plan: AttachmentPlan;
  readonly operations: OperationsProps;
}

/**
 * Gateway responses on an existing REST API. A resource, a function and a role of their own: the
 * rights exist only while the map asks for gateway responses, and still when the resource is
 * deleted and restores the former ones.
 */
export class GatewayResponses extends Construct {
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: GatewayResponsesProps) {
    super(scope, id);
    const { plan, map } = props;
    const { function: handler } = new AttachmentFunction(this, 'Answer', {
      handler: 'handler',
      description: `Sets gateway responses on the API of ${map.name}`,
      statements: responseStatements(Stack.of(this), props, plan.records),
      recordTable: plan.records.tableName,
      access: 'write',
      operations: props.operations,
    });
    this.resource = plan.customResource('GatewayResponses', RESOURCE_TYPE.responses, {}, handler);
  }
}
