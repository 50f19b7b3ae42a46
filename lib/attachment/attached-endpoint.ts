/** The permissions endpoint on an API that another stack owns: our resources beside the owner's. */
import type { CustomResource } from 'aws-cdk-lib';
import { CfnMethod, CfnResource as CfnPathPart } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { writeRequest } from '../../lambda/core/contract/attachment-request.ts';
import { ENDPOINT_PARENT, RESOURCE_TYPE } from '../../lambda/core/contract/custom-resources.ts';
import type { PermissionsEndpoint } from '../permissions/permissions-endpoint.ts';
import { addHttpRoute, restMethod } from '../permissions/permissions-routes.ts';
import type { Cors } from '../template-parts/gateway-responses.ts';
import { preflightMethod } from '../template-parts/rest-preflight.ts';
import type { AttachmentPlan } from './attachment-plan.ts';

export interface AttachedEndpointProps {
  readonly endpoint: PermissionsEndpoint;
  readonly kind: 'http' | 'rest';
  readonly apiId: string;
  readonly plan: AttachmentPlan;
  readonly authorizer: { readonly id: string; readonly resources: IConstruct };
  /** REST: pages that may read the answer; an HTTP API's owner sets them for all of its routes. */
  readonly cors: Cors | undefined;
}

/**
 * Created after the plan, which checks that the path is free, and before the attachment, which
 * publishes it. Deleted in the reverse order; the custom resource then publishes once more. Ids
 * contain the path: another path is another route, created before the old one is deleted.
 */
export function attachEndpoint({
  endpoint,
  kind,
  apiId,
  plan,
  authorizer,
  cors,
}: AttachedEndpointProps): CustomResource {
  const properties = writeRequest({ authorizerId: authorizer.id });
  const removal = plan.customResource(
    `Endpoint ${endpoint.path}`,
    RESOURCE_TYPE.endpoint,
    properties,
  );
  removal.node.addDependency(authorizer.resources);
  if (kind === 'http') addHttpRoute(endpoint, apiId, authorizer.id);
  else
    addMethods(
      endpoint,
      { restApiId: apiId, parentId: plan.resource.getAttString(ENDPOINT_PARENT) },
      authorizer.id,
      cors,
    );
  endpoint.node.addDependency(removal);
  return removal;
}

function addMethods(
  endpoint: PermissionsEndpoint,
  { restApiId, parentId }: { readonly restApiId: string; readonly parentId: string },
  authorizerId: string,
  cors: Cors | undefined,
): void {
  const { path } = endpoint;
  const resource = new CfnPathPart(endpoint, `Resource ${path}`, {
    restApiId,
    parentId,
    pathPart: path.slice(path.lastIndexOf('/') + 1),
  });
  const place = { restApiId, resourceId: resource.ref };
  new CfnMethod(endpoint, `Method ${path}`, {
    ...place,
    ...restMethod(endpoint),
    authorizationType: 'CUSTOM',
    authorizerId,
  });
  if (cors === undefined) return;
  const preflight = preflightMethod(cors, ['GET']);
  new CfnMethod(endpoint, `Preflight ${path}`, {
    ...place,
    httpMethod: 'OPTIONS',
    authorizationType: 'NONE',
    ...preflight,
  });
}
