/**
 * MiniStack, an emulator of AWS that runs a real CloudFormation engine, on this machine: from PyPI
 * into a virtual environment under a temporary folder. It needs python3 with venv and pip, and
 * nothing of it stays behind.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';

const MINISTACK = 'ministack==1.5.33';
const run = promisify(execFile);

export interface Emulator {
  readonly url: string;
  /** Environment that points the CDK and the SDK at it. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that it wrote. */
  log(): string;
  stop(): Promise<void>;
}

/** @throws Error with one line that says what is missing. */
export async function installEmulator(folder: string): Promise<string> {
  const venv = join(folder, 'venv');
  await run('python3', ['-m', 'venv', venv]).catch(
    ({ code, stderr }: NodeJS.ErrnoException & { stderr?: string }) => {
      if (code === 'ENOENT')
        throw new Error(
          'test:deploy needs python3 with venv and pip, found no python3: install Python 3.10 or later',
        );
      throw new Error(
        `test:deploy needs python3 with venv and pip, found python3 without venv (${lastLine(stderr)}): install python3-venv`,
      );
    },
  );
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', MINISTACK];
  await run(join(venv, 'bin/python3'), pip).catch(({ stderr }: { stderr?: string }) => {
    throw new Error(
      `test:deploy needs ${MINISTACK} from PyPI, pip did not get it (${lastLine(stderr)}): check the network or PIP_INDEX_URL`,
    );
  });
  return join(venv, 'bin/python3');
}

const lastLine = (text = ''): string => text.trim().split('\n').at(-1) ?? '';

export async function startEmulator(python: string, folder: string): Promise<Emulator> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let log = '';
  // A process group of its own, so that its function workers go with it.
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      TMPDIR: folder,
      STATE_DIR: join(folder, 'state'),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      // Functions run by whatever node comes first; its advice about newer versions is not ours to
      // print.
      NODE_NO_WARNINGS: '1',
    },
  });
  const collect = (text: string): void => {
    log += text;
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', collect);
  const stop = () => stopGroup(child);
  try {
    await answering(`${url}/_ministack/health`, child);
  } catch (error) {
    await stop();
    throw new Error(`MiniStack did not start: ${log.slice(-2_000)}`, { cause: error });
  }
  return { url, env: environment(url), log: () => log, stop };
}

const environment = (url: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
});

async function answering(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error('no answer within a minute');
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const ended =
    child.exitCode !== null ? Promise.resolve() : new Promise((done) => child.once('close', done));
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone.
    }
    await Promise.race([ended, new Promise((next) => setTimeout(next, 3_000).unref())]);
  }
  await ended;
}

/**
 * Processes that have to do with `folder`, by working directory, command line or environment. Linux
 * only; elsewhere none are found.
 */
export function processesOf(folder: string): readonly string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        const all = `${command}\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}\0${readlinkSync(`/proc/${pid}/cwd`)}`;
        // Children of this process carry the folder's name while they run; those that are left have
        // another parent.
        return all.includes(folder)
          ? [`${pid} ${command.replaceAll('\0', ' ').slice(0, 120)}`]
          : [];
      } catch {
        return [];
      }
    });
}
