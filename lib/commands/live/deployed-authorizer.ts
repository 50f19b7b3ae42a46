/** What the stack of a map has deployed: the function that is ours, and an attachment's record. */
import { stackNameOf } from '../../../lambda/core/contract/own-names.ts';
import {
  type DeployedAuthorizer,
  deployedAuthorizers,
  STACK_OUTPUT,
} from '../../../lambda/core/contract/stack-outputs.ts';
import type { AccessMap } from '../../access-map/index.ts';
import { UsageError } from '../shell/command.ts';
import type { FoundStack, LiveAws } from './live-aws.ts';

export interface Deployed extends Partial<DeployedAuthorizer> {
  readonly stack: string;
}

/**
 * @param named the stack that the command line names. Default: `access-<api.name>`, else the one
 * whose outputs name the map.
 * @returns undefined where no stack is named and none is found.
 * @throws UsageError for a named stack that is not there, and where several name the map.
 */
export async function findDeployed(
  { name }: Pick<AccessMap, 'name'>,
  named: string | undefined,
  aws: Pick<LiveAws, 'findStack' | 'findStacksOf'>,
): Promise<Deployed | undefined> {
  const stack = await aws.findStack(named ?? stackNameOf(name));
  if (stack !== undefined) return deployedBy(stack, name);
  if (named !== undefined)
    throw new UsageError(
      `expected the stack \`${named}\` in this account and Region, found none: see \`aws cloudformation list-stacks\``,
      { code: 'STACK_UNKNOWN' },
    );
  const [first, ...others] = await aws.findStacksOf(name);
  if (others.length > 0) {
    const names = [first, ...others].map((one) => `\`${one?.name}\``).join(', ');
    throw new UsageError(
      `expected one stack of the map \`${name}\`, found ${names}: name it with \`--stack\``,
      { code: 'STACK_AMBIGUOUS' },
    );
  }
  return first && deployedBy(first, name);
}

function deployedBy(stack: FoundStack, mapName: string): Deployed {
  const found = deployedAuthorizers(stack.outputs).find(({ map }) => map === mapName);
  return { stack: stack.name, ...(found ?? oldOutputs(stack)) };
}

/** The ARN of a function, and of its stack, name the same partition, Region and account. */
function oldOutputs({ arn, outputs }: FoundStack): Partial<DeployedAuthorizer> {
  const [, partition, , region, account] = arn.split(':');
  const { [STACK_OUTPUT.function]: name, [STACK_OUTPUT.records]: table } = outputs;
  return {
    ...(name !== undefined && {
      authorizer: `arn:${partition}:lambda:${region}:${account}:function:${name}`,
    }),
    ...(table !== undefined && { records: [{ api: '*', table }] }),
  };
}
