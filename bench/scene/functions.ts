/** Functions in processes of their own: warm ones that are called on, and cold starts. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Side } from '../side-by-side.ts';

/** The Node that functions run on; the deployed one is 24. */
export const functionNode = process.env['BENCH_NODE'] ?? process.execPath;

type Variables = Readonly<Record<string, string>>;

export interface FunctionSketch {
  readonly name: string;
  readonly file: string;
  readonly variables: Variables;
  /**
   * Where what the function writes goes: to `/dev/null`, or through a pipe whose reader sleeps
   * until it is woken. Default: nothing is written.
   */
  readonly stdout?: 'null' | 'pipe';
  /** Of a cold start: one processor and no more, where the system can say so. */
  readonly onOneProcessor?: true;
}

export interface WarmFunction extends Side {
  stop(): void;
}

const CALLS = 100;

export async function startWarm(sketch: FunctionSketch): Promise<WarmFunction> {
  const { name, file, variables, stdout } = sketch;
  const child = fork(join(import.meta.dirname, 'warm-worker.mjs'), [file], {
    execPath: functionNode,
    execArgv: [],
    env: { ...variables, ...(stdout !== undefined && { BENCH_STDOUT: 'write' }) },
    stdio: ['ignore', stdout === 'null' ? 'ignore' : 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  await told(child, name);
  const measure = async (): Promise<number> => {
    child.send(CALLS);
    return (await told(child, name)).cpu ?? Number.NaN;
  };
  // Until the hot paths are compiled.
  for (let batch = 0; batch < 12; batch++) await measure();
  return { name, measure, stop: () => child.disconnect() };
}

interface Told {
  readonly cpu?: number;
  readonly admitted?: number;
  readonly failed?: number;
  readonly error?: string;
}

/** The next message of a function's process. */
export function told(child: ChildProcess, name: string): Promise<Told> {
  return new Promise((resolve, reject) => {
    const settle = (error: string | undefined, message: Told): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      if (error === undefined) resolve(message);
      else reject(new Error(`${name}: ${error}`));
    };
    const onMessage = (message: Told): void => settle(message.error, message);
    const onExit = (code: number | null): void => settle(`ended with ${code}`, {});
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

/** Milliseconds; `Cpu`: of the processor, all threads. */
export interface ColdStart {
  readonly init: number;
  readonly initCpu: number;
  readonly first: number;
  readonly firstCpu: number;
}

export async function coldStart(sketch: FunctionSketch): Promise<ColdStart> {
  const { name, file, variables, onOneProcessor = false } = sketch;
  const run = [functionNode, join(import.meta.dirname, 'cold-start.mjs'), file];
  const [command = '', ...args] = onOneProcessor ? ['taskset', '-c', '0', ...run] : run;
  const child = spawn(command, args, {
    env: { ...variables },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let text = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name}: the cold start ended with ${code}`);
  return JSON.parse(text) as ColdStart;
}
