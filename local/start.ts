/** `npm start`: its command line. What it runs is loaded once that is good. */
import { CommanderError } from 'commander';
import {
  type Ports,
  parseOptions,
  parsePorts,
  type StartOptions,
  UsageError,
} from './start-options.ts';

/** @returns the exit status, after saying what is wrong. Only a bug shows a stack trace. */
async function main(): Promise<0 | 1 | 2 | 3> {
  try {
    return await start(parseOptions(process.argv), parsePorts(process.env));
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const isUsage = error instanceof CommanderError || error instanceof UsageError;
    console.error(isUsage ? error.message : error);
    return isUsage ? 2 : 1;
  }
}

async function start(options: StartOptions, ports: Ports): Promise<0 | 1 | 3> {
  const { explainFailure, run } = await import('./run.ts');
  try {
    await run(options, ports);
    return 0;
  } catch (error) {
    const failure = explainFailure(error, ports);
    if (!failure) throw error;
    console.error(failure.message);
    return failure.status;
  }
}

main().then((status) => process.exit(status));
