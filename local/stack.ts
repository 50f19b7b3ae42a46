/**
 * The whole product without AWS: issuer, store, back end and gateway around the synthesized stack,
 * all on 127.0.0.1.
 */
import { join, resolve } from 'node:path';
import { type AccessMap, rulePlaces } from '../lib/access-map/index.ts';
import {
  type ApiView,
  authorizerArnOf,
  authorizerArnsOf,
  integratedFunctions,
  singleApi,
} from './apis.ts';
import type { Assembly } from './cloud-assembly.ts';
import type { ConsoleServer } from './console/console-server.ts';
import { type CallFeed, createCallFeed } from './console/feed.ts';
import { localOrg } from './console/org-change.ts';
import { type IssuerEndpoints, mapFacts } from './console/setup.ts';
import { startDynamoDb } from './dynamodb.ts';
import { createFunctions, type FunctionOptions, type LocalFunctions } from './functions.ts';
import { exposeRequestId } from './gateway-emulator/expose-request-id.ts';
import { serveGateway } from './gateway-emulator/gateway-server.ts';
import type { MissingValue } from './gateway-emulator/mappings.ts';
import { type CallRecord, createHttpApi } from './gateway-emulator/serve-http-api.ts';
import { createRestApi } from './gateway-emulator/serve-rest-api.ts';
import type { LocalIssuer } from './issuer/issuer.ts';
import type { TokenDecision } from './issuer/token-grants.ts';
import { endpointsOf } from './issuer-settings.ts';
import { assertPortFree, type OnStop, type RunningServer, stoppedWith } from './listen.ts';
import { checkText, localMapText, type MapSource, readMap } from './local-map.ts';
import type { PersistedState } from './persisted-state.ts';
import { withPlacesOf } from './records.ts';
import { servedVersion } from './served-version.ts';
import { type LocalHub, startHub, startHubSecrets } from './start-hub.ts';
import { type Surroundings, startSurroundings } from './surroundings.ts';
import { type SynthesisOptions, synthesizeMap } from './synthesized-map.ts';
import type { LocalUser } from './users.ts';

const project = resolve(import.meta.dirname, '..');

