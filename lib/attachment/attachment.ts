import type { CustomResource } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct, type IConstruct } from 'constructs';
import { UPDATE_PROPERTY, writeRequest } from '../../lambda/core/contract/attachment-request.ts';
import { RESOURCE_TYPE } from '../../lambda/core/contract/custom-resources.ts';
import type { PermissionsEndpoint } from '../permissions/permissions-endpoint.ts';
import { attachEndpoint } from './attached-endpoint.ts';
import { GatewayResponses } from './attached-gateway-responses.ts';
import { AttachmentPlan, type AttachmentPlanProps } from './attachment-plan.ts';
import { DriftCheck } from './drift-check.ts';

export interface AttachmentProps extends AttachmentPlanProps {
  /**
   * The authorizer on the API, with the permission to invoke the function: created after the plan,
   * deleted after the detachment.
   */
  readonly authorizer: { readonly id: string; readonly resources: IConstruct };
  /** Present where the map asks for the endpoint. */
  readonly endpoint?: PermissionsEndpoint;
}

/**
 * Our authorizer on the routes of an API that another stack owns: plan, authorizer, routes, and a
 * drift check every 15 minutes.
 */
export class Attachment extends Construct {
  readonly plan: AttachmentPlan;
  /** Prior authorization of routes. */
  readonly records: Table;
  /**
   * Goes off when a route can be called without authorizer, and when the check has not run for 30
   * minutes.
   */
  readonly alarm: Alarm;
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: AttachmentProps) {
    super(scope, id);
    this.plan = new AttachmentPlan(this, 'Plan', props);
    this.records = this.plan.records;
    const { authorizer, endpoint } = props;
    this.resource = this.plan.customResource('Attachment', RESOURCE_TYPE.attachment, {
      ...writeRequest({ authorizerId: authorizer.id }),
      // A new function is a new integration, which a stage serves only after publishing.
      ...(endpoint !== undefined && {
        [UPDATE_PROPERTY.endpointFunction]: endpoint.function.functionArn,
      }),
    });
    if (endpoint !== undefined) this.#addEndpoint(endpoint, props);
    if (props.gatewayResponses) this.#addResponses(props);
    props.authorizer.resources.node.addDependency(this.plan.resource);
    this.resource.node.addDependency(props.authorizer.resources);
    this.alarm = new DriftCheck(this, 'Drift', {
      ...props,
      records: this.plan.records,
      request: this.plan.properties,
    }).alarm;
  }

  #addEndpoint(endpoint: PermissionsEndpoint, { map, apiId, authorizer }: AttachmentProps): void {
    const { plan } = this;
    attachEndpoint({ endpoint, kind: map.kind, apiId, plan, authorizer, cors: map.api.cors });
    this.resource.node.addDependency(endpoint);
  }

  #addResponses(props: AttachmentProps): void {
    const responses = new GatewayResponses(this, 'Responses', { ...props, plan: this.plan });
    // Each of the two deploys the API: one after the other.
    responses.resource.node.addDependency(this.resource);
  }
}
