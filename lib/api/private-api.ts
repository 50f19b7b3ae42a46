/** A REST API that VPC endpoints alone reach. */
import type { CfnRestApiProps } from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * Everybody is allowed, and calls by another way are denied: an Allow of some endpoints alone would
 * be overridden by an authorizer's Allow. Source: API Gateway, "Private REST APIs": a private API
 * needs a policy; "How API Gateway resource policies affect authorization workflow".
 */
export function privateSettings(
  vpcEndpoints: readonly string[],
): Required<Pick<CfnRestApiProps, 'endpointConfiguration' | 'policy'>> {
  const everybody = {
    principals: [new AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
  };
  const others = { StringNotEquals: { 'aws:SourceVpce': [...vpcEndpoints] } };
  return {
    endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: [...vpcEndpoints] },
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement(everybody),
        new PolicyStatement({ ...everybody, effect: Effect.DENY, conditions: others }),
      ],
    }),
  };
}
