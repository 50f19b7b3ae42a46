/**
 * Composition root of the attachment: `handler` serves the custom resources, `check` the schedule.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ResourceEvent, sendResponse } from '../adapters/custom-resource.ts';
import {
  EMPTY_RECORD,
  MAX_RECORD_AGE_MS,
  NO_UNMAPPED,
  recordKeyOf,
  responseRecordKeyOf,
  unmappedKeyOf,
} from '../core/contract/attachment-record.ts';
import { type AttachmentRequest, readRequest } from '../core/contract/attachment-request.ts';
import { ATTACHMENT_VARIABLE } from '../core/contract/environment.ts';
import { httpApiControl } from '../gateway/http-api.ts';
import type { ApiControl } from '../gateway/live-api.ts';
import { responseControl } from '../gateway/response-control.ts';
import { restApiControl } from '../gateway/rest-api.ts';
import { exportCache } from '../gateway/stage-export.ts';
import { describeError } from './describe-error.ts';
import { dynamoStore, otherRecords } from './dynamo-record-store.ts';
import { handleResource } from './handle-resource.ts';
import { rateLimiter } from './rate-limit.ts';
import type { AttachmentParts } from './resource-call.ts';
import { EMPTY_RESPONSES } from './response-plan.ts';
import { propertiesIn } from './unpack-check-event.ts';
import { driftMetric, findDrift } from './unprotected-routes.ts';

/**
 * 6 requests a second leave room for others; throttled requests are retried for about two minutes.
 */
const CALL_GAP_MS = 160;
const RETRIES = { maxAttempts: 10, retryMode: 'adaptive' } as const;

const RECORD_PROPAGATION_MS = MAX_RECORD_AGE_MS + 1_000;

const table = process.env[ATTACHMENT_VARIABLE.recordTable] ?? '';
const invokes = process.env[ATTACHMENT_VARIABLE.authorizerArn];
const exports = exportCache();
const dynamo = new DynamoDBClient({});
const cloudFormation = new CloudFormationClient({});
const waitTurn = rateLimiter(CALL_GAP_MS, Date.now, async (ms) => sleep(ms));

/** Middleware inside the retries, so that retries are limited too. */
const rateLimited =
  <In, Out>(next: (args: In) => Promise<Out>) =>
  async (args: In): Promise<Out> => {
    await waitTurn();
    return next(args);
  };
const INSIDE_RETRIES = { step: 'finalizeRequest', name: 'pace', priority: 'low' } as const;

function controlOf({ kind, apiId, stage }: AttachmentRequest): ApiControl {
  if (kind === 'http') {
    const client = new ApiGatewayV2Client(RETRIES);
    client.middlewareStack.add(rateLimited, INSIDE_RETRIES);
    return httpApiControl(client, apiId);
  }
  return restApiControl(restClient(), apiId, stage, exports);
}

function restClient(): APIGatewayClient {
  const client = new APIGatewayClient(RETRIES);
  client.middlewareStack.add(rateLimited, INSIDE_RETRIES);
  return client;
}

const log = (record: Readonly<Record<string, unknown>>): void =>
  void process.stdout.write(`${JSON.stringify(record)}\n`);
const storeOf = ({ apiId }: AttachmentRequest) =>
  dynamoStore(dynamo, table, recordKeyOf(apiId), EMPTY_RECORD);
const unmappedOf = ({ apiId }: AttachmentRequest) =>
  dynamoStore(dynamo, table, unmappedKeyOf(apiId), NO_UNMAPPED);

const parts: AttachmentParts = {
  control: controlOf,
  store: storeOf,
  unmapped: unmappedOf,
  responses: ({ apiId }) => responseControl(restClient(), apiId),
  responseStore: ({ apiId }) =>
    dynamoStore(dynamo, table, responseRecordKeyOf(apiId), EMPTY_RESPONSES),
  async isRollingBack(stackId) {
    const { Stacks: stacks } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: stackId }),
    );
    return stacks?.[0]?.StackStatus?.includes('ROLLBACK') ?? false;
  },
  waitForReaders: () => sleep(RECORD_PROPAGATION_MS),
  otherRecords: otherRecords(dynamo),
  log,
  ...(invokes !== undefined && { invokes }),
};

export async function handler(event: ResourceEvent): Promise<void> {
  await sendResponse(event, await handleResource(event, parts), fetch);
}

/** @throws Error on any failure: the missing metric then raises the alarm. */
export async function check(event: Readonly<Record<string, unknown>>): Promise<void> {
  const request = readRequest(propertiesIn(event));
  try {
    const parts = {
      control: controlOf(request),
      store: storeOf(request),
      unmapped: unmappedOf(request),
      invokes,
    };
    log(driftMetric(request.apiId, await findDrift(request, parts), Date.now()));
  } catch (error) {
    throw new Error(describeError(error), { cause: error });
  }
}
