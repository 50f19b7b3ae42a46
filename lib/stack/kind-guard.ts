import { CfnParameter, CfnRule, Fn, type Stack } from 'aws-cdk-lib';

/**
 * Refuses a deployment that would turn an HTTP API into a REST API or back, which would delete the
 * old API and its URL.
 *
 * The parameter remembers the kind: a deployment passes on the value that the stack was created
 * with (`cdk deploy` and `aws cloudformation deploy` do so by default), and CloudFormation
 * evaluates rules before it changes anything. Setting the parameter, or not passing former values,
 * disables the check; so does a stack from before this parameter. Source: CloudFormation User
 * Guide, "Rules section structure and syntax".
 */
export function guardKind(stack: Stack, kind: 'http' | 'rest'): void {
  const parameter = new CfnParameter(stack, 'ApiKind', {
    type: 'String',
    default: kind,
    description: 'The kind of API that this stack was made with; not to be set by hand',
  });
  new CfnRule(stack, 'ApiKindUnchanged', {
    assertions: [
      {
        assert: Fn.conditionEquals(parameter.valueAsString, kind),
        assertDescription:
          `this stack was deployed with another api.kind than ${kind}: the change would delete the API and its URL. ` +
          'Give api.name another value, which makes a second stack, and delete this one when its callers have moved',
      },
    ],
  });
}
