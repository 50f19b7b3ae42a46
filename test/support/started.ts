/** The local run as a process of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { programOf } from './program.ts';

export interface Run {
  readonly pid: number;
  /** Resolves when the text has been printed. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** All that has been printed. */
  out(): string;
  readonly ended: Promise<{
    readonly status: number | null;
    readonly out: string;
    readonly errors: string;
  }>;
}

/** Starts the local run as `npm start` does, on ports that are free. */
export async function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const program = await programOf('local/start.ts');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, PORT: '0', ISSUER_PORT: '0', CONSOLE_PORT: '0', ...environment },
  });
  let out = '';
  let errors = '';
  let onText = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onText();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    out: () => out,
    printed: (text) =>
      new Promise((done) => {
        onText = () => out.includes(text) && done();
        onText();
      }),
    ended: new Promise((done) => child.once('close', (status) => done({ status, out, errors }))),
  };
}

/** Ids of the processes that a process has started and that still run. */
export function childrenOf(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}
