/**
 * DynamoDB over the AWS SDK, for deployments that ask for it: the SDK makes and signs the requests
 * and reads the answers. Its connections, and what counts as an answer, are those of the light
 * client, so that both end every fault in the same way.
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
import { credentialsFrom } from './aws-credentials.ts';
import { answerIn } from './dynamo-answer.ts';
import { type Endpoint, endpointFrom } from './dynamo-endpoint.ts';
import { type HttpAnswer, type HttpExchange, httpExchange } from './http-exchange.ts';
import {
  type DynamoClient,
  type DynamoClientOptions,
  DynamoError,
  type LateAnswer,
  type Operation,
  type Operations,
} from './requests.ts';

/**
 * Time for credentials that have to be fetched: the SDK asks for them without saying how long the
 * request may take.
 */
const CREDENTIALS_MS = 300;

/**
 * What the SDK does around a request that these requests do not need, or that others do here: the
 * retry is the sender's.
 */
const UNUSED_STEPS = [
  'loggerMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
  'retryMiddleware',
];

type Carry<Op extends Operation> = (
  client: DynamoDBClient,
  input: Operations[Op]['input'],
) => Promise<Operations[Op]['answer']>;

/** The SDK requires values with exactly one member, which our type does not say. */
const CARRY: { readonly [Op in Operation]: Carry<Op> } = {
  GetItem: (client, input) => client.send(new GetItemCommand(input as GetItemCommandInput)),
  PutItem: (client, input) => client.send(new PutItemCommand(input as PutItemCommandInput)),
  UpdateItem: (client, input) =>
    client.send(new UpdateItemCommand(input as UpdateItemCommandInput)),
  Query: (client, input) => client.send(new QueryCommand(input as QueryCommandInput)),
};

/**
 * Region, credentials and endpoint are the environment's: dynamo-endpoint.ts, aws-credentials.ts.
 * @param exchangeWith carries requests to the endpoint. Default: over its connections.
 * @throws Error with a sentence for an environment that names none, or names them wrongly.
 */
export function sdkDynamo(
  options: DynamoClientOptions = {},
  exchangeWith = httpExchange,
): DynamoClient {
  // With options for a request, the SDK would assemble its steps again for each request, at a third
  // of its time.
  const terms = new WeakMap<object, Terms>();
  const client = leanClient(terms, (endpoint) =>
    handlerOver(exchangeWith(endpoint), options, terms),
  );
  return {
    async send<Op extends Operation>(
      operation: Op,
      input: Operations[Op]['input'],
      withinMs: number,
      onLate?: (answer: LateAnswer<Op>) => void,
    ) {
      terms.set(input, { withinMs, ...(onLate && { onLate }) });
      try {
        return await CARRY[operation](client, input);
      } catch (cause) {
        if (cause instanceof DynamoError) throw cause;
        throw new DynamoError({ kind: 'answer' }, 'an answer that the SDK cannot read', {
          cause,
        });
      }
    },
  };
}

/** What the caller of `send` asks of one request. */
interface Terms {
  readonly withinMs: number;
  readonly onLate?: (answer: () => object) => void;
}

const NO_TIME: Terms = { withinMs: 0 };

function leanClient(
  terms: WeakMap<object, Terms>,
  handlerFor: (endpoint: Endpoint) => ReturnType<typeof handlerOver>,
): DynamoDBClient {
  const endpoint = endpointFrom(process.env);
  const url = new URL(`${endpoint.secure ? 'https' : 'http'}://${endpoint.host}`);
  const client = new DynamoDBClient({
    region: endpoint.region,
    endpoint: url.href,
    endpointProvider: () => ({ url }),
    credentials: credentialProvider(),
    cacheMiddleware: true,
    ...NOT_FROM_FILES,
    requestHandler: handlerFor(endpoint),
  });
  const { middlewareStack: steps } = client;
  for (const name of UNUSED_STEPS) steps.remove(name);
  // Signing is beside the retry.
  steps.add((next) => next, { step: 'finalizeRequest', priority: 'high', name: 'retryMiddleware' });
  steps.add(
    (next) => (args) => {
      terms.set(args.request as object, terms.get(args.input) ?? NO_TIME);
      return next(args);
    },
    { step: 'deserialize', priority: 'low', name: 'keepTerms' },
  );
  return client;
}

/** Settings that the SDK would look for in files. */
const NOT_FROM_FILES = {
  maxAttempts: 1,
  retryMode: 'standard',
  defaultsMode: 'standard',
  accountIdEndpointMode: 'disabled',
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
  endpointDiscoveryEnabled: false,
  userAgentAppId: async () => undefined,
} as const;

/**
 * The SDK asks for credentials without saying how long the request may take, and again only where
 * they expire.
 */
function credentialProvider() {
  const credentials = credentialsFrom(process.env);
  return async () => {
    const { expiresAt, ...found } = await credentials(CREDENTIALS_MS);
    return expiresAt === undefined ? found : { ...found, expiration: new Date(expiresAt) };
  };
}

interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/**
 * How the SDK sends: it gets DynamoDB's answer only for a request that was carried out.
 */
function handlerOver(
  exchange: HttpExchange,
  { onAnswer }: DynamoClientOptions,
  terms: WeakMap<object, Terms>,
) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest) {
      const sentAt = Date.now();
      const { withinMs, onLate } = terms.get(request) ?? NO_TIME;
      const read = (answer: HttpAnswer): object => {
        onAnswer?.(answer.date, sentAt, Date.now());
        return answerIn(answer);
      };
      // A late answer never reaches the SDK, whose promise has ended; it is read as the light
      // client reads it.
      const late = onLate && ((answer: HttpAnswer) => onLate(() => read(answer)));
      const answer = await exchange(request.headers, request.body, withinMs, late);
      read(answer);
      // Without its date: a request that the SDK signed with the store's time would be taken from
      // an environment whose windows are wrong.
      return {
        response: {
          statusCode: answer.status,
          headers: { 'content-type': answer.type ?? '' },
          body: Buffer.from(answer.body),
        },
      };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}
