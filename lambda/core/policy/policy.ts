/** The IAM policy that answers API Gateway. */

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Action: 'execute-api:Invoke';
    readonly Effect: 'Allow' | 'Deny';
    readonly Resource: readonly string[];
  }[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly resources: readonly string[];
}

export const policyOf = (statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map(({ effect, resources }) => ({
    Action: 'execute-api:Invoke',
    Effect: effect,
    Resource: resources,
  })),
});

/**
 * Characters of the largest resource of a policy. Source: API Gateway Developer Guide, "Output from
 * a Lambda authorizer".
 */
export const MAX_RESOURCE_LENGTH = 512;

/**
 * A policy for the one request that was evaluated: nothing is cached, so nothing else may be in it.
 * A refusal is an explicit Deny, since a resource policy of the API can turn "neither" into Allow.
 *
 * @param arn ARN of the request, as the gateway wrote it into the event: the very string that it
 * evaluates the policy on.
 */
export function requestPolicy(effect: 'allow' | 'deny', arn: string): PolicyDocument {
  return policyOf([
    { effect: effect === 'allow' ? 'Allow' : 'Deny', resources: [literalResource(arn)] },
  ]);
}

/**
 * The caller writes the path, and `*` is a legal character there, as are `${` that IAM would take
 * for a policy variable: both become `?`, which matches one character and so still matches itself.
 * Beyond the length limit the tail becomes `*`.
 */
export function literalResource(arn: string, maxLength = MAX_RESOURCE_LENGTH): string {
  const literal = arn.replace(/\*|\$(?=\{)/g, '?');
  return literal.length <= maxLength ? literal : `${literal.slice(0, maxLength - 1)}*`;
}
