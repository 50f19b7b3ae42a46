/** The built examples as sites of this machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import type { RunOptions } from '../deploy/tools.ts';
import { freePort } from '../support/free-port.ts';

export interface Site {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
};

/** The files of a folder; its page at every other address. */
export async function serveFolder(folder: string, port: number): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const asked = join(folder, pathname);
    const file = extname(pathname) && existsSync(asked) ? asked : join(folder, 'index.html');
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return {
    origin: `http://localhost:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What `next build` has made, by Next's own server. */
export async function serveNext({ cwd, signal }: RunOptions, port: number): Promise<Site> {
  const next = join(cwd, 'node_modules/next/dist/bin/next');
  const arguments_ = [next, 'start', '--port', String(port), '--hostname', 'localhost'];
  const server = spawn(process.execPath, arguments_, { cwd, signal, stdio: 'pipe' });
  const ended = once(server, 'exit').catch(() => undefined);
  const ready = new Promise<void>((done, fail) => {
    server.stdout.on('data', (chunk) => String(chunk).includes('Ready') && done());
    server.stderr.on('data', (chunk) => fail(new Error(String(chunk))));
    void ended.then(() => fail(new Error('`next start` has ended')));
  });
  await ready;
  return {
    origin: `http://localhost:${port}`,
    stop: async () => {
      server.kill();
      await ended;
    },
  };
}

export const reservePorts = <Name extends string>(
  names: readonly Name[],
): Promise<readonly (readonly [Name, number])[]> =>
  Promise.all(names.map(async (name) => [name, await freePort()] as const));
