/**
 * Reads what an authorizer returned to an HTTP API. Stricter than the service may be: a field that
 * it does not document, or an answer above its size budget, is refused, so that nothing works here
 * which may not work there. Source: API Gateway Developer Guide, "Control access to HTTP APIs with
 * Lambda authorizers"; "Quotas" (8 KB result, 512 characters a resource).
 */

import { isObject } from '../../lambda/core/json/json-object.ts';
import { evaluatePolicy } from '../iam.ts';

export type AuthorizerAnswer =
  | {
      readonly kind: 'policy';
      readonly principalId: string;
      readonly document: unknown;
      readonly context: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'simple';
      readonly isAuthorized: boolean;
      readonly context: Readonly<Record<string, unknown>>;
    };

/** The authorizer's answer is not one that the gateway takes: the caller gets 500. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

const maxAnswerBytes = 8192;
const maxResourceLength = 512;

/**
 * @param payload JSON text as the function returned it
 * @param simpleResponses whether the authorizer may answer `{ isAuthorized }`
 * @throws AnswerError naming the first thing that is wrong
 */
export function parseAnswer(payload: string, simpleResponses: boolean): AuthorizerAnswer {
  const bytes = Buffer.byteLength(payload);
  if (bytes > maxAnswerBytes)
    throw new AnswerError(`expected at most ${maxAnswerBytes} bytes, found ${bytes}`);
  const answer: unknown = JSON.parse(payload);
  if (!isObject(answer)) throw new AnswerError('expected an object');
  const context = parseContext(answer['context']);
  if (simpleResponses && 'isAuthorized' in answer) {
    onlyKeys(answer, ['isAuthorized', 'context']);
    if (typeof answer['isAuthorized'] !== 'boolean')
      throw new AnswerError('isAuthorized: expected true or false');
    return { kind: 'simple', isAuthorized: answer['isAuthorized'], context };
  }
  onlyKeys(answer, ['principalId', 'policyDocument', 'context']);
  const principalId = answer['principalId'];
  if (typeof principalId !== 'string' || principalId === '')
    throw new AnswerError('principalId: expected a non-empty text');
  return {
    kind: 'policy',
    principalId,
    document: parseDocument(answer['policyDocument']),
    context,
  };
}

/**
 * Reads what an authorizer returned to a REST API, whose context takes text, numbers and booleans
 * only. Source: API Gateway Developer Guide, "Output from a Lambda authorizer".
 * @throws AnswerError naming the first thing that is wrong
 */
export function parseRestAnswer(payload: string): AuthorizerAnswer {
  const answer = parseAnswer(payload, false);
  const nested = Object.entries(answer.context).find(([, value]) => typeof value === 'object');
  if (nested !== undefined)
    throw new AnswerError(`context: expected text, a number or a boolean for \`${nested[0]}\``);
  return answer;
}

function onlyKeys(answer: Readonly<Record<string, unknown>>, keys: readonly string[]): void {
  const unexpected = Object.keys(answer).find((key) => !keys.includes(key));
  if (unexpected !== undefined)
    throw new AnswerError(`expected only ${keys.join(', ')}, found \`${unexpected}\``);
}

function parseDocument(document: unknown): unknown {
  if (!isObject(document)) throw new AnswerError('policyDocument: expected an object');
  try {
    // Evaluated once for a resource that exists nowhere: a malformed document must fail on
    // every request, not only on some.
    evaluatePolicy(document, 'arn:aws:execute-api:us-east-1:000000000000:none/none/NONE/');
  } catch (cause) {
    throw new AnswerError(
      `policyDocument: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const long = entries(document['Statement'])
    .filter((value) => isObject(value))
    .flatMap((statement) => entries(statement['Resource'] ?? statement['NotResource']))
    .find((resource) => String(resource).length > maxResourceLength);
  if (long !== undefined)
    throw new AnswerError(
      `policyDocument: expected resources of at most ${maxResourceLength} characters`,
    );
  return document;
}

/** HTTP APIs take text, numbers, booleans, lists and maps. */
function parseContext(context: unknown): Readonly<Record<string, unknown>> {
  if (context === undefined) return {};
  if (!isObject(context)) throw new AnswerError('context: expected an object');
  const empty = Object.entries(context).find(([, value]) => value === null);
  if (empty !== undefined)
    throw new AnswerError(`context: expected a value for \`${empty[0]}\`, found null`);
  return context;
}

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
