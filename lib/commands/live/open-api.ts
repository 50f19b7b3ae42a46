/**
 * Finds and reads the live API that a command line means. The SDK is loaded here only: most
 * commands need none of it.
 */
import { Option } from 'commander';
import type { LiveApi } from '../../../lambda/gateway/live-api.ts';
import type { AccessMap } from '../../access-map/index.ts';
import { UsageError } from '../shell/command.ts';

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
  /** Text of a stack's template; undefined where there is no such stack. */
  readTemplate(stackName: string): Promise<string | undefined>;
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

/**
 * Options, then `api.attachTo`, then the API of the map's deployed stack.
 * @throws UsageError where there is none.
 */
export async function findLiveApi(
  options: LiveOptions,
  map: AccessMap,
  aws: LiveAws,
): Promise<LiveApiRef> {
  const { attachTo } = map.api;
  const named = refOf(options);
  if (named !== undefined) return named;
  if (attachTo !== undefined)
    return {
      kind: map.kind,
      id: attachTo.apiId,
      ...(attachTo.stage !== undefined && { stage: attachTo.stage }),
    };
  const found = await aws.findApi(`access-${map.name}`);
  if (found !== undefined) return found;
  throw new UsageError(
    `expected an API, found no stack \`access-${map.name}\` with one in this account and Region: name it with \`--http-api\` or \`--rest-api\``,
  );
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
  async readTemplate(stackName) {
    const { CloudFormationClient, GetTemplateCommand } = await import(
      '@aws-sdk/client-cloudformation'
    );
    const request = new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' });
    return (await new CloudFormationClient({}).send(request).catch(unlessMissing))?.TemplateBody;
  },
};

/** CloudFormation's word for a stack that is not there. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ValidationError') return undefined;
  throw error;
}
