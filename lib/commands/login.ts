/**
 * `login`: a token of a user from the map's issuer, by the authorization code flow with PKCE on
 * loopback. Source: RFC 8252, RFC 7636.
 */
import { createHash, randomBytes } from 'node:crypto';
import { isLocalIssuer } from '../../lambda/core/contract/local-run.ts';
import { HOUR_SECONDS } from '../../lambda/core/contract/periods.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { OktaModel } from '../../lambda/core/model/model-file.ts';
import { code } from '../access-map/report/problems.ts';
import { type AuthorizationServer, discover, exchangeCode } from './login/authorization-server.ts';
import { type Callback, listenForCallback } from './login/callback.ts';
import { openBrowser } from './login/open-browser.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  listOption,
  type MapOptions,
  mapOption,
  UsageError,
} from './shell/command.ts';
import { localRunOf } from './shell/find-local-run.ts';
import type { Io } from './shell/io.ts';
import { issuerOption, withIssuer } from './shell/issuer-option.ts';
import { requireCompleteMap, requireMap } from './shell/map-file.ts';
import { requireName } from './shell/require-name.ts';

export interface LoginOptions extends MapOptions {
  readonly issuer?: string;
  readonly okta?: string;
  readonly client?: string;
  readonly scope?: readonly string[];
  readonly port?: string;
  readonly timeout?: string;
  readonly open?: boolean;
}

/**
 * Okta compares redirect URIs letter by letter, so the port is fixed unless another one is
 * registered.
 */
const DEFAULT_PORT = 8400;
const DEFAULT_TIMEOUT_SECONDS = 300;

/** @throws LoginError, ServiceError, UsageError */
export async function runLogin(options: LoginOptions, io: Io): Promise<ExitCode> {
  const port = wholeNumber(options.port, '--port', DEFAULT_PORT, 65_535);
  const timeoutMs =
    wholeNumber(options.timeout, '--timeout', DEFAULT_TIMEOUT_SECONDS, HOUR_SECONDS) * 1_000;
  const okta = blockOf(modelOf(options, io), options.okta);
  requireName(options.client, 'client');
  const clientId = options.client ?? clientOf(okta);
  const server = await discover(okta.issuers[0] ?? '');
  const callback = await listenForCallback(port);
  try {
    const token = await signIn(
      {
        server,
        callback,
        clientId,
        scopes: options.scope ?? ['openid'],
        timeoutMs,
        open: options.open === true,
      },
      io,
    );
    io.out(`${token}\n`);
    return EXIT.good;
  } finally {
    callback.close();
  }
}

/** With the issuer of the local run of this map, where one runs and none was named. */
function modelOf({ map, issuer, okta }: LoginOptions, io: Io): AccessModel {
  // An okta block that is named is meant as it is.
  const mayBeLocal = issuer === undefined && okta === undefined;
  const run = mayBeLocal ? localRunOf(requireMap(map, io).source, io) : undefined;
  // A local run takes a map that is not complete, since it replaces the issuer.
  const { model } = run ? requireMap(map, io) : requireCompleteMap(map, io);
  if (run)
    io.err(
      `a local run of this map (npm start) is up: signing in at ${run.issuer}; for Okta name \`--issuer\`\n`,
    );
  return withIssuer(parseModel(model), issuer ?? run?.issuer);
}

interface SignIn {
  readonly server: AuthorizationServer;
  readonly callback: Callback;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly timeoutMs: number;
  readonly open: boolean;
}

async function signIn(
  { server, callback, clientId, scopes, timeoutMs, open }: SignIn,
  io: Io,
): Promise<string> {
  const { redirectUri } = callback;
  const state = secret();
  const codeVerifier = secret();
  const url = new URL(server.authorizationEndpoint);
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const registered = isLocalIssuer(server.issuer)
    ? ''
    : ', which the app must list as a sign-in redirect URI';
  io.err(`sign in here: ${url.href}\nwaiting at ${redirectUri}${registered}\n`);
  if (open) openBrowser(url.href);
  const answered = await callback.code({ state, issuer: server.issuer, timeoutMs });
  return exchangeCode(server, { code: answered, clientId, redirectUri, codeVerifier });
}

/** 256 bits, as RFC 7636, 4.1 recommends for a verifier. */
const secret = (): string => randomBytes(32).toString('base64url');

function blockOf({ okta }: AccessModel, name: string | undefined): OktaModel {
  const block = name === undefined ? okta[0] : okta.find((candidate) => candidate.name === name);
  if (block) return block;
  throw new UsageError(
    `expected the name of an okta block (${okta.map((known) => code(known.name ?? '')).join(', ')}), found ${code(name ?? '')}`,
  );
}

function clientOf({ clients }: OktaModel): string {
  const [first] = clients === 'any' ? [] : clients;
  if (first !== undefined) return first;
  throw new UsageError(
    'expected `--client` with the client id of an app, found none: the map accepts any client and names none',
  );
}

function wholeNumber(
  text: string | undefined,
  name: string,
  otherwise: number,
  most: number,
): number {
  if (text === undefined) return otherwise;
  if (/^(?:0|[1-9][0-9]{0,4})$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(
    `\`${name}\`: expected a whole number of at most ${most}, found ${code(text)}`,
  );
}

export const login = defineCommand<LoginOptions>({
  name: 'login',
  summary: 'sign in at the issuer of the map, and print the token, nothing else',
  examples: [
    'login',
    'login --client 0oa1cli --port 8400 --open',
    'login --issuer http://127.0.0.1:4001/oauth2/default',
  ],
  declare: (command) =>
    void command
      .option('--client <id>', 'client id of the app (default: the first of `okta.clients`)')
      .option('--okta <name>', 'okta block, where the map lists several (default: the first)')
      .addOption(
        listOption('--scope <name>', 'scope to ask for; may be repeated (default: openid)'),
      )
      .option(
        '--port <number>',
        `port of 127.0.0.1 that the browser returns to, 0 for a free one (default: ${DEFAULT_PORT})`,
      )
      .option(
        '--timeout <seconds>',
        `how long to wait for the sign-in (default: ${DEFAULT_TIMEOUT_SECONDS})`,
      )
      .option('--open', 'open the address in the browser')
      .addOption(issuerOption())
      .addOption(mapOption()),
  run: runLogin,
});
