/**
 * Runs a stack's scheduled check once, with the event that its rule sends, and reads the metric
 * from its log.
 */
import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { clientOptions, type World } from './world.ts';

export interface CheckResult {
  readonly UnprotectedRoutes: number;
  readonly routes: readonly string[];
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties: { readonly Targets?: readonly { readonly Input?: unknown }[] };
      }
    >
  >;
}

export async function runScheduledCheck(world: World, stack: string): Promise<CheckResult> {
  const { emulator, signal } = world;
  const client = new CloudFormationClient(clientOptions(world));
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: stack }));
  const { Resources } = JSON.parse(TemplateBody ?? '{}') as Template;
  const inputs = Object.values(Resources).map(({ Type, Properties }) =>
    Type === 'AWS::Events::Rule' ? Properties.Targets?.[0]?.Input : undefined,
  );
  const input = inputs.find(
    (text) => typeof text === 'string' && /"(?:Guarded|Packed)":/.test(text),
  );
  assert(input !== undefined, 'the rule of the check has no event');
  const { StackResources = [] } = await client.send(
    new DescribeStackResourcesCommand({ StackName: stack }),
  );
  const check = StackResources.find(
    ({ LogicalResourceId: id = '', ResourceType: type }) =>
      type === 'AWS::Lambda::Function' && id.includes('Drift'),
  );
  const url = `${emulator.url}/2015-03-31/functions/${check?.PhysicalResourceId}/invocations`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'x-amz-log-type': 'Tail' },
    body: String(input),
    signal,
  });
  assert.equal(answer.headers.get('x-amz-function-error'), null, await answer.text());
  const log = Buffer.from(answer.headers.get('x-amz-log-result') ?? '', 'base64').toString();
  const line = log.split('\n').find((text) => text.includes('"UnprotectedRoutes":'));
  assert(line !== undefined, `the check wrote no metric: ${log}`);
  return JSON.parse(line.slice(line.indexOf('{'))) as CheckResult;
}
