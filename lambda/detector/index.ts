/** Composition root of the detector, which a schedule runs. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { embeddedMetrics } from '../adapters/metrics.ts';
import type { Clock } from '../ports.ts';
import { dynamoState } from './dynamo-state.ts';
import { insightsLog } from './insights-log.ts';
import { type DetectorSettings, runDetection } from './run-detection.ts';

const clock: Clock = { now: () => Date.now() };
const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);
const settings = JSON.parse(
  readFileSync(new URL('./detector-settings.json', import.meta.url), 'utf8'),
) as DetectorSettings;
const { STATE_TABLE = '', WATCHED_LOG_GROUP = '', WATCHED_FUNCTION = '' } = process.env;
const logs = new CloudWatchLogsClient({});
const dynamo = new DynamoDBClient({});

/** A failure is thrown: then there is no metric, and the alarm says that nobody looks. */
export const handler = (): Promise<void> =>
  runDetection({
    settings,
    log: insightsLog(logs, WATCHED_LOG_GROUP, { now: clock.now, sleep: async (ms) => sleep(ms) }),
    store: dynamoState(dynamo, STATE_TABLE),
    clock,
    // Beside the authorizer's own metrics: the dimension is its name.
    metrics: embeddedMetrics(WATCHED_FUNCTION, clock, writeLine),
    writeFinding: (line) => writeLine(JSON.stringify(line)),
  });
