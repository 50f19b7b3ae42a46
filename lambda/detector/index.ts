/** Composition root of the detector, which runs on a schedule. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { embeddedMetrics } from '../adapters/embedded-metrics.ts';
import type { DetectorSettings } from '../core/contract/detector-input.ts';
import { DETECTOR_FILE_NAME, DETECTOR_VARIABLE } from '../core/contract/environment.ts';
import type { Clock } from '../ports.ts';
import { dynamoState } from './dynamo-state.ts';
import { insightsLog } from './insights-log.ts';
import { runDetection } from './run-detection.ts';

const clock: Clock = { now: () => Date.now() };
const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);
const settings = JSON.parse(
  readFileSync(new URL(`./${DETECTOR_FILE_NAME}`, import.meta.url), 'utf8'),
) as DetectorSettings;
const variable = (name: keyof typeof DETECTOR_VARIABLE): string =>
  process.env[DETECTOR_VARIABLE[name]] ?? '';
const logs = new CloudWatchLogsClient({});
const dynamo = new DynamoDBClient({});

/** @throws Error on any failure: the missing metric then raises the alarm. */
export const handler = (): Promise<void> =>
  runDetection({
    settings,
    log: insightsLog(logs, variable('logGroup'), {
      now: clock.now,
      sleep: async (ms) => sleep(ms),
    }),
    store: dynamoState(dynamo, variable('stateTable')),
    clock,
    // With the authorizer's name as dimension, beside its own metrics.
    metrics: embeddedMetrics(variable('functionName'), clock, writeLine),
    writeFinding: (line) => writeLine(JSON.stringify(line)),
  });
