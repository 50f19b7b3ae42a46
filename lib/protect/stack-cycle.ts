import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { outermost } from './deployments.ts';

/**
 * A route needs the authorizer, which is beside the API and needs the function: with route and
 * function in one stack and the API in another one, each stack would need the other.
 * @throws Error that says which construct to move; the CDK's own names neither.
 */
export function assertNoCycle(
  { api, reporter }: { readonly api: IConstruct; readonly reporter: IConstruct },
  route: CfnResource,
): void {
  const [ofApi, ofFunction] = [outermost(api), outermost(reporter)];
  if (ofApi === ofFunction || outermost(route) !== ofFunction) return;
  throw new Error(
    `${reporter.node.path}: expected this authorizer in the stack of its API \`${api.node.path}\` (\`${ofApi.node.path}\`) or its own, ` +
      `found it in \`${ofFunction.node.path}\` beside the route \`${route.node.path}\`: move the construct, since the two stacks would depend on each other`,
  );
}
