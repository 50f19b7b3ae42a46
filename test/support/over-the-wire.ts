/**
 * A client of DynamoDB as it is shipped, in front of a stand-in for the network and the service.
 */
import { CONTENT_TYPE } from '../../lambda/adapters/dynamo/dynamo-answer.ts';
import type {
  HttpAnswer,
  HttpExchange,
  httpExchange,
} from '../../lambda/adapters/dynamo/http-exchange.ts';
import {
  type ConnectDynamo,
  type DynamoClient,
  type DynamoClientOptions,
  DynamoError,
  type Operation,
  type Operations,
} from '../../lambda/adapters/dynamo/requests.ts';
import { connectTo } from './dynamo-clients.ts';

export type ClientOver = (
  options?: DynamoClientOptions,
  exchangeWith?: typeof httpExchange,
) => DynamoClient;

/**
 * @param connect a client that signs its requests and reads what is answered, as HTTP
 * @param standIn what the service does; its errors without an answer are those of the network
 */
export const overTheWire =
  (connect: ClientOver) =>
  (standIn: ConnectDynamo): ConnectDynamo =>
    connectTo('http://127.0.0.1:9', (options) => connect(options, () => exchangeWith(standIn())));

const exchangeWith =
  (service: DynamoClient): HttpExchange =>
  async (headers, body, withinMs, onLate) => {
    const [, operation] = String(headers['x-amz-target']).split('.');
    const input = JSON.parse(
      typeof body === 'string' ? body : new TextDecoder().decode(body),
    ) as Operations[Operation]['input'];
    const late = onLate && ((carriedOut: () => object) => onLate(answerOf(carriedOut)));
    const outcome = await service.send(operation as Operation, input, withinMs, late).then(
      (answer) => () => answer,
      (error: unknown) => () => {
        throw error;
      },
    );
    return answerOf(outcome);
  };

/** @throws DynamoError that stands for no answer at all. */
function answerOf(carriedOut: () => object): HttpAnswer {
  const told = { type: CONTENT_TYPE, date: undefined };
  try {
    return { ...told, status: 200, body: JSON.stringify(carriedOut()) };
  } catch (error) {
    if (!(error instanceof DynamoError) || error.failure.kind !== 'refused') throw error;
    const { status, type, item } = error.failure;
    const refusal = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, Item: item };
    return { ...told, status, body: JSON.stringify(refusal) };
  }
}
