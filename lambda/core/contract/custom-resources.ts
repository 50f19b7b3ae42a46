/**
 * Types and attributes of the custom resources. CloudFormation keeps both, so they never change.
 */

export const RESOURCE_TYPE = {
  plan: 'Custom::OktaGroupAttachmentPlan',
  attachment: 'Custom::OktaGroupAttachment',
  endpoint: 'Custom::OktaGroupPermissionsEndpoint',
  responses: 'Custom::OktaGroupGatewayResponses',
  flush: 'Custom::FlushAuthorizerCache',
} as const;

/** Attributes (`Fn::GetAtt`) of the plan: what it found, as text for people. */
export const PLAN_ATTRIBUTE = {
  attached: 'Attached',
  leftForeign: 'LeftForeign',
  public: 'Public',
  unmapped: 'Unmapped',
  reopenOnDetach: 'ReopenOnDetach',
  served: 'ServedByCatchAll',
  stagesAfterDetach: 'StagesAfterDetach',
} as const;

/** More attributes of the plan of an attachment that sets gateway responses. */
export const RESPONSE_ATTRIBUTE = {
  set: 'GatewayResponses',
  left: 'LeftGatewayResponses',
} as const;

/** Attribute of the plan of an attachment that takes another one over. */
export const TAKE_OVER_ATTRIBUTE = 'TakenOver';

/** REST: attribute of the plan, id of the resource that the endpoint's is made below. */
export const ENDPOINT_PARENT = 'EndpointParent';

export interface FlushTarget {
  readonly kind: 'http' | 'rest';
  readonly apiId: string;
}

/** Properties of `Custom::FlushAuthorizerCache`; a new version of the map is an update. */
export const flushProperties = ({ kind, apiId }: FlushTarget, mapVersion: string) => ({
  ApiId: apiId,
  Kind: kind,
  MapVersion: mapVersion,
});

export const readFlushProperties = ({
  ApiId: apiId,
  Kind: kind,
}: Readonly<Record<string, unknown>>): FlushTarget => ({
  kind: kind === 'rest' ? 'rest' : 'http',
  apiId: String(apiId),
});
