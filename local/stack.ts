/** The whole product without AWS: issuer, store, back end and gateway around the synthesized stack, all on 127.0.0.1. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AccessMap } from '../lib/access-map/index.ts';
import { startDynamoDb } from './dynamodb.ts';
import { startEcho } from './echo.ts';
import { type CallRecord, createHttpApi } from './gateway/http-api.ts';
import type { MissingValue } from './gateway/mappings.ts';
import { serveGateway } from './gateway/server.ts';
import { type LocalIssuer, startIssuer, type TokenDecision } from './issuer.ts';
import { createFunction, type LocalFunction } from './lambda/function.ts';
import { assertPortFree, type RunningServer } from './listen.ts';
import { checkMap, localMapText, type MapSource } from './local-map.ts';
import { synthesize } from './synth.ts';
import { type Assembly, type HttpApiView, readAssembly, TemplateError } from './template.ts';
import { type LocalUser, localUsers } from './users.ts';

const project = resolve(import.meta.dirname, '..');

export interface LocalStackOptions {
  /** The access map: a file's name or the map itself. Default: the project's `access.yaml`. */
  readonly map?: MapSource;
  /** Each default 0: a free port. */
  readonly ports?: { readonly gateway?: number; readonly issuer?: number };
  /** The console's port, whose origins CORS lets in. Default 4002. */
  readonly consolePort?: number;
  /** Decides over the local issuer's tokens in place of the users' own groups. */
  readonly decide?: TokenDecision;
  /** An issuer that exists, instead of the local one. */
  readonly issuerUrl?: string;
  /** Milliseconds since 1970. Given: tokens and the gateway use it, and functions whose preload pins the clock. Default: the real time. */
  readonly now?: () => number;
  readonly httpThrow?: 401 | 500;
  readonly missingMappingValue?: MissingValue;
  /** Module files that Node imports in each function before its own. */
  readonly preload?: readonly string[];
  /** Added to each function's variables. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onCall?: (record: CallRecord) => void;
  /** Lines that the functions write. */
  readonly onLine?: (line: string) => void;
  /** What is being done, for people who wait. */
  readonly onProgress?: (text: string) => void;
  /** Ends a synthesis that is under way. */
  readonly signal?: AbortSignal;
}