export interface LocalStackOptions extends FunctionOptions, SynthesisOptions {
  /** The access map: a file's name or the map itself. Default: the project's `access.yaml`. */
  readonly map?: MapSource;
  /** Folder that files which the map names must lie below. Default: as `AccessMapOptions` says. */
  readonly root?: string;
  /** The flavour of the gateway. Default: the map's own. */
  readonly kind?: 'http' | 'rest';
  /** Each default 0: a free port. */
  readonly ports?: {
    readonly gateway?: number;
    readonly issuer?: number;
    /** Port of the receiver of a hub of revoked tokens. */
    readonly hub?: number;
  };
  /**
   * The console's port, whose origins CORS lets in; 0: a free one. Default: there is no console.
   */
  readonly consolePort?: number;
  /**
   * Origins of apps under development on this machine, which may sign in at the local issuer and
   * call the API. Default: none.
   */
  readonly apps?: readonly string[];
  /** Decides over the local issuer's tokens in place of the users' own groups. */
  readonly decide?: TokenDecision;
  /** Origin of a local Okta org beside the gateway, whose people the console changes. */
  readonly orgUrl?: string;
  /** An issuer that exists, instead of the local one. */
  readonly issuerUrl?: string;
  /** Its endpoints for browsers. Default: where Okta has them. */
  readonly issuerEndpoints?: IssuerEndpoints;
  /**
   * Milliseconds since 1970. Given: tokens and the gateway use it, and functions whose preload pins
   * the clock. Default: the real time.
   */
  readonly now?: () => number;
  /** Folders that keep signing keys and tables for the next run. Default: each run begins new. */
  readonly state?: PersistedState;
  readonly httpThrow?: 401 | 500;
  readonly missingMappingValue?: MissingValue;
  readonly onCall?: (record: CallRecord) => void;
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
  readonly api: ApiView;
  readonly users: readonly LocalUser[];
  /** Undefined: the map follows no revoked tokens. */
  readonly hub: LocalHub | undefined;
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

async function start(
  options: LocalStackOptions,
  onStop: OnStop,
): Promise<Omit<LocalStack, 'stop'>> {
  const keep = stoppedWith(onStop);
  const { now, ports, state, map: source = join(project, 'access.yaml') } = options;
  const read = readMap(source, options.root);
  const { map } = read;
  if (ports?.gateway) await assertPortFree(ports.gateway);
  const surroundings = await startSurroundings(map, options, keep);
  const { console, consoleOrigins, users, issuer, echo } = surroundings;
  const text = servedText(source, map, surroundings, options);
  const assembly = await synthesizeMap({ text, source: map.source }, options, onStop);
  const dynamoDb = await keep(startDynamoDb(assembly.tables, now, state?.tables));
  const questions = `GET ${map.permissionsEndpoint?.path}`;
  const feed = createCallFeed(
    now ?? Date.now,
    ({ routeKey, origin = '' }) => routeKey === questions && consoleOrigins.includes(origin),
  );
  const watched = watchedBy(feed, options, withPlacesOf(rulePlaces(map)));
  const { functions, hub } = await startFunctions(assembly, dynamoDb.url, watched, onStop);
  const api = singleApi(assembly);
  // Before the gateway has calls to answer, which must not wait for it.
  const facts = console && mapFacts(map, read);
  const { http, gateway } = await keep(startGateway(api, functions, watched, consoleOrigins));
  const arn = authorizerArnOf(api);
  if (console && facts)
    console.show(
      {
        facts,
        servedVersion: arn === undefined ? map.version : servedVersion(assembly, arn),
        gateway: gateway.url,
        issuer: options.issuerEndpoints ?? endpointsOf(surroundings.issuerAddress),
        users: issuer === undefined ? [] : users,
        org: localOrg(options.orgUrl, map.model),
      },
      feed,
    );
  const { discardIdle } = functions;
  const { resetAuthorizersCache } = http;
  return {
    ...{ gateway, issuer, console, echo, dynamoDb, assembly, api, users, hub, map },
    ...{ discardIdle, resetAuthorizersCache },
  };
}

/** The map as it is served here. @throws AccessMapError where it does not fit the issuer. */
function servedText(
  source: MapSource,
  map: AccessMap,
  { issuerAddress, echo, consoleOrigins }: Surroundings,
  { kind = map.kind, apps = [], issuerUrl, root }: LocalStackOptions,
): string {
  const text = localMapText(source, {
    kind,
    issuer: issuerAddress,
    upstreamUrl: echo.url,
    consoleOrigins: [...consoleOrigins, ...apps],
    root,
  });
  if (issuerUrl !== undefined) checkText(text, `${map.source} with --issuer`, root);
  return text;
}

async function startFunctions(
  assembly: Assembly,
  dynamoDbUrl: string,
  options: LocalStackOptions,
  onStop: OnStop,
): Promise<{ readonly functions: LocalFunctions; readonly hub: LocalHub | undefined }> {
  const secrets = assembly.hub && (await startHubSecrets(assembly.hub, onStop));
  const environment = { ...options.environment, ...secrets?.environment };
  const functions = createFunctions(assembly, dynamoDbUrl, { ...options, environment }, onStop);
  if (!assembly.hub || !secrets) return { functions, hub: undefined };
  const port = options.ports?.hub ?? 0;
  const hub = await startHub(assembly.hub, secrets, { assembly, functions, port }, onStop);
  return { functions, hub };
}

/** Serves the API; every function that it needs is warm before the first call. */
async function startGateway(
  api: ApiView,
  functions: LocalFunctions,
  options: LocalStackOptions,
  consoleOrigins: readonly string[],
) {
  const parts = {
    ...gatewayOptions(options),
    invoke: (arn: string, event: string) => functions.byArn(arn).invoke(event),
  };
  const http = 'methods' in api ? createRestApi(api, parts) : createHttpApi(api, parts);
  for (const arn of [...authorizerArnsOf(api), ...integratedFunctions(api)]) functions.byArn(arn);
  functions.warm();
  const served = exposeRequestId(http, consoleOrigins);
  const gateway = await serveGateway(served, options.ports?.gateway ?? 0);
  return { http, gateway, stop: gateway.stop };
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
