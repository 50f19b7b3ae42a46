/**
 * DynamoDB over Node's own https: what the AWS SDK does for these requests at a small part of its
 * time. Signed by `aws4` with the environment's own clock, which is never corrected: AWS refuses
 * what is signed too far off, and so no wrong window is charged.
 */
import aws4, { type Request } from 'aws4';
import { type Credentials, credentialsFrom } from './aws-credentials.ts';
import { answerIn, CONTENT_TYPE } from './dynamo-answer.ts';
import { type Endpoint, endpointFrom } from './dynamo-endpoint.ts';
import { type HttpAnswer, httpExchange } from './http-exchange.ts';
import type {
  DynamoClient,
  DynamoClientOptions,
  LateAnswer,
  Operation,
  Operations,
} from './requests.ts';

/** The version of the protocol in the name of each operation. */
const TARGET = 'DynamoDB_20120810';

/**
 * Region, credentials and endpoint are the environment's: dynamo-endpoint.ts, aws-credentials.ts.
 * @param exchangeWith carries requests to the endpoint. Default: over its connections.
 * @throws Error with a sentence for an environment that names none, or names them wrongly.
 */
export function lightDynamo(
  { onAnswer }: DynamoClientOptions = {},
  exchangeWith = httpExchange,
): DynamoClient {
  const endpoint = endpointFrom(process.env);
  const credentials = credentialsFrom(process.env);
  const exchange = exchangeWith(endpoint);
  return {
    async send<Op extends Operation>(
      operation: Op,
      input: Operations[Op]['input'],
      withinMs: number,
      onLate?: (answer: LateAnswer<Op>) => void,
    ) {
      const sentAt = Date.now();
      const startedAt = performance.now();
      const body = JSON.stringify(input);
      const found = credentials(withinMs);
      const signer = found instanceof Promise ? await found : found;
      const headers = signed(endpoint, signer, operation, body);
      const read = (answer: HttpAnswer): Operations[Op]['answer'] => {
        onAnswer?.(answer.date, sentAt, Date.now());
        return answerIn(answer);
      };
      const leftMs = withinMs - (performance.now() - startedAt);
      const late = onLate && ((answer: HttpAnswer) => onLate(() => read(answer)));
      return read(await exchange(headers, body, leftMs, late));
    },
  };
}

function signed(
  { host, region }: Endpoint,
  credentials: Credentials,
  operation: Operation,
  body: string,
): Request['headers'] {
  const headers = {
    host,
    'content-type': CONTENT_TYPE,
    'x-amz-date': dateText(),
    'x-amz-target': `${TARGET}.${operation}`,
  };
  return aws4.sign(
    { method: 'POST', path: '/', host, service: 'dynamodb', region, headers, body },
    credentials,
  ).headers;
}

let lastSecond = 0;
let lastText = '';

/**
 * Now as a signature wants it, `20261128T103000Z`: made once a second, since calls come in bursts.
 */
function dateText(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1_000).toISOString().replace(/[:-]|\.000/g, '');
  }
  return lastText;
}
