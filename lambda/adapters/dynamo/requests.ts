/**
 * Requests to DynamoDB of the functions on the path of a call, and their clients: light-client.ts
 * by default, sdk-client.ts where the deployment asks for the AWS SDK. Inputs and answers are those
 * of DynamoDB's own protocol, as far as they are used. Source: Amazon DynamoDB API Reference.
 */

/** A value in DynamoDB's notation. Binary values are not read. */
export interface AttributeValue {
  readonly S?: string;
  /** Numbers travel as text. */
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly SS?: readonly string[];
  readonly L?: readonly AttributeValue[];
  readonly M?: Item;
}

export type Item = Readonly<Record<string, AttributeValue>>;

interface Expressions {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

interface Condition extends Expressions {
  readonly ConditionExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
}

export interface GetItem {
  readonly TableName: string;
  readonly Key: Item;
  readonly ConsistentRead?: boolean;
}

export interface PutItem extends Condition {
  readonly TableName: string;
  readonly Item: Item;
}

export interface UpdateItem extends Condition {
  readonly TableName: string;
  readonly Key: Item;
  readonly UpdateExpression: string;
  readonly ReturnValues?: 'ALL_NEW';
}

export interface Query extends Expressions {
  readonly TableName: string;
  readonly KeyConditionExpression: string;
  readonly ConsistentRead?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
}

/** Input and answer of each operation. */
export interface Operations {
  readonly GetItem: {
    readonly input: GetItem;
    readonly answer: { readonly Item?: Item | undefined };
  };
  readonly PutItem: { readonly input: PutItem; readonly answer: object };
  readonly UpdateItem: {
    readonly input: UpdateItem;
    readonly answer: { readonly Attributes?: Item | undefined };
  };
  readonly Query: { readonly input: Query; readonly answer: Page };
}

interface Page {
  readonly Items?: readonly Item[] | undefined;
  readonly LastEvaluatedKey?: Item | undefined;
}

export type Operation = keyof Operations;

/** Gives the answer, or throws the DynamoError that stands for it. */
export type LateAnswer<Op extends Operation> = () => Operations[Op]['answer'];

export interface DynamoClient {
  /**
   * Carries out one request, once.
   * @param withinMs longest time in milliseconds until the last byte of the answer.
   * @param onLate called with an answer that came within 10 s after that time, once. Default: late
   * answers are dropped.
   * @throws DynamoError for anything but the answer.
   */
  send<Op extends Operation>(
    operation: Op,
    input: Operations[Op]['input'],
    withinMs: number,
    onLate?: (answer: LateAnswer<Op>) => void,
  ): Promise<Operations[Op]['answer']>;
}

export interface DynamoClientOptions {
  /**
   * Called with every answer, refusals included: its `Date` field, and when the request was sent
   * and the answer received (epoch milliseconds).
   */
  readonly onAnswer?: (dateField: string | undefined, sentAt: number, receivedAt: number) => void;
}

/**
 * Opens a client over the environment's Region, credentials and endpoint. Connects to nothing yet.
 */
export type ConnectDynamo = (options?: DynamoClientOptions) => DynamoClient;

export type DynamoFailure =
  /** No whole answer in time, or no connection, or one that broke off. */
  | {
      readonly kind: 'timeout' | 'connection';
      /** No byte of the request has left: there was no connection yet. */
      readonly unsent?: true;
    }
  /**
   * An answer that DynamoDB does not give: a redirect, a page, half of an object, more bytes than
   * there may be.
   */
  | { readonly kind: 'answer' }
  /** No credentials to sign with. */
  | { readonly kind: 'credentials' }
  /**
   * DynamoDB's own refusal, or a status that says as much; `type` is empty where the answer does
   * not name one.
   */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly type: string;
      readonly item?: Item;
    };

export class DynamoError extends Error {
  override readonly name = 'DynamoError';
  readonly failure: DynamoFailure;
  constructor(failure: DynamoFailure, what: string, options?: ErrorOptions) {
    super(`DynamoDB: ${what}`, options);
    this.failure = failure;
  }
}

/**
 * Whether the error says that a condition did not hold.
 * @returns the item as it was, where the answer holds it (ReturnValuesOnConditionCheckFailure);
 * undefined for any other error.
 */
export function failedCondition(error: unknown): { readonly item?: Item } | undefined {
  if (!(error instanceof DynamoError) || error.failure.kind !== 'refused') return undefined;
  return error.failure.type === 'ConditionalCheckFailedException' ? error.failure : undefined;
}
