/** The command line and the environment of `npm start`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { isLoopbackHost, isLoopbackHttp } from '../lambda/core/contract/loopback.ts';

export interface StartOptions {
  readonly map?: string;
  readonly kind?: 'http' | 'rest';
  readonly issuer?: string;
  readonly httpThrow: '401' | '500';
  readonly okta?: boolean;
  readonly records: string;
  readonly app: readonly string[];
  readonly fresh?: boolean;
}

/** The command line or the environment is wrong: exit status 2. */
export class UsageError extends Error {}

/** Each server's variable and default port. */
const portVariables = {
  PORT: 4000,
  ISSUER_PORT: 4001,
  CONSOLE_PORT: 4002,
  OKTA_PORT: 4003,
  HUB_PORT: 4004,
} as const;
export type Ports = Readonly<Record<keyof typeof portVariables, number>>;

export function parseOptions(argv: readonly string[]): StartOptions {
  const command = new Command('npm start --')
    .description(
      'Runs the API of an access map on this machine: issuer, store, back end and gateway.',
    )
    .option(
      '-m, --map <file>',
      'the access map (default: access.yaml); each of its groups gets a user GROUP@example.com',
    )
    .addOption(
      new Option('--kind <kind>', 'kind of API (default: that of the map)').choices([
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
      new Option('--http-throw <status>', 'status of the answer to a thrown Unauthorized')
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
      'where decisions.jsonl and access.jsonl are written; each run overwrites them',
      '.records',
    )
    .option(
      '--fresh',
      'start without state: forget signing keys, and so every token, and counters of the run before',
    )
    .addHelpText(
      'after',
      '\nEnvironment: PORT (4000) of the gateway, ISSUER_PORT (4001), CONSOLE_PORT (4002), OKTA_PORT (4003), HUB_PORT (4004).',
    )
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  return command.parse([...argv]).opts<StartOptions>();
}

function parseIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'https:' || isLoopbackHttp(url))) return text;
  throw new InvalidArgumentError('Expected an https URL, or plain http on a loopback address.');
}

function parseApp(text: string, before: readonly string[]): readonly string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && [url.origin, `${url.origin}/`].includes(text);
  if (isOrigin && /^https?:$/.test(url.protocol) && isLoopbackHost(url.hostname))
    return [...before, url.origin];
  throw new InvalidArgumentError(
    'Expected the origin of an app on this machine, such as http://localhost:5173, without a path.',
  );
}

export function parsePorts(environment: NodeJS.ProcessEnv): Ports {
  const entries = Object.entries(portVariables).map(([name, port]) => {
    const text = environment[name];
    const value = text === undefined || text === '' ? port : Number(text);
    if (!Number.isInteger(value) || value < 0 || value > 65_535)
      throw new UsageError(`${name}: expected a port number, found \`${text}\``);
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as unknown as Ports;
}
