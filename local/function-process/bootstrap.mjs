// Runs in the child process: does what Lambda's Node.js runtime does between the environment and
// the handler. Plain JavaScript, so that the child needs no loader that Lambda does not have.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = process.env.LAMBDA_TASK_ROOT ?? '.';
const [file = '', exportName = ''] = splitHandler(process.env._HANDLER ?? '');

/** `src/index.handler` is the export `handler` of `src/index`. */
function splitHandler(handler) {
  const dot = handler.lastIndexOf('.');
  return [handler.slice(0, dot), handler.slice(dot + 1)];
}

function failure(error) {
  if (error instanceof Error) {
    return {
      errorType: error.name,
      errorMessage: error.message,
      trace: String(error.stack).split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

async function loadHandler() {
  const found = ['.js', '.mjs', '.cjs']
    .map((ending) => resolve(root, file + ending))
    .find(existsSync);
  if (found === undefined)
    throw Object.assign(new Error(`Cannot find module '${file}'`), {
      name: 'Runtime.ImportModuleError',
    });
  const module = await import(pathToFileURL(found).href);
  const handler = module[exportName] ?? module.default?.[exportName];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${file}.${exportName} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return handler;
}

function contextOf({ requestId, functionArn, deadlineMs }) {
  return {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadlineMs - performance.now())),
  };
}

async function invoke(handler, message) {
  const answer = await answerOf(handler, message);
  // Ends what this invocation has written: the pipes and the answer travel apart, and the parent
  // waits for all three.
  process.stdout.write(`${message.endOfOutput}\n`);
  process.stderr.write(`${message.endOfOutput}\n`);
  process.send(answer);
}

async function answerOf(handler, message) {
  try {
    const deadlineMs = performance.now() + message.timeoutMs;
    const result = await handler(JSON.parse(message.event), contextOf({ ...message, deadlineMs }));
    return { kind: 'result', payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { kind: 'error', error: failure(error) };
  }
}

process.on('unhandledRejection', (error) => {
  throw error;
});
process.on('disconnect', () => process.exit(0));

try {
  const handler = await loadHandler();
  process.on('message', (message) => {
    if (message.kind === 'invoke') void invoke(handler, message);
  });
  process.send({ kind: 'ready' });
} catch (error) {
  process.send({ kind: 'initError', error: failure(error) });
}
