/**
 * Finds and reads the live API that a command line means. The SDK is loaded here only: most
 * commands need none of it.
 */
import type { Stack } from '@aws-sdk/client-cloudformation';
import { Option } from 'commander';
import {
  type AttachmentRecord,
  EMPTY_RECORD,
  NO_UNMAPPED,
  RECORD_TEXT,
  readRecord,
  recordKeyOf,
  type UnmappedRecord,
  unmappedKeyOf,
} from '../../../lambda/core/contract/attachment-record.ts';
import { deployedAuthorizers } from '../../../lambda/core/contract/stack-outputs.ts';
import { TABLE_KEY } from '../../../lambda/core/contract/tables.ts';
import type { LiveApi } from '../../../lambda/gateway/live-api.ts';

export interface LiveApiRef {
  readonly kind: 'http' | 'rest';
  readonly id: string;
  readonly stage?: string;
}

export interface LiveOptions {
  readonly httpApi?: string;
  readonly restApi?: string;
  readonly stage?: string;
}

/** What commands need of AWS; tests hand in their own. */
export interface LiveAws {
  read(ref: LiveApiRef): Promise<LiveApi>;
  /** The API that a stack has deployed; undefined where there is no such stack or it has none. */
  findApi(stackName: string): Promise<LiveApiRef | undefined>;
  /** Undefined where there is no such stack. */
  findStack(stackName: string): Promise<FoundStack | undefined>;
  /** Every stack whose outputs name the map. */
  findStacksOf(mapName: string): Promise<readonly FoundStack[]>;
  /** An attachment's record of an API. */
  readRecord(table: string, apiId: string): Promise<AttachmentRecord>;
  /** Routes of an API that an attachment has handed to the authorizer. */
  readUnmapped(table: string, apiId: string): Promise<UnmappedRecord>;
  /** Text of a stack's template; undefined where there is no such stack. */
  readTemplate(stackName: string): Promise<string | undefined>;
}

export interface FoundStack {
  readonly name: string;
  readonly arn: string;
  /** Values by logical id. */
  readonly outputs: Readonly<Record<string, string>>;
}

export const httpApiOption = (): Option =>
  new Option('--http-api <id>', 'id of an HTTP API that exists').conflicts('restApi');
export const restApiOption = (): Option =>
  new Option('--rest-api <id>', 'id of a REST API that exists');
export const stageOption = (): Option => new Option('--stage <name>', 'stage of a REST API');

/** The API that the options name, if they name one. */
export function refOf({ httpApi, restApi, stage }: LiveOptions): LiveApiRef | undefined {
  if (httpApi !== undefined) return { kind: 'http', id: httpApi };
  if (restApi === undefined) return undefined;
  return { kind: 'rest', id: restApi, ...(stage !== undefined && { stage }) };
}

/** The account and Region of the environment's credentials. */
export const liveAws: LiveAws = {
  async read({ kind, id, stage }) {
    if (kind === 'http') {
      const [{ ApiGatewayV2Client }, { httpApiControl }] = await Promise.all([
        import('@aws-sdk/client-apigatewayv2'),
        import('../../../lambda/gateway/http-api.ts'),
      ]);
      return httpApiControl(new ApiGatewayV2Client({}), id).read();
    }
    const [{ APIGatewayClient }, { restApiControl }] = await Promise.all([
      import('@aws-sdk/client-api-gateway'),
      import('../../../lambda/gateway/rest-api.ts'),
    ]);
    return restApiControl(new APIGatewayClient({}), id, stage).read();
  },
  async findApi(stackName) {
    const { CloudFormationClient, DescribeStackResourcesCommand } = await import(
      '@aws-sdk/client-cloudformation'
    );
    const client = new CloudFormationClient({});
    const { StackResources: all = [] } = await client
      .send(new DescribeStackResourcesCommand({ StackName: stackName }))
      .catch((error: unknown) => ({ StackResources: unlessMissing(error) ?? [] }));
    const api = all.find(
      ({ ResourceType: type }) =>
        type === 'AWS::ApiGatewayV2::Api' || type === 'AWS::ApiGateway::RestApi',
    );
    if (api?.PhysicalResourceId === undefined) return undefined;
    return {
      kind: api.ResourceType === 'AWS::ApiGateway::RestApi' ? 'rest' : 'http',
      id: api.PhysicalResourceId,
    };
  },
  async findStack(stackName) {
    const { CloudFormationClient, DescribeStacksCommand } = await import(
      '@aws-sdk/client-cloudformation'
    );
    const request = new DescribeStacksCommand({ StackName: stackName });
    const found = await new CloudFormationClient({}).send(request).catch(unlessMissing);
    return found?.Stacks?.map(foundStack)[0];
  },
  async findStacksOf(mapName) {
    const { CloudFormationClient, paginateDescribeStacks } = await import(
      '@aws-sdk/client-cloudformation'
    );
    const all: FoundStack[] = [];
    for await (const { Stacks } of paginateDescribeStacks(
      { client: new CloudFormationClient({}) },
      {},
    ))
      all.push(...(Stacks ?? []).map(foundStack));
    return all.filter(({ outputs }) =>
      deployedAuthorizers(outputs).some(({ map }) => map === mapName),
    );
  },
  readRecord: async (table, apiId) =>
    readRecord(await itemText(table, recordKeyOf(apiId)), EMPTY_RECORD),
  readUnmapped: async (table, apiId) =>
    readRecord(await itemText(table, unmappedKeyOf(apiId)), NO_UNMAPPED),
  async readTemplate(stackName) {
    const { CloudFormationClient, GetTemplateCommand } = await import(
      '@aws-sdk/client-cloudformation'
    );
    const request = new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' });
    return (await new CloudFormationClient({}).send(request).catch(unlessMissing))?.TemplateBody;
  },
};

/** Text of a record of an attachment; undefined where there is none. */
async function itemText(table: string, key: string): Promise<string | undefined> {
  const { DynamoDBClient, GetItemCommand } = await import('@aws-sdk/client-dynamodb');
  const Key = { [TABLE_KEY]: { S: key } };
  const request = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
  const { Item } = await new DynamoDBClient({}).send(request);
  return Item?.[RECORD_TEXT]?.S;
}

const foundStack = ({ StackName, StackId, Outputs = [] }: Stack): FoundStack => ({
  name: StackName ?? '',
  arn: StackId ?? '',
  outputs: Object.fromEntries(
    Outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
  ),
});

/** CloudFormation's word for a stack that is not there. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ValidationError') return undefined;
  throw error;
}