export interface LocalStack {
  readonly gateway: RunningServer;
  /** Undefined with `issuerUrl`. */
  readonly issuer: LocalIssuer | undefined;
  readonly echo: RunningServer;
  readonly dynamoDb: RunningServer;
  readonly assembly: Assembly;
  readonly api: HttpApiView;
  readonly users: readonly LocalUser[];
  /** The map as the user wrote it. */
  readonly map: AccessMap;
  /** Ends idle environments of every function: the next invocations are cold starts. */
  readonly freshen: () => Promise<void>;
  readonly resetAuthorizersCache: () => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts everything and resolves when the gateway answers.
 * @throws AccessMapError for a bad map, SynthError, TemplateError, PortInUseError; nothing is left running then
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const cleanups: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return { ...(await start(options, (cleanup) => cleanups.push(cleanup))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type OnStop = (cleanup: () => Promise<void> | void) => void;

async function start(options: LocalStackOptions, onStop: OnStop): Promise<Omit<LocalStack, 'stop'>> {
  const source = options.map ?? join(project, 'access.yaml');
  const map = checkMap(source);
  if (map.kind !== 'http') throw new TemplateError('a REST API is not available yet in a local run');
  if (options.ports?.gateway) await assertPortFree(options.ports.gateway);
  const users = localUsers(map.model.groups.map((group) => group.name));
  const [okta] = map.model.okta;
  const machines = map.model.machines.map((machine) => machine.cid);
  const issuer =
    options.issuerUrl === undefined && okta !== undefined
      ? await startIssuer({
          audience: okta.audience,
          users,
          clients: okta.clients === 'any' ? 'any' : [...okta.clients, ...machines],
          groupsClaim: okta.groupsClaims[0] ?? 'groups',
          groupPrefix: okta.groupPrefix,
          port: options.ports?.issuer ?? 0,
          ...(options.decide === undefined ? {} : { decide: options.decide }),
          ...(options.now === undefined ? {} : { now: options.now }),
        })
      : undefined;
  if (issuer !== undefined) onStop(issuer.stop);
  const echo = await startEcho();
  onStop(echo.stop);
  const consolePort = options.consolePort ?? 4002;
  const text = localMapText(source, {
    issuer: options.issuerUrl ?? issuer?.issuer ?? '',
    upstreamUrl: echo.url,
    consoleOrigins: [`http://127.0.0.1:${consolePort}`, `http://localhost:${consolePort}`],
  });
  const assembly = await synthesizeMap(text, options, onStop);
  const dynamoDb = await startDynamoDb(assembly.tables, options.now);
  onStop(dynamoDb.stop);
  const functions = createFunctions(assembly, dynamoDb.url, options, onStop);
  const api = onlyApi(assembly);
  const http = createHttpApi(api, { ...gatewayOptions(options), invoke: (arn, event) => functions.byArn(arn).invoke(event) });
  for (const route of api.routes) if (route.authorizer !== undefined) functions.byArn(route.authorizer.functionArn);
  functions.warm();
  const gateway = await serveGateway(http, options.ports?.gateway ?? 0);
  onStop(gateway.stop);
  return {
    gateway,
    issuer,
    echo,
    dynamoDb,
    assembly,
    api,
    users,
    map,
    freshen: functions.freshen,
    resetAuthorizersCache: http.resetAuthorizersCache,
  };
}

/** The folder is inside the project, as `cdk.out` is, so that what a bundle leaves out is found where a deployment finds it. */
async function synthesizeMap(text: string, options: LocalStackOptions, onStop: OnStop): Promise<Assembly> {
  mkdirSync(join(project, '.local'), { recursive: true });
  const folder = mkdtempSync(join(project, '.local', 'run-'));
  onStop(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'access.yaml');
  writeFileSync(file, text);
  options.onProgress?.('synthesizing the stack');
  const outputFolder = join(folder, 'cdk.out');
  await synthesize({
    project,
    outputFolder,
    context: { accessMap: file, loopbackIssuer: true },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  options.onProgress?.('starting issuer, store, back end and gateway');
  return readAssembly(outputFolder);
}

function gatewayOptions({ now, httpThrow, missingMappingValue, onCall }: LocalStackOptions) {
  return {
    now: now ?? Date.now,
    ...(httpThrow === undefined ? {} : { httpThrow }),
    ...(missingMappingValue === undefined ? {} : { missingMappingValue }),
    ...(onCall === undefined ? {} : { onCall }),
  };
}

interface Functions {
  readonly byArn: (arn: string) => LocalFunction;
  readonly warm: () => void;
  readonly freshen: () => Promise<void>;
}

function createFunctions(assembly: Assembly, dynamoDbUrl: string, options: LocalStackOptions, onStop: OnStop): Functions {
  const functions = new Map<string, LocalFunction>();
  onStop(async () => {
    await Promise.all([...functions.values()].map((running) => running.stop()));
  });
  const byArn = (arn: string): LocalFunction => {
    const known = functions.get(arn);
    if (known !== undefined) return known;
    const created = createFunction({
      view: assembly.functionByArn(arn),
      // One thread of this machine plays DynamoDB for all environments at once; a burst waits longer there than in production.
      environment: { AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl, QUOTA_BUDGET_MS: '3000', ...options.environment },
      preload: options.preload ?? [],
      clock: options.now,
      onLine: options.onLine ?? (() => undefined),
    });
    functions.set(arn, created);
    return created;
  };
  const all = (): readonly LocalFunction[] => [...functions.values()];
  return {
    byArn,
    warm: () => {
      for (const running of all()) running.warm();
    },
    freshen: async () => {
      await Promise.all(all().map((running) => running.freshen()));
    },
  };
}

function onlyApi(assembly: Assembly): HttpApiView {
  const [api, second] = assembly.httpApis;
  if (api === undefined || second !== undefined) {
    throw new TemplateError(`expected one HTTP API in the assembly, found ${assembly.httpApis.length}`);
  }
  return api;
}
