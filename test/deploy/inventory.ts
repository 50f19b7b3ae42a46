/** What an account of the emulated cloud holds, and what a stack declares to keep when it is deleted. */
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { clientOptions, type World } from './world.ts';

/** Names by kind. */
export type Things = Readonly<
  Record<'functions' | 'tables' | 'logGroups' | 'roles' | 'alarms' | 'rules', readonly string[]>
>;

export async function inventory(world: World): Promise<Things> {
  const [dynamo, logs] = [
    new DynamoDBClient(clientOptions(world)),
    new CloudWatchLogsClient(clientOptions(world)),
  ];
  const { TableNames: tables = [] } = await dynamo.send(new ListTablesCommand({}));
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const query = { 'content-type': 'application/x-www-form-urlencoded' };
  const rules = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSEvents.ListRules',
  };
  return {
    functions: await named(world, 'lambda', { path: '/2015-03-31/functions/' }),
    tables,
    logGroups: logGroups.map(({ logGroupName = '' }) => logGroupName),
    roles: await named(world, 'iam', {
      headers: query,
      body: 'Action=ListRoles&Version=2010-05-08',
    }),
    alarms: await named(world, 'monitoring', {
      headers: query,
      body: 'Action=DescribeAlarms&Version=2010-08-01',
    }),
    rules: await named(world, 'events', { headers: rules, body: '{}' }),
  };
}

interface Asked {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Names in the answer of a service whose client is not among this project's packages. */
async function named(
  { emulator, signal }: World,
  service: string,
  { path = '/', headers = {}, body }: Asked,
): Promise<readonly string[]> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(`${emulator.url}${path}`, {
    headers: { ...headers, authorization },
    signal: AbortSignal.any([signal]),
    ...(body !== undefined && { method: 'POST', body }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service}: ${answer.status} ${text.slice(0, 300)}`);
  const names = text.matchAll(
    /"(?:FunctionName|Name)": ?"([^"]+)"|<(?:RoleName|AlarmName)>([^<]+)</g,
  );
  return [...names].map(([, json, xml]) => json ?? xml ?? '');
}

/** What is there and was not before. */
export function added(before: Things, now: Things): Things {
  const more = (kind: keyof Things): readonly string[] =>
    now[kind].filter((name) => !before[kind].includes(name)).toSorted();
  return {
    ...{ functions: more('functions'), tables: more('tables'), logGroups: more('logGroups') },
    ...{ roles: more('roles'), alarms: more('alarms'), rules: more('rules') },
  };
}

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly DeletionPolicy?: string }>
  >;
}

/** Of the stack as it is deployed now. */
export async function keptOnDelete(world: World, StackName: string): Promise<Things> {
  const client = new CloudFormationClient(clientOptions(world));
  const { TemplateBody = '{}' } = await client.send(new GetTemplateCommand({ StackName }));
  const { Resources } = JSON.parse(TemplateBody) as Template;
  const { StackResources = [] } = await client.send(
    new DescribeStackResourcesCommand({ StackName }),
  );
  const kept = (type: string): readonly string[] =>
    StackResources.filter(
      ({ ResourceType, LogicalResourceId: id = '' }) =>
        ResourceType === type && /^Retain/.test(Resources[id]?.DeletionPolicy ?? ''),
    )
      .map(({ PhysicalResourceId = '' }) => PhysicalResourceId)
      .toSorted();
  return {
    ...{ functions: [], roles: [], alarms: [], rules: [] },
    tables: kept('AWS::DynamoDB::Table'),
    logGroups: kept('AWS::Logs::LogGroup'),
  };
}
