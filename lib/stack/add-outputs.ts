/** Outputs of the stack of a map for those who deploy it. */
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { STACK_OUTPUT } from '../../lambda/core/contract/stack-outputs.ts';
import type { AccessMap } from '../access-map/index.ts';
import { domainUrl } from '../api/custom-domain.ts';
import type { HttpAccessApi } from '../api/http-access-api.ts';
import { RestAccessApi } from '../api/rest-access-api.ts';
import type { AttachmentPlan } from '../attachment/attachment-plan.ts';
import type { OktaGroupAuthorizer } from '../authorizer/okta-group-authorizer.ts';

export function addOutput(stack: Stack, name: string, value: string, description: string): void {
  new CfnOutput(stack, name, { value, description });
}

export function addAuthorizerOutputs(
  stack: Stack,
  { keyAlarms, quotaTable }: OktaGroupAuthorizer,
): void {
  const { functionName } = keyAlarms.watched;
  addOutput(stack, STACK_OUTPUT.function, functionName, 'Function that decides each request');
  if (quotaTable !== undefined)
    addOutput(stack, 'QuotaTable', quotaTable.tableName, 'Table that quotas are counted in');
}

export function addPlanOutputs(stack: Stack, { outputs }: AttachmentPlan): void {
  for (const [name, { value, description }] of Object.entries(outputs))
    addOutput(stack, name, value, description);
}

export function addUrlOutputs(
  stack: Stack,
  api: HttpAccessApi | RestAccessApi,
  { api: { entrance } }: AccessMap,
): void {
  const says = 'Where the API is called';
  if (entrance?.domain !== undefined) addOutput(stack, 'ApiUrl', domainUrl(entrance.domain), says);
  else if (entrance?.executeApi !== false) addOutput(stack, 'ApiUrl', ownUrl(api), says);
  if (api.domain === undefined) return;
  const { target, hostedZoneId } = api.domain;
  addOutput(stack, 'DomainTarget', target, 'What the DNS record of the domain points to');
  addOutput(stack, 'DomainHostedZone', hostedZoneId, 'Hosted zone of that target');
}

const ownUrl = (api: HttpAccessApi | RestAccessApi): string =>
  api instanceof RestAccessApi ? api.restApi.url : api.httpApi.apiEndpoint;
