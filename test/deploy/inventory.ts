/**
 * What an account of the emulated cloud holds, and what a stack declares to keep when it is
 * deleted.
 */
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { clientOptions, type World } from './world.ts';

/** Names by kind. */
export type Things = Readonly<
  Record<'functions' | 'tables' | 'logGroups' | 'roles' | 'alarms' | 'rules', readonly string[]>
>;

/** Every page of every list: 50 log groups, functions or alarms are one page. */
export async function inventory(world: World): Promise<Things> {
  const dynamo = { client: new DynamoDBClient(clientOptions(world)) };
  const tables: string[] = [];
  for await (const page of paginateListTables(dynamo, {})) tables.push(...(page.TableNames ?? []));
  const query = (action: string, token: string): Page => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: (next) => `${action}${next === undefined ? '' : `&${token}=${encodeURIComponent(next)}`}`,
  });
  return {
    functions: await named(world, 'lambda', {
      path: (next) => `/2015-03-31/functions/${next === undefined ? '' : `?Marker=${next}`}`,
    }),
    ...{ tables, logGroups: await logGroupNames(world) },
    roles: await named(world, 'iam', query('Action=ListRoles&Version=2010-05-08', 'Marker')),
    alarms: await named(
      world,
      'monitoring',
      query('Action=DescribeAlarms&Version=2010-08-01', 'NextToken'),
    ),
    rules: await named(world, 'events', {
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSEvents.ListRules',
      },
      body: (next) => JSON.stringify({ NextToken: next }),
    }),
  };
}

export async function logGroupNames(world: World): Promise<readonly string[]> {
  const client = new CloudWatchLogsClient(clientOptions(world));
  const names: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {}))
    names.push(...logGroups.map(({ logGroupName = '' }) => logGroupName));
  return names;
}

/** How a page is asked for; `next` is where the former one ended. */
interface Page {
  readonly path?: (next?: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: (next?: string) => string;
}

/** Names in the answers of a service whose client is not among this project's packages. */
async function named(
  { emulator, signal }: World,
  service: string,
  { path = () => '/', headers = {}, body }: Page,
): Promise<readonly string[]> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const names: string[] = [];
  let next: string | undefined;
  do {
    const answer = await fetch(`${emulator.url}${path(next)}`, {
      headers: { ...headers, authorization },
      signal: AbortSignal.any([signal]),
      ...(body !== undefined && { method: 'POST', body: body(next) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service}: ${answer.status} ${text.slice(0, 300)}`);
    for (const [, json, xml] of text.matchAll(
      /"(?:FunctionName|Name)": ?"([^"]+)"|<(?:RoleName|AlarmName)>([^<]+)</g,
    ))
      names.push(json ?? xml ?? '');
    const [, json, xml] =
      /"Next(?:Marker|Token)": ?"([^"]+)"|<(?:Marker|NextToken)>([^<]+)</.exec(text) ?? [];
    next = json ?? xml;
  } while (next !== undefined);
  return names;
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
