/** What is deployed to watch the authorizer, against what the deployed functions really write. */
import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { embeddedValues, metricKey } from '../lib/watch/embedded-metrics.ts';
import { logGroupNames } from './inventory.ts';
import { clientOptions, type World } from './world.ts';

/** All lines of log groups whose name holds the text. */
async function linesOf(world: World, text: string): Promise<readonly string[]> {
  const client = new CloudWatchLogsClient(clientOptions(world));
  const lines: string[] = [];
  for (const logGroupName of (await logGroupNames(world)).filter((name) => name.includes(text)))
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName }))
      lines.push(...events.flatMap(({ message = '' }) => message.trim().split('\n')));
  return lines;
}

function parsed(line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/**
 * After a call that was allowed, one that a group denies, one over quota and one with a bad token.
 * By default codes, groups and routes have no metrics of their own.
 */
export async function metricsInLog(
  world: World,
  stack: string,
  outputs: Readonly<Record<string, string>>,
): Promise<void> {
  const FunctionName = outputs['AuthorizerFunction'] ?? '';
  const lines = (await linesOf(world, 'Authorizer')).map(parsed);
  const found = new Set(lines.flatMap(embeddedValues).map(({ metric }) => metric));
  const own = (name: string, dimension = {}) =>
    metricKey('OktaGroupAuthorizer', name, { FunctionName, ...dimension });
  const expected = [
    own('Allowed'),
    own('Refused'),
    own('DecisionMilliseconds'),
    own('QuotaUsedPercent', { Quota: 'standard' }),
    own('KeyAgeSeconds'),
  ];
  assert.deepEqual(
    expected.filter((metric) => !found.has(metric)),
    [],
    `${stack}: metrics that no line holds, of ${[...found].join('; ')}`,
  );
}

/** The emulator has the schedule and does not run it. */
export async function detectorRuns(world: World, stack: string): Promise<void> {
  const { StackResources = [] } = await new CloudFormationClient(clientOptions(world)).send(
    new DescribeStackResourcesCommand({ StackName: `access-${stack}` }),
  );
  const idOf = (type: string, part: string): string =>
    StackResources.find(
      ({ ResourceType, LogicalResourceId }) =>
        ResourceType === type && LogicalResourceId?.includes(part),
    )?.PhysicalResourceId ?? '';
  const detector = idOf('AWS::Lambda::Function', 'WatchDetector');
  const url = `${world.emulator.url}/2015-03-31/functions/${detector}/invocations`;
  const answer = await fetch(url, { method: 'POST', body: '{}', signal: world.signal });
  assert.equal(answer.headers.get('x-amz-function-error'), null, await answer.text());
  const { Items = [] } = await new DynamoDBClient(clientOptions(world)).send(
    new ScanCommand({ TableName: idOf('AWS::DynamoDB::Table', 'WatchDetector') }),
  );
  const [item, ...others] = Items;
  assert.deepEqual([item?.['revision']?.N, others.length], ['1', 0]);
}
