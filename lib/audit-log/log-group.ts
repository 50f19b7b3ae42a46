/** Lines of a CloudWatch log group. */
import { pluralize } from '../access-map/report/layout.ts';
import { code } from '../access-map/report/problems.ts';
import { AuditLogError, LogGroupError } from './audit-log-error.ts';
import type { Input } from './inputs.ts';

export interface LogEvent {
  readonly timestamp?: number | undefined;
  readonly message?: string | undefined;
}

/** CloudWatch Logs; tests hand in their own. */
export interface LogGroups {
  /**
   * Pages of events from the oldest on; times are milliseconds since the epoch. Throws what the
   * service says.
   */
  pages(
    group: string,
    range: { readonly startMs?: number; readonly endMs: number },
  ): AsyncIterable<readonly LogEvent[]>;
}

export interface LogGroupRange {
  readonly sinceMs?: number;
  readonly nowMs: number;
  /** Called after each page. */
  readonly progress: (text: string) => void;
}

/**
 * Filters nothing on the service's side: its patterns cannot be tested without an account, and
 * lines that they hide would not be counted.
 */
export function logGroupInput(
  group: string,
  logs: LogGroups,
  { sinceMs, nowMs, progress }: LogGroupRange,
): Input {
  return {
    name: group,
    once: true,
    async *keep() {
      let lines = 0;
      try {
        for await (const page of logs.pages(group, {
          ...(sinceMs !== undefined && { startMs: sinceMs }),
          endMs: nowMs,
        })) {
          lines += page.length;
          const last = page.at(-1)?.timestamp;
          if (last !== undefined)
            progress(
              `${group}: ${pluralize(lines, 'line')}, up to ${new Date(last).toISOString()}`,
            );
          yield page.flatMap(({ message }) =>
            message === undefined ? [] : [{ text: message, place: group }],
          );
        }
      } catch (error) {
        throw failureOf(group, lines, error);
      }
    },
  };
}

/** Ctrl-C is no failure of AWS. */
function failureOf(group: string, lines: number, cause: unknown): AuditLogError {
  const { name, message } =
    cause instanceof Error ? cause : { name: 'error', message: String(cause) };
  const of = `log group ${code(group)}`;
  if (name === 'AbortError')
    return new AuditLogError(`${of}: stopped after ${pluralize(lines, 'line')}`, { cause });
  const [line = ''] = message.split('\n');
  return new LogGroupError(
    `${of}: expected one that can be read, found ${name}${line === '' ? '' : `: ${line}`}`,
    { cause },
  );
}

/**
 * By Region and credentials of the environment. Ctrl-C ends the reading. The SDK waits and tries
 * again where it is throttled.
 */
export const cloudWatchLogs: LogGroups = {
  async *pages(group, { startMs, endMs }) {
    // Loaded here alone: it is large, and no other command needs it.
    const { CloudWatchLogsClient, paginateFilterLogEvents } = await import(
      '@aws-sdk/client-cloudwatch-logs'
    );
    // Five to ten requests a second are allowed for an account and Region, shared by all its
    // clients. Source: CloudWatch Logs quotas.
    const client = new CloudWatchLogsClient({ retryMode: 'adaptive', maxAttempts: 10 });
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    process.once('SIGINT', stop);
    try {
      const request = {
        logGroupName: group,
        endTime: endMs,
        ...(startMs !== undefined && { startTime: startMs }),
      };
      const pages = paginateFilterLogEvents({ client }, request, { abortSignal: abort.signal });
      for await (const { events = [] } of pages) yield events;
    } finally {
      process.off('SIGINT', stop);
      client.destroy();
    }
  },
};
