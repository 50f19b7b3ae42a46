import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { Ajv } from 'ajv';
import type { FailureCode } from '../../../lambda/core/contract/failures.ts';
import type { OktaFindingCode } from '../../../lambda/core/contract/okta-findings.ts';
import { COMMANDS } from '../../../lib/commands/index.ts';
import type { Io } from '../../../lib/commands/shell/io.ts';
import { runProgram } from '../../../lib/commands/shell/program.ts';
import {
  type LocalOrg,
  type OktaOrgOptions,
  type OrgRequest,
  startOktaOrg,
} from '../../../local/okta-org/org-server.ts';
import { capture, project } from '../commands/project.ts';

interface Shape {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, object>>;
  readonly body?: object;
  readonly scopes: readonly string[];
}

/**
 * The requests that the Management API takes, recorded from Okta's own API description (June 2026),
 * with everything else refused; those of trusted origins, which that excerpt lacks, are written
 * from knowledge of the API and not held against a source.
 */
const SHAPES = JSON.parse(
  readFileSync(join(__dirname, 'fixtures/request-shapes.json'), 'utf8'),
) as readonly Shape[];
const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false });
const SHAPES_BY_PATTERN = SHAPES.map((shape) => ({
  ...shape,
  pattern: new RegExp(`^${shape.path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
}));

/** What is wrong with requests by Okta's own description. */
export function shapeFaults(requests: readonly OrgRequest[]): readonly string[] {
  return requests.flatMap(({ method, path, query, body }) => {
    // `/groups/rules` is not the group `rules`.
    const shapes = SHAPES_BY_PATTERN.filter(
      (candidate) => candidate.method === method && candidate.pattern.test(path),
    );
    const shape = shapes.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
    if (!shape) return [`${method} ${path} is not described`];
    const unknown = Object.keys(query).filter((name) => !Object.hasOwn(shape.query, name));
    if (unknown.length > 0) return [`${method} ${path}: unknown query ${unknown.join()}`];
    if (shape.body === undefined)
      return body === undefined || body === null ? [] : [`${method} ${path} takes no body`];
    // Ajv compiles a schema once, and only those that a file's requests have.
    return ajv.validate(shape.body, body) ? [] : [`${method} ${path}: ${ajv.errorsText()}`];
  });
}

export const writesOf = (requests: readonly OrgRequest[]): readonly OrgRequest[] =>
  requests.filter(({ method }) => method !== 'GET');

const running: LocalOrg[] = [];

export async function orgWith(options: OktaOrgOptions = {}): Promise<LocalOrg> {
  const org = await startOktaOrg({ pageSize: 3, ...options });
  running.push(org);
  return org;
}

/** For `afterEach`. */
export async function stopOrgs(): Promise<void> {
  await Promise.all(running.splice(0).map((org) => org.stop()));
}

export interface MapText {
  readonly name?: string;
  readonly okta?: string;
  readonly manage?: string;
  readonly groups?: string;
  readonly more?: string;
}

/** A map that manages an org. */
export const mapText = (
  org: string,
  { name = 'orders', okta = '', manage = '', groups, more = '' }: MapText = {},
): string => `# The orders API.
api: { name: ${name}, upstream: { url: https://orders.example.com } }
okta:
  audience: api://orders # one audience a server
  clients: [app:${name}-web]
  ${okta}
  manage:
    org: ${org}
    server: orders
    apps: [{ label: ${name}-web, type: spa, redirectUris: [https://app.example.com/callback] }]
    ${manage}
routes: [GET /orders, POST /orders]
permissions:
  ${name}:read: [GET /orders]
groups:
${groups ?? `  readers: { allow: [${name}:read] }\n  writers: { allow: [POST /orders] }\n  blocked: { deny: [POST /orders] }`}
${more}
`;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Runner {
  readonly cwd: string;
  run(args: string, more?: Partial<Pick<Io, 'env' | 'ask' | 'wait'>>): Promise<Ran>;
}

/** Runs command lines in a folder with these files. */
export function runnerIn(files: Readonly<Record<string, string>>): Runner {
  const cwd = project(files);
  return {
    cwd,
    run: async (args, { env = { OKTA_CLIENT_TOKEN: 'api-token-of-the-test' }, ...more } = {}) => {
      const io = { ...capture(cwd, { env }), wait: async () => undefined, ...more };
      const code = await runProgram(
        args.split(' ').filter((word) => word !== ''),
        io,
        { commands: COMMANDS, version: '0' },
      );
      return { code, stdout: io.stdout(), stderr: io.stderr() };
    },
  };
}

/** A finding of `okta verify` or `okta plan`. */
export interface Found {
  readonly level: string;
  readonly code: OktaFindingCode;
  readonly text: string;
  readonly field?: string;
}

/** What `okta verify` or `okta plan` finds, as programs get it. */
export async function foundBy(
  { run }: Pick<Runner, 'run'>,
  args: string,
): Promise<{ readonly code: number; readonly findings: readonly Found[] }> {
  const { code, stdout } = await run(`okta ${args} --json`);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Found[] };
  return { code, findings };
}

/** A step of `okta plan`. */
export interface PlannedStep {
  readonly action: string;
  readonly kind: string;
  readonly name: string;
  readonly changes: readonly { readonly what: string; readonly to?: unknown }[];
  readonly replaces?: boolean;
}

/** What `okta plan` would do, and what it would do with `--prune` besides, as programs get it. */
export async function plannedBy(
  { run }: Pick<Runner, 'run'>,
  args = '',
): Promise<{ readonly steps: readonly PlannedStep[]; readonly dropped: readonly PlannedStep[] }> {
  const { stdout } = await run(`okta plan ${args} --json`);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof plannedBy>>;
}

/** Codes of what is found, in order. */
export const codesOf = (findings: readonly Found[]): readonly OktaFindingCode[] =>
  findings.map(({ code }) => code);

/** A finding with these fields whose text has these names and numbers, whatever else it says. */
export const told = (
  what: OktaFindingCode | Partial<Found>,
  ...names: readonly string[]
): unknown =>
  expect.objectContaining({
    ...(typeof what === 'string' ? { code: what } : what),
    text: withNames(...names),
  });

/** How an `okta` command ends without its result, as programs get it, with all that it printed. */
export async function failureOf(
  { run }: Pick<Runner, 'run'>,
  args: string,
  more?: Parameters<Runner['run']>[1],
) {
  const { code: exit, stdout, stderr } = await run(`okta ${args} --json`, more);
  const { problems } = JSON.parse(stdout) as {
    readonly problems: readonly { readonly code?: string; readonly message: string }[];
  };
  return { exit, ...problems[0], printed: stdout + stderr };
}

/** A failure whose message has these names and numbers, whatever else it says. */
export const failing = (exit: 1 | 2 | 3, code: FailureCode, ...names: readonly string[]): unknown =>
  expect.objectContaining({ exit, code, message: withNames(...names) });

/** A text with these names and numbers, whatever else it says. */
export const withNames = (...names: readonly string[]): unknown =>
  expect.stringMatching(new RegExp(`^${names.map((name) => `(?=[^]*${escaped(name)})`).join('')}`));

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What `okta verify --as LOGIN` computes, as programs get it; options may follow the login. */
export async function verifiedAs({ run }: Pick<Runner, 'run'>, login: string) {
  const { code, stdout } = await run(`okta verify --as ${login} --json`);
  const { as } = JSON.parse(stdout) as {
    readonly as: {
      readonly uid: string;
      readonly tokens: boolean;
      readonly computed: readonly {
        readonly groups: readonly string[];
        readonly routes: readonly string[];
        readonly clients: readonly unknown[];
        readonly unjudged: readonly string[];
        readonly unjudgedClaims: readonly unknown[];
      }[];
    };
  };
  return { code, as };
}

export const GROUPS = [
  { name: 'readers' },
  { name: 'writers' },
  { name: 'blocked' },
  { name: 'Readers' },
  { name: 'readers-eu' },
  { name: 'readers', type: 'APP_GROUP' },
] as const;

/** A map with one of everything. */
const richMap = (org: string): string =>
  mapText(org, {
    manage: `createGroups: true
    idTokenGroups: true
    scopes: true
    tokenLifetime: 30m
    issuerMode: ORG_URL`,
    groups: `  readers: { allow: [orders:read] }
  writers: { allow: [POST /orders], rule: 'user.department == "Sales"' }
  blocked: { deny: [POST /orders] }`,
    more: 'machines: { 0oaforeignmachine: { groups: [readers] } }\n',
  }).replace(
    'apps: [{',
    'apps: [{ label: batch, type: service }, { label: phone, type: native, redirectUris: [com.example.app:/callback] }, {',
  );

/** An org with one foreign app, and a runner of a map with one of everything. */
export async function richOrg(): Promise<{ readonly org: LocalOrg; readonly runner: Runner }> {
  const org = await orgWith({
    groups: [{ name: 'readers' }, { name: 'Readers' }, { name: 'writers', type: 'APP_GROUP' }],
  });
  // The client of the machine is an app of somebody else.
  org.store.apps.set('0oaforeignmachine', {
    id: '0oaforeignmachine',
    label: 'foreign',
    status: 'ACTIVE',
  });
  return {
    org,
    runner: runnerIn({ 'access.yaml': richMap(org.url).replace(/ {2}writers: /, '  sellers: ') }),
  };
}
