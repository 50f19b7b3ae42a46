/** The command line in a process: its streams, its environment, its exit code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { COMMANDS } from '../lib/commands/index.ts';
import type { Io } from '../lib/commands/shell/io.ts';
import { runProgram } from '../lib/commands/shell/program.ts';
import { processInput } from '../lib/commands/shell/terminal.ts';

/** The package's version; the build has a manifest of its own beside the folder too. */
function packageVersion(): string {
  const manifest = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` closes the pipe when it has seen enough, which is no failure of ours.
    if (error.code !== 'EPIPE') throw error;
  });
}

// The SDK's warning about versions to come is for this project, not for users of a command.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

ignoreClosedPipe(process.stdout);
ignoreClosedPipe(process.stderr);

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  cwd: process.cwd(),
  input: processInput(process.stdin, process.stderr),
  env: process.env,
  // Source: no-color.org.
  color:
    process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  ...(process.stdin.isTTY ? { ask } : {}),
};

/** Loaded only where a proxy is set: loading takes time. */
async function prepare(): Promise<void> {
  const { env } = process;
  if (!env['HTTPS_PROXY'] && !env['https_proxy'] && !env['HTTP_PROXY'] && !env['http_proxy'])
    return;
  const { goThroughProxy } = await import('../lib/commands/shell/proxy.ts');
  goThroughProxy(env);
}

// Set, not called: `process.exit` would cut off what a pipe has not taken yet.
runProgram(process.argv.slice(2), io, {
  commands: COMMANDS,
  version: packageVersion(),
  prepare,
}).then((code) => {
  process.exitCode = code;
});
