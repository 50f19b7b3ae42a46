/**
 * The whole product without AWS: issuer, store, back end and gateway around the synthesized stack,
 * all on 127.0.0.1.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type AccessMap, rulePlaces } from '../lib/access-map/index.ts';
import { type CallFeed, createCallFeed } from './console/feed.ts';
import { type ConsoleServer, startConsole } from './console/server.ts';
import { startDynamoDb } from './dynamodb.ts';
import { startEcho } from './echo.ts';
import { type CallRecord, createHttpApi } from './gateway/http-api.ts';
import type { MissingValue } from './gateway/mappings.ts';
import { createRestApi } from './gateway/rest-api.ts';
import { serveGateway } from './gateway/server.ts';
import { type LocalIssuer, startIssuer, type TokenDecision } from './issuer.ts';
import { createFunction, type LocalFunction } from './lambda/function.ts';
import { assertPortFree, type RunningServer } from './listen.ts';
import { checkMap, localMapText, type MapSource } from './local-map.ts';
import { withPlacesOf } from './records.ts';
import { servedVersion } from './served-version.ts';
import { synthesize } from './synth.ts';
import {
  type Assembly,
  type AuthorizerView,
  type HttpApiView,
  type RestApiView,
  readAssembly,
  TemplateError,
} from './template.ts';
import { type LocalUser, localUsers } from './users.ts';

const project = resolve(import.meta.dirname, '..');

export interface LocalStackOptions {
  /** The access map: a file's name or the map itself. Default: the project's `access.yaml`. */
  readonly map?: MapSource;
  /** The flavour of the gateway. Default: the map's own. */
  readonly kind?: 'http' | 'rest';
  /** Each default 0: a free port. */
  readonly ports?: { readonly gateway?: number; readonly issuer?: number };
  /**
   * The console's port, whose origins CORS lets in; 0: a free one. Default: there is no console.
   */
  readonly consolePort?: number;
  /** Decides over the local issuer's tokens in place of the users' own groups. */
  readonly decide?: TokenDecision;
  /** An issuer that exists, instead of the local one. */
  readonly issuerUrl?: string;
  /**
   * Milliseconds since 1970. Given: tokens and the gateway use it, and functions whose preload pins
   * the clock. Default: the real time.
   */
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
  /** Undefined without `consolePort`. */
  readonly console: ConsoleServer | undefined;
  readonly echo: RunningServer;
  readonly dynamoDb: RunningServer;
  readonly assembly: Assembly;
  readonly api: HttpApiView | RestApiView;
  readonly users: readonly LocalUser[];
  /** The map as the user wrote it. */
  readonly map: AccessMap;
  /** Ends idle environments of every function: the next invocations are cold starts. */
  readonly discardIdle: () => Promise<void>;
  readonly resetAuthorizersCache: () => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts everything and resolves when the gateway answers.
 * @throws AccessMapError for a bad map, SynthError, TemplateError, PortInUseError; nothing is left
 * running then
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

