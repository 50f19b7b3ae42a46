/** One execution environment: a child process that serves one invocation at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { FunctionView } from '../synthesized-template/function-views.ts';
import { LOCAL_REGION } from '../synthesized-template/intrinsics.ts';

/** What an invocation gives: the handler's answer, or the error as Lambda reports it. */
export type InvocationResult =
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };

export interface EnvironmentOptions {
  readonly view: FunctionView;
  /** Added to the function's own variables, e.g. `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Module files that Node imports before the function. */
  readonly preload: readonly string[];
  /**
   * Milliseconds since 1970 that a clock preload shall pin; sent before each invocation. Default:
   * nothing is sent.
   */
  readonly clock: (() => number) | undefined;
  readonly onLine: (line: string) => void;
}

export interface Environment {
  /** Resolves after the lines that the invocation has written are handed on. */
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly alive: () => boolean;
  /** Ends the process at once; resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

interface ChildMessage {
  readonly kind: 'ready' | 'initError' | 'result' | 'error';
  readonly payload?: string;
  readonly error?: {
    readonly errorType: string;
    readonly errorMessage: string;
    readonly trace: readonly string[];
  };
}

/**
 * Lambda gives an environment 10 s to start. Source: Lambda Developer Guide, "Lambda execution
 * environment lifecycle".
 */
const initTimeoutMs = 10_000;

/** Starts an environment; the first invocation waits until its initialisation is over. */
export function startEnvironment(options: EnvironmentOptions): Environment {
  const { view, preload } = options;
  const child = fork(join(import.meta.dirname, 'bootstrap.mjs'), [], {
    cwd: view.folder,
    env: environmentOf(options),
    execArgv: preload.flatMap((file) => ['--import', file]),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const endOfOutput = randomUUID();
  const outputs = [child.stdout, child.stderr].map((stream) =>
    forwardLines(stream, endOfOutput, options.onLine),
  );
  // A message to a child that has just ended is an error event; its end is what counts, and that is
  // awaited anyway.
  child.on('error', () => child.kill('SIGKILL'));
  const end = endOf(child);
  const init = nextMessage(child, end, initTimeoutMs);
  return {
    alive: () => child.exitCode === null && child.signalCode === null && !child.killed,
    kill: async () => {
      child.kill('SIGKILL');
      await new Promise<void>((done) => end.whenEnded(done));
    },
    invoke: async (event) => {
      const started = await init;
      if (started.kind !== 'ready') {
        child.kill('SIGKILL');
        return report(started, options.onLine);
      }
      if (options.clock !== undefined) child.send({ kind: 'clock', nowMs: options.clock() });
      const answer = nextMessage(child, end, view.timeoutMs);
      const written = Promise.all(outputs.map((output) => output.nextEnd()));
      child.send({
        kind: 'invoke',
        event,
        endOfOutput,
        requestId: randomUUID(),
        functionArn: view.arn,
        timeoutMs: view.timeoutMs,
      });
      const message = await answer;
      await orEnd(written, end);
      return message.kind === 'result'
        ? { kind: 'result', payload: message.payload ?? 'null' }
        : report(message, options.onLine);
    },
  };
}

function report(message: ChildMessage, onLine: (line: string) => void): InvocationResult {
  const { errorType, errorMessage, trace } = message.error ?? {
    errorType: 'Runtime.Unknown',
    errorMessage: 'no answer',
    trace: [],
  };
  onLine(JSON.stringify({ level: 'ERROR', errorType, errorMessage, stackTrace: trace }));
  return { kind: 'error', errorType, errorMessage };
}

/** The end of a process, which outlives many invocations. */
interface ProcessEnd {
  /**
   * Calls back once, also where the process has ended already.
   * @returns forgets the call: what waits for one invocation must not stay for the process's life.
   */
  whenEnded(tell: () => void): () => void;
}

function endOf(child: ChildProcess): ProcessEnd {
  const waiting = new Set<() => void>();
  let ended = false;
  child.once('close', () => {
    ended = true;
    for (const tell of waiting) tell();
    waiting.clear();
  });
  return {
    whenEnded(tell) {
      if (ended) queueMicrotask(tell);
      else waiting.add(tell);
      return () => void waiting.delete(tell);
    },
  };
}

/** Waits for the work, and no longer than the process lives. */
function orEnd(work: Promise<unknown>, end: ProcessEnd): Promise<void> {
  return new Promise((done) => {
    const forget = end.whenEnded(done);
    void work.then(() => {
      forget();
      done();
    });
  });
}

/** The child's next message; its end and the time limit become errors with Lambda's own wording. */
function nextMessage(child: ChildProcess, end: ProcessEnd, limitMs: number): Promise<ChildMessage> {
  return new Promise((done) => {
    const finish = (message: ChildMessage): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      forgetEnd();
      done(message);
    };
    const fail = (errorType: string, errorMessage: string): void =>
      finish({ kind: 'error', error: { errorType, errorMessage, trace: [] } });
    const onMessage = (message: unknown): void => finish(message as ChildMessage);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('Sandbox.Timedout', `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`);
    }, limitMs);
    child.on('message', onMessage);
    const forgetEnd = end.whenEnded(() =>
      fail('Runtime.ExitError', 'Runtime exited without providing a reason'),
    );
  });
}

interface Output {
  /** Resolves when the stream has shown the end of an invocation's output. */
  readonly nextEnd: () => Promise<void>;
}

function forwardLines(
  stream: Readable | null,
  endOfOutput: string,
  onLine: (line: string) => void,
): Output {
  const waiting: (() => void)[] = [];
  if (stream !== null) {
    createInterface({ input: stream }).on('line', (line) => {
      const text = line.endsWith(endOfOutput) ? line.slice(0, -endOfOutput.length) : line;
      if (text !== '') onLine(text);
      if (text !== line) waiting.shift()?.();
    });
  }
  return { nextEnd: () => new Promise((done) => waiting.push(done)) };
}

/** Lambda's environment variables, and nothing of this process but the search path. */
function environmentOf({ view, environment, clock }: EnvironmentOptions): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    _HANDLER: view.handler,
    LAMBDA_TASK_ROOT: view.folder,
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: view.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(view.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${view.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    // The SDK would warn of this machine's Node; the deployed function has the runtime that its
    // template names.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...(clock === undefined ? {} : { LOCAL_CLOCK_MS: String(clock()) }),
    ...view.environment,
    ...environment,
  };
}
