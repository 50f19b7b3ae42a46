/**
 * DynamoDB over the AWS SDK, for deployments that ask for it: the SDK makes and signs the requests and reads the answers. Its
 * connections, and what counts as an answer, are those of the light client, so that both end every fault in the same way.
 */
import {
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { answerIn } from './answer.ts';
import { credentialsFrom } from './credentials.ts';
import { endpointFrom } from './endpoint.ts';
import { httpExchange } from './http-exchange.ts';
import { type DynamoClient, type DynamoClientOptions, DynamoError, type Operation, type Operations } from './requests.ts';

/** Time for credentials that have to be fetched: the SDK asks for them without saying how long the request may take. */
const CREDENTIALS_MS = 300;

type Carry<Op extends Operation> = (
  client: DynamoDBClient,
  input: Operations[Op]['input'],
  options: { readonly requestTimeout: number },
) => Promise<Operations[Op]['answer']>;

/** The SDK wants values with exactly one member, which our type does not say. */
const CARRY: { readonly [Op in Operation]: Carry<Op> } = {
  GetItem: (client, input, options) => client.send(new GetItemCommand(input as GetItemCommandInput), options),
  PutItem: (client, input, options) => client.send(new PutItemCommand(input as PutItemCommandInput), options),
  UpdateItem: (client, input, options) => client.send(new UpdateItemCommand(input as UpdateItemCommandInput), options),
  Query: (client, input, options) => client.send(new QueryCommand(input as QueryCommandInput), options),
};

/**
 * Region, credentials and endpoint are the environment's: endpoint.ts, credentials.ts.
 * @throws Error with a sentence for an environment that names none, or names them wrongly.
 */
export function sdkDynamo(options: DynamoClientOptions = {}): DynamoClient {
  const { secure, host, region } = endpointFrom(process.env);
  const credentials = credentialsFrom(process.env);
  const client = new DynamoDBClient({
    region,
    endpoint: `${secure ? 'https' : 'http'}://${host}`,
    credentials: async () => {
      const { expiresAt, ...found } = await credentials(CREDENTIALS_MS);
      return expiresAt === undefined ? found : { ...found, expiration: new Date(expiresAt) };
    },
    // One attempt: whoever sends a request knows what a second one would do, and how much time is left.
    maxAttempts: 1,
    // A request signed with the store's time would be taken from an environment whose windows are wrong.
    disableClockSkewCorrection: true,
    // All of these would be looked for in files.
    retryMode: 'standard',
    defaultsMode: 'standard',
    accountIdEndpointMode: 'disabled',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    endpointDiscoveryEnabled: false,
    userAgentAppId: async () => undefined,
    requestHandler: handlerOver(options),
  });
  return {
    async send<Op extends Operation>(operation: Op, input: Operations[Op]['input'], withinMs: number) {
      try {
        return await CARRY[operation](client, input, { requestTimeout: withinMs });
      } catch (cause) {
        if (cause instanceof DynamoError) throw cause;
        throw new DynamoError({ kind: 'answer' }, 'an answer that the SDK does not read', { cause });
      }
    },
  };
}

interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The SDK's way out: only what DynamoDB answers to a request that it has carried out comes back in. */
function handlerOver({ onAnswer }: DynamoClientOptions) {
  const exchange = httpExchange(endpointFrom(process.env));
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle({ headers, body }: SdkRequest, { requestTimeout = 0 }: { readonly requestTimeout?: number } = {}) {
      const sentAt = Date.now();
      const answer = await exchange(headers, body, requestTimeout);
      onAnswer?.(answer.date, sentAt, Date.now());
      answerIn(answer);
      return { response: { statusCode: answer.status, headers: { 'content-type': answer.type ?? '' }, body: Buffer.from(answer.body) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}
