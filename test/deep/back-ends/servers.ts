/**
 * The back ends: how each is started, and what its own documentation says that it does to paths.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../support/free-port.ts';
import type { SpellingClass } from './spellings.ts';

const FOLDER = import.meta.dirname;
const START_MS = 120_000;

interface Started {
  readonly command: string;
  readonly args: readonly string[];
  /** Where the server itself does not print it. */
  readonly port?: number;
}

export interface BackEnd {
  readonly name: string;
  /**
   * Express: "case sensitive routing" and "strict routing" are off. Fastify: `routerOptions`.
   * Werkzeug: `Map`. Go: `http.ServeMux`. nginx: "location" (the normalized URI). Tomcat: Servlet
   * specification, "Request URI path processing".
   */
  readonly documented: readonly SpellingClass[];
  /** Why it cannot run here; undefined: it can. */
  readonly missing: () => string | undefined;
  /** @param trees file with the templates of each tree. */
  readonly start: (trees: string, work: string) => Promise<Started>;
}

const has = (command: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(command, [...args], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const overNode = (name: string, documented: readonly SpellingClass[]): BackEnd => ({
  name,
  documented,
  missing: () =>
    existsSync(join(FOLDER, 'node_modules', name === 'express5' ? 'express' : name))
      ? undefined
      : 'npm ci --prefix test/deep/back-ends',
  start: async (trees) => ({
    command: process.execPath,
    args: [join(FOLDER, 'node-server.mjs'), name, trees],
  }),
});

export const BACK_ENDS: readonly BackEnd[] = [
  overNode('express4', ['case', 'trailing_slash']),
  overNode('express5', ['case', 'trailing_slash']),
  overNode('fastify', ['case', 'decode', 'trailing_slash', 'slashes', 'matrix']),
  {
    name: 'flask',
    documented: ['decode', 'trailing_slash'],
    missing: () =>
      has('python3', '-c', 'import flask')
        ? undefined
        : 'python3 -m pip install -r test/deep/back-ends/requirements.txt',
    start: async (trees) => ({
      command: 'python3',
      args: [join(FOLDER, 'flask_server.py'), trees],
    }),
  },
  {
    name: 'go',
    documented: ['decode'],
    missing: () => (has('go', 'version') ? undefined : 'Go 1.22 or newer'),
    start: async (trees, work) => {
      const command = join(work, 'go-server');
      execFileSync('go', ['build', '-o', command, '.'], { cwd: FOLDER });
      return { command, args: [trees] };
    },
  },
  {
    name: 'nginx',
    documented: ['decode', 'dots', 'slashes'],
    missing: () => (has('nginx', '-v') ? undefined : 'the package nginx-light or nginx'),
    start: startNginx,
  },
  {
    name: 'tomcat',
    documented: ['decode', 'dots', 'slashes', 'matrix'],
    missing: () =>
      has('java', '-version') && has('mvn', '-version') ? undefined : 'a JDK 17 and Maven',
    start: startTomcat,
  },
];

async function startNginx(trees: string, work: string): Promise<Started> {
  const port = await freePort();
  const { default: lists } = (await import(trees, { with: { type: 'json' } })) as {
    readonly default: readonly (readonly string[])[];
  };
  const servers = lists.map(
    (templates, tree) =>
      `server { listen 127.0.0.1:${port}; server_name t${tree}; default_type text/plain;\n${templates.map(locationOf).join('\n')}\n}`,
  );
  const file = join(work, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${work}/nginx.pid; error_log /dev/null;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 600s; server_names_hash_max_size 4096;
client_body_temp_path ${work}/b; proxy_temp_path ${work}/p; fastcgi_temp_path ${work}/f; uwsgi_temp_path ${work}/u; scgi_temp_path ${work}/s;
${servers.join('\n')}
}`,
  );
  return { command: 'nginx', args: ['-e', '/dev/null', '-c', file], port };
}

/** A literal of the template as nginx compares it, a parameter as one segment. */
function locationOf(template: string): string {
  const answer = `{ return 200 "${template}"; }`;
  if (!template.includes('{')) return `location = ${template} ${answer}`;
  const pattern = template.replace(/\{\w+\+\}/, '.+').replace(/\{\w+\}/g, '[^/]+');
  return `location ~ "^${pattern}$" ${answer}`;
}

async function startTomcat(trees: string, work: string): Promise<Started> {
  const list = join(work, 'jars.txt');
  execFileSync(
    'mvn',
    ['-q', '-f', FOLDER, 'dependency:build-classpath', `-Dmdep.outputFile=${list}`],
    { stdio: 'ignore' },
  );
  const { readFileSync } = await import('node:fs');
  const jars = readFileSync(list, 'utf8').trim();
  return {
    command: 'java',
    args: ['-Xmx512m', '-cp', jars, join(FOLDER, 'TomcatServer.java'), trees, work],
  };
}

export interface Running {
  readonly port: number;
  readonly stop: () => void;
}

/** @throws Error when it does not say its port within two minutes. */
export async function run(backEnd: BackEnd, trees: string, work: string): Promise<Running> {
  const { command, args, port } = await backEnd.start(trees, work);
  const child = spawn(command, [...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Express prints every error otherwise.
    env: { ...process.env, NODE_ENV: 'test' },
  });
  const stop = (): void => void child.kill();
  try {
    return { port: port ?? (await printedPort(child)), stop };
  } catch (cause) {
    stop();
    throw new Error(`${backEnd.name} did not start`, { cause });
  }
}

function printedPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it said no port in time')), START_MS);
    child.on('exit', () => reject(new Error('it ended')));
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^PORT (\d+)$/.exec(line)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(Number(found));
      });
  });
}
