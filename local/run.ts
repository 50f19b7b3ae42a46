/** A run of the whole product on this machine, without AWS and without Okta. */
import { join, resolve } from 'node:path';
import { AccessMapError } from '../lib/access-map/index.ts';
import { TemplateError } from './cloud-assembly.ts';
import type { IssuerEndpoints } from './console/setup.ts';
import { createDecisionPrinter } from './decision-lines.ts';
import { IssuerError, IssuerUnreachableError, readIssuer } from './foreign-issuer.ts';
import { PortInUseError } from './listen.ts';
import { readMap } from './local-map.ts';
import { registerRun } from './local-runs.ts';
import { type OktaSide, startOktaSide } from './okta-org/side.ts';
import { whenNpmEnds } from './parent-watch.ts';
import { forgetState, type PersistedState, persistedState, StateError } from './persisted-state.ts';
import { recordFiles } from './records.ts';
import { refusalPlaces } from './refusal-places.ts';
import { describeStack } from './report.ts';
import { type LocalStack, startLocalStack } from './stack.ts';
import type { Ports, StartOptions } from './start-options.ts';
import { SynthError } from './synth.ts';
import { loginsOf } from './users.ts';

const project = resolve(import.meta.dirname, '..');

/** What is known before anything is started. */
interface Plan {
  readonly options: StartOptions;
  readonly ports: Ports;
  /** Where browsers sign in at the issuer of `--issuer`. */
  readonly issuerEndpoints?: IssuerEndpoints;
  /** Login of each user of the local issuer by uid: those of another issuer are not known. */
  readonly logins: ReadonlyMap<string, string>;
  /** What the run before left. */
  readonly state?: PersistedState;
}

/** Runs until it is told to end. */
export async function run(options: StartOptions, ports: Ports): Promise<void> {
  const stopping = new AbortController();
  const stopped = waitForEnd();
  void stopped.then(() => stopping.abort());
  try {
    const plan = await planOf(options, ports);
    const side = options.okta ? await startSide(options, ports) : undefined;
    const stack = await startStack(plan, stopping.signal, side);
    for (const line of describeStack(stack, { state: plan.state, issuerUrl: options.issuer }))
      console.log(line);
    for (const line of side?.lines() ?? []) console.log(line);
    const takeBack = register(options, stack, side);
    await stopped;
    takeBack();
    await stack.stop();
    await side?.org.stop();
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
}

async function planOf(options: StartOptions, ports: Ports): Promise<Plan> {
  const issuerEndpoints =
    options.issuer === undefined ? undefined : await readIssuer(options.issuer);
  const { map } = readMap(mapFile(options));
  const state = persistedState(project, map.name, {
    gateway: ports.PORT,
    issuer: ports.ISSUER_PORT,
  });
  if (state !== undefined && options.fresh) forgetState(state);
  return {
    options,
    ports,
    logins: options.issuer === undefined ? loginsOf(map) : new Map(),
    ...(issuerEndpoints && { issuerEndpoints }),
    ...(state !== undefined && { state }),
  };
}

const mapFile = ({ map }: StartOptions): string => map ?? join(project, 'access.yaml');

/** Both maps that a run with an org is of: the user's own, and the one derived from it. */
const register = (
  options: StartOptions,
  { issuer }: LocalStack,
  side: OktaSide | undefined,
): (() => void) => {
  if (issuer === undefined) return () => undefined;
  const files = [mapFile(options), ...(side ? [side.gatewayMap, side.commandMap] : [])];
  const maps = files.map((file) => resolve(file));
  return registerRun(project, { pid: process.pid, maps, issuer: issuer.issuer });
};

const startSide = ({ map }: StartOptions, ports: Ports): Promise<OktaSide> =>
  startOktaSide({
    ...(map === undefined ? {} : { file: map }),
    port: ports.OKTA_PORT,
    consolePort: ports.CONSOLE_PORT,
  });

async function startStack(
  { options, ports, issuerEndpoints, logins, state }: Plan,
  signal: AbortSignal,
  side?: OktaSide,
): Promise<LocalStack> {
  const began = performance.now();
  const printer = createDecisionPrinter(
    console.log,
    (uid) => logins.get(uid),
    refusalPlaces(readMap(side?.gatewayMap ?? mapFile(options), side?.root)),
  );
  const files = recordFiles(options.records);
  const stack = await startLocalStack({
    ...(options.map === undefined ? {} : { map: options.map }),
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(side === undefined
      ? {}
      : { map: side.gatewayMap, root: side.root, decide: side.decide, orgUrl: side.org.url }),
    ...(options.issuer === undefined ? {} : { issuerUrl: options.issuer }),
    ...(issuerEndpoints && { issuerEndpoints }),
    ...(state !== undefined && { state }),
    ports: { gateway: ports.PORT, issuer: ports.ISSUER_PORT, hub: ports.HUB_PORT },
    consolePort: ports.CONSOLE_PORT,
    apps: options.app,
    httpThrow: options.httpThrow === '500' ? 500 : 401,
    onProgress: (text) => console.log(`${text} ...`),
    // Written before it is told: whoever reads a line on the screen finds its record.
    onCall: (call) => {
      files.onCall(call);
      printer.onCall(call);
    },
    onLine: (line) => {
      files.onLine(line);
      printer.onLine(line);
    },
    signal,
  });
  if (stack.issuer !== undefined) side?.useIssuer(stack.issuer.url);
  if (stack.hub !== undefined) side?.useHub(stack.hub);
  if (signal.aborted) await stack.stop();
  signal.throwIfAborted();
  files.begin();
  console.log(`records go to ${files.decisions} and ${files.accessLog}`);
  console.log(`ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return stack;
}

function waitForEnd(): Promise<void> {
  return new Promise((done) => {
    whenNpmEnds(done);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => done());
  });
}

/** What went wrong with the run, in one message, and its exit status. Nothing for a bug. */
export function explainFailure(
  error: unknown,
  ports: Ports,
): { readonly message: string; readonly status: 1 | 3 } | undefined {
  if (error instanceof PortInUseError) {
    const [variable = 'PORT'] = Object.entries(ports).find(([, port]) => port === error.port) ?? [];
    return {
      message: `${error.message}: stop what uses it, or choose another port with the variable ${variable}`,
      status: 1,
    };
  }
  const expected = [AccessMapError, SynthError, IssuerError, StateError, TemplateError];
  if (!expected.some((kind) => error instanceof kind)) return undefined;
  const { message } = error as Error;
  return { message, status: error instanceof IssuerUnreachableError ? 3 : 1 };
}
