/** Values of the CDK app's context: from cdk.json as JSON, from the command line (`-c`) as text. */
import { type App, Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { AppContext } from '../lambda/core/contract/app-context.ts';
import { parseDurationMs, RETENTION_DAYS } from '../lib/access-map/index.ts';
import type { AccessStackProps } from '../lib/stack/access-stack.ts';

/** A context value that is not valid. */
export class ContextError extends Error {}

const invalid = (name: string, expected: string, found: unknown): ContextError =>
  new ContextError(`context ${name}: expected ${expected}, found \`${JSON.stringify(found)}\``);

/** A context value that is true or false. */
export function flag(app: App, name: AppContext, otherwise = false): boolean {
  return readFlag(name, app.node.tryGetContext(name) ?? otherwise);
}

type Read<Value> = (name: string, value: unknown) => Value;

const readFlag: Read<boolean> = (name, value) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw invalid(name, 'true or false', value);
};

const readNumber: Read<number> = (name, value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw invalid(name, 'a number', value);
};

const readText: Read<string> = (name, value) => {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(name, 'a text', value);
};

const readDuration: Read<Duration> = (name, value) => {
  const ms = parseDurationMs(String(value));
  if (ms !== undefined) return Duration.millis(ms);
  throw invalid(name, 'a time such as `300ms`, `5s` or `24h`', value);
};

const readRetention: Read<RetentionDays> = (name, value) => {
  const days = RETENTION_DAYS.find((one) => one === Number(value));
  if (days !== undefined) return days;
  throw invalid(name, `a number of days of ${RETENTION_DAYS.join(', ')}`, value);
};

/**
 * Props of the stack that the context sets by their own names. What needs a construct (a VPC, a
 * key) needs an app of one's own.
 */
const PROPS = {
  memorySize: readNumber,
  timeout: readDuration,
  maxMetrics: readNumber,
  logRetention: readRetention,
  reservedConcurrentExecutions: readNumber,
  provisionedConcurrentExecutions: readNumber,
  tracing: readFlag,
  maxStaleKeys: readDuration,
  quotaBudget: readDuration,
  throttleRate: readNumber,
  throttleBurst: readNumber,
  stageName: readText,
  retryAfterHeader: readFlag,
  apiGatewayAccountRole: readFlag,
} as const satisfies { readonly [name in keyof AccessStackProps]?: Read<AccessStackProps[name]> };

export const CONTEXT_PROPS: readonly string[] = Object.keys(PROPS);

/** @throws ContextError for a value of another type; the stack says which of that type it takes. */
export function stackProps(app: App): Partial<AccessStackProps> {
  return Object.fromEntries(
    Object.entries(PROPS).flatMap(([name, read]) => {
      const value: unknown = app.node.tryGetContext(name);
      return value === undefined ? [] : [[name, read(name, value)]];
    }),
  );
}
