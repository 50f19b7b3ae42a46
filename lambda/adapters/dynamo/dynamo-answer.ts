/**
 * What an answer over HTTP says: DynamoDB's JSON, its refusal, or nothing that DynamoDB would say.
 */

import { isObject } from '../../core/json/json-object.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { DynamoError, type Item } from './requests.ts';

export const CONTENT_TYPE = 'application/x-amz-json-1.0';

/**
 * @returns the answer's object.
 * @throws DynamoError `refused` for 4xx and 5xx whatever they carry; `answer` for every other
 * status, and for 200 with no JSON object in it.
 */
export function answerIn({ status, type, body }: HttpAnswer): Readonly<Record<string, unknown>> {
  const content = type?.startsWith(CONTENT_TYPE) ? objectIn(body) : undefined;
  if (status === 200 && content) return content;
  if (status < 400)
    throw new DynamoError(
      { kind: 'answer' },
      `expected status 200 with ${CONTENT_TYPE}, found ${status} with ${type ?? 'no type'}`,
    );
  const refusal = errorType(content?.['__type']);
  const { Item: item } = (content ?? {}) as { readonly Item?: Item };
  throw new DynamoError(
    { kind: 'refused', status, type: refusal, ...(item && { item }) },
    `status ${status} ${refusal}`.trim(),
  );
}

function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The name after the namespace: `com.amazonaws.dynamodb.v20120810#ThrottlingException`. */
const errorType = (type: unknown): string =>
  typeof type === 'string' ? (/(?:^|#)(\w+)$/.exec(type)?.[1] ?? '') : '';