async function start(
  options: LocalStackOptions,
  onStop: OnStop,
): Promise<Omit<LocalStack, 'stop'>> {
  const source = options.map ?? join(project, 'access.yaml');
  const map = checkMap(source);
  if (options.ports?.gateway) await assertPortFree(options.ports.gateway);
  const kind = options.kind ?? map.kind;
  const console =
    options.consolePort === undefined ? undefined : await startConsole(options.consolePort);
  if (console !== undefined) onStop(console.stop);
  const users = localUsers(map.model.groups.map((group) => group.name));
  const [okta] = map.model.okta;
  const machines = map.model.machines.map((machine) => machine.cid);
  const issuer =
    options.issuerUrl === undefined && okta !== undefined
      ? await startIssuer({
          audience: okta.audience,
          users,
          clients: okta.clients === 'any' ? 'any' : [...okta.clients, ...machines],
          redirectUris: (console?.origins ?? []).map((origin) => `${origin}/callback`),
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
  const text = localMapText(source, {
    kind,
    issuer: options.issuerUrl ?? issuer?.issuer ?? '',
    upstreamUrl: echo.url,
    consoleOrigins: console?.origins ?? [],
  });
  const assembly = await synthesizeMap(text, options, onStop);
  const dynamoDb = await startDynamoDb(assembly.tables, options.now);
  onStop(dynamoDb.stop);
  const feed = createCallFeed(options.now ?? Date.now);
  const watched = watchedBy(feed, options, withPlacesOf(rulePlaces(map)));
  const functions = createFunctions(assembly, dynamoDb.url, watched, onStop);
  const api = singleApi(assembly);
  const gatewayParts = {
    ...gatewayOptions(watched),
    invoke: (arn: string, event: string) => functions.byArn(arn).invoke(event),
  };
  const http =
    'methods' in api ? createRestApi(api, gatewayParts) : createHttpApi(api, gatewayParts);
  for (const { authorizer } of routesOf(api))
    if (authorizer !== undefined) functions.byArn(authorizer.functionArn);
  for (const arn of integratedFunctions(api)) functions.byArn(arn);
  functions.warm();
  const gateway = await serveGateway(http, options.ports?.gateway ?? 0);
  onStop(gateway.stop);
  const issuerUrl = options.issuerUrl ?? issuer?.issuer ?? '';
  const authorizerArn = routesOf(api).find(({ authorizer }) => authorizer !== undefined)?.authorizer
    ?.functionArn;
  const version =
    authorizerArn === undefined ? map.version : servedVersion(assembly, authorizerArn);
  console?.show(
    {
      map,
      servedVersion: version,
      gateway: gateway.url,
      issuer: issuerUrl,
      users: issuer === undefined ? [] : users,
    },
    feed,
  );
  return {
    gateway,
    issuer,
    console,
    echo,
    dynamoDb,
    assembly,
    api,
    users,
    map,
    discardIdle: functions.discardIdle,
    resetAuthorizersCache: http.resetAuthorizersCache,
  };
}

/**
 * The folder is inside the project, as `cdk.out` is, so that what a bundle leaves out is found
 * where a deployment finds it.
 */
async function synthesizeMap(
  text: string,
  options: LocalStackOptions,
  onStop: OnStop,
): Promise<Assembly> {
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
    // What watches in AWS has nothing to look at here, and bundling the detector would take a
    // second.
    context: { accessMap: file, loopbackIssuer: true, watch: false },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  options.onProgress?.('starting issuer, store, back end and gateway');
  return readAssembly(outputFolder);
}

/** The console sees each call and record that the caller of this module sees. */
function watchedBy(
  feed: CallFeed,
  options: LocalStackOptions,
  placed: (line: string) => string,
): LocalStackOptions {
  return {
    ...options,
    onCall: (call) => {
      feed.onCall(call);
      options.onCall?.(call);
    },
    onLine: (written) => {
      const line = placed(written);
      feed.onLine(line);
      options.onLine?.(line);
    },
  };
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
  readonly discardIdle: () => Promise<void>;
}

function createFunctions(
  assembly: Assembly,
  dynamoDbUrl: string,
  options: LocalStackOptions,
  onStop: OnStop,
): Functions {
  const functions = new Map<string, LocalFunction>();
  onStop(async () => {
    await Promise.all([...functions.values()].map((running) => running.stop()));
  });
  const byArn = (arn: string): LocalFunction => {
    const known = functions.get(arn);
    if (known !== undefined) return known;
    const created = createFunction({
      view: assembly.functionByArn(arn),
      // One thread of this machine plays DynamoDB for all environments at once; a burst waits
      // longer there than in production.
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl,
        QUOTA_BUDGET_MS: '3000',
        ...options.environment,
      },
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
    discardIdle: async () => {
      await Promise.all(all().map((running) => running.discardIdle()));
    },
  };
}

/** What of an API has an authorizer: routes of an HTTP API, methods of a REST API. */
export function routesOf(
  api: HttpApiView | RestApiView,
): readonly { readonly authorizer: AuthorizerView | undefined }[] {
  return 'methods' in api ? api.methods : api.routes;
}

/** ARNs of the functions behind an API's routes. */
function integratedFunctions(api: HttpApiView | RestApiView): readonly string[] {
  const targets =
    'methods' in api
      ? api.methods.map((method) => method.integration)
      : api.routes.map((route) => route.integration.target);
  return targets.flatMap((target) => (target.kind === 'lambda' ? [target.functionArn] : []));
}

function singleApi(assembly: Assembly): HttpApiView | RestApiView {
  const [api, second] = [...assembly.httpApis, ...assembly.restApis];
  if (api === undefined || second !== undefined) {
    throw new TemplateError(
      `expected one API in the assembly, found ${assembly.httpApis.length + assembly.restApis.length}`,
    );
  }
  return api;
}
