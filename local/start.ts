/** `npm start`: the whole product on this machine, without AWS and without Okta. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { AccessMapError } from '../lib/access-map/index.ts';
import { createDecisionPrinter } from './decision-lines.ts';
import { PortInUseError } from './listen.ts';
import { type OktaSide, startOktaSide } from './okta/side.ts';
import { recordFiles } from './records.ts';
import { describeStack } from './report.ts';
import { type LocalStack, startLocalStack } from './stack.ts';
import { SynthError } from './synth.ts';
import { TemplateError } from './template.ts';
import { localUsers } from './users.ts';

interface StartOptions {
  readonly map?: string;
  readonly kind?: 'http' | 'rest';
  readonly issuer?: string;
  readonly httpThrow: '401' | '500';
  readonly okta?: boolean;
  readonly records: string;
  readonly app: readonly string[];
}

/** The command line or the environment is wrong: exit status 2. */
class UsageError extends Error {}

/** Each server's variable and default port. */
const portVariables = {
  PORT: 4000,
  ISSUER_PORT: 4001,
  CONSOLE_PORT: 4002,
  OKTA_PORT: 4003,
} as const;
type Ports = Readonly<Record<keyof typeof portVariables, number>>;

async function main(): Promise<void> {
  const options = parseOptions(process.argv);
  const ports = parsePorts(process.env);
  const stopping = new AbortController();
  const stopped = waitForSignal();
  void stopped.then(() => stopping.abort());
  try {
    const side = options.okta ? await startSide(options, ports) : undefined;
    const stack = await startStack(options, ports, stopping.signal, side);
    for (const line of describeStack(stack)) console.log(line);
    for (const line of side?.lines() ?? []) console.log(line);
    await stopped;
    await stack.stop();
    await side?.org.stop();
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
}

const startSide = ({ map }: StartOptions, ports: Ports): Promise<OktaSide> =>
  startOktaSide({
    ...(map === undefined ? {} : { file: map }),
    port: ports.OKTA_PORT,
    consolePort: ports.CONSOLE_PORT,
  });

async function startStack(
  options: StartOptions,
  ports: Ports,
  signal: AbortSignal,
  side?: OktaSide,
): Promise<LocalStack> {
  const began = performance.now();
  const logins = new Map(localUsers([]).map((user) => [user.uid, user.login]));
  const printer = createDecisionPrinter(
    console.log,
    (uid) => logins.get(uid) ?? (uid.startsWith('00u1') ? uid.slice(4) : undefined),
  );
  const files = recordFiles(options.records);
  const stack = await startLocalStack({
    ...(options.map === undefined ? {} : { map: options.map }),
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(side === undefined ? {} : { map: side.gatewayMap, root: side.root, decide: side.decide }),
    ...(options.issuer === undefined ? {} : { issuerUrl: options.issuer }),
    ports: { gateway: ports.PORT, issuer: ports.ISSUER_PORT },
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
  if (signal.aborted) await stack.stop();
  signal.throwIfAborted();
  files.begin();
  console.log(`records go to ${files.decisions} and ${files.accessLog}`);
  console.log(`ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return stack;
}

function parseOptions(argv: readonly string[]): StartOptions {
  const command = new Command('npm start --')
    .description(
      'Runs the API of an access map on this machine: issuer, store, back end and gateway.',
    )
    .option(
      '-m, --map <file>',
      'the access map (default: access.yaml); each of its groups gets a user GROUP@example.com',
    )
    .addOption(
      new Option('--kind <kind>', "flavour of the gateway (default: the map's own)").choices([
        'http',
        'rest',
      ]),
    )
    .option(
      '--issuer <url>',
      'an issuer that exists, instead of the local one; plain http on loopback only',
      parseIssuer,
    )
    .addOption(
      new Option(
        '--okta',
        'an Okta org beside it, empty as a new one, to try `okta plan`, `apply` and `verify`',
      ).conflicts('issuer'),
    )
    .addOption(
      new Option('--http-throw <status>', 'what a thrown Unauthorized gives')
        .choices(['401', '500'])
        .default('401'),
    )
    .option(
      '--app <origin>',
      'an app of yours on this machine, which may sign in and call the API: http://localhost:5173 (repeatable)',
      parseApp,
      [],
    )
    .option(
      '--records <folder>',
      'where decisions.jsonl and access.jsonl are written, each begun anew',
      '.records',
    )
    .addHelpText(
      'after',
      '\nEnvironment: PORT (4000) of the gateway, ISSUER_PORT (4001), CONSOLE_PORT (4002), OKTA_PORT (4003).',
    )
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  return command.parse([...argv]).opts<StartOptions>();
}

function parseIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url !== undefined && /^(127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return text;
  throw new InvalidArgumentError('Expected an https URL, or plain http on a loopback address.');
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function parseApp(text: string, before: readonly string[]): readonly string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && [url.origin, `${url.origin}/`].includes(text);
  if (isOrigin && /^https?:$/.test(url.protocol) && LOOPBACK.test(url.hostname))
    return [...before, url.origin];
  throw new InvalidArgumentError(
    'Expected the origin of an app on this machine, such as http://localhost:5173, without a path.',
  );
}

function parsePorts(environment: NodeJS.ProcessEnv): Ports {
  const entries = Object.entries(portVariables).map(([name, port]) => {
    const text = environment[name];
    const value = text === undefined || text === '' ? port : Number(text);
    if (!Number.isInteger(value) || value < 0 || value > 65_535)
      throw new UsageError(`${name}: expected a port number, found \`${text}\``);
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as unknown as Ports;
}

function waitForSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => done());
  });
}

/** The exit status, after saying what is wrong in one message. Only a bug shows a stack trace. */
function explain(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    console.error(error.message);
    return 2;
  }
  if (error instanceof PortInUseError) {
    const ports = Object.entries(parsePorts(process.env)).find(([, port]) => port === error.port);
    console.error(
      `${error.message}: stop what uses it, or choose another port with the variable ${ports?.[0] ?? 'PORT'}`,
    );
    return 1;
  }
  const expected =
    error instanceof AccessMapError ||
    error instanceof SynthError ||
    error instanceof TemplateError;
  console.error(
    error instanceof Error && (expected || error instanceof UsageError) ? error.message : error,
  );
  return error instanceof UsageError ? 2 : 1;
}

main().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
