/**
 * `smoke`: checks on a live deployment what cannot be known before. Reads only, bounded, safe in
 * production.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isLoopbackHost } from '../../lambda/core/contract/loopback.ts';
import { membersOf } from '../../lambda/core/json/json-object.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type CodeAws, codeAws, compareCode } from './live/deployed-code.ts';
import { requireFunctionArn, stackOption } from './live/lambda-code.ts';
import { packaged } from './package.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
  requiredOption,
  UsageError,
} from './shell/command.ts';
import { type Io, paint, table, writeLines } from './shell/io.ts';
import { requireCompleteMap } from './shell/map-file.ts';
import { bareToken, MAX_TOKEN_LETTERS } from './shell/pasted-token.ts';
import { foundProblem } from './shell/problem-json.ts';
import { writeJson } from './shell/write-json.ts';
import type { Finding, SendProbe } from './smoke/finding.ts';
import { probeAll } from './smoke/probes.ts';
import { exhaust } from './smoke/token-probes.ts';

export interface SmokeOptions extends MapOptions, JsonOptions {
  readonly url?: string;
  readonly token?: string;
  /** `uid` or `cid` whose quota may be spent. */
  readonly exhaust?: string;
  /** What Lambda reports of the deployed function. */
  readonly codeSha256?: string;
  /** Whether Lambda is asked for the code of the function. */
  readonly code?: boolean;
  /** Stack of the authorizer. */
  readonly stack?: string;
  /** ARN of the authorizer's function. */
  readonly function?: string;
}

const PROBE_TIMEOUT_MS = 15_000;

export async function runSmoke(
  options: SmokeOptions,
  io: Io,
  aws: CodeAws = codeAws,
): Promise<ExitCode> {
  const { url = '', token: source, exhaust: principal, map: file, json } = options;
  const base = baseOf(url);
  if (source !== undefined && source !== '-')
    throw new UsageError(
      'expected `--token -`, found something else: a token belongs on standard input',
    );
  const token =
    source === undefined ? undefined : bareToken((await io.input?.read(MAX_TOKEN_LETTERS)) ?? '');
  if (source !== undefined && !token)
    throw new UsageError('expected a token on standard input, found nothing', {
      code: 'INPUT_ABSENT',
    });
  if (principal !== undefined) requirePrincipal(principal, token);
  requireCodeOptions(options);
  const subject = { map: requireCompleteMap(file, io), ask: httpClient(base), token };
  // First, since it may end in an error of the service.
  const codes = await codeFindings(subject.map, options, aws);
  const findings = [
    ...(await probeAll(subject)),
    ...(principal === undefined ? [] : [await exhaust(subject)]),
    ...codes,
  ];
  const problems = findings
    .filter(({ result }) => result === 'fail')
    .map(({ probe, says }) => foundProblem('SMOKE_FAILED', `${probe}: ${says}`));
  const ok = problems.length === 0;
  if (json) writeJson(io, 'smoke', { ok, problems, findings });
  else writeLines(io, lines(findings, io));
  return ok ? EXIT.good : EXIT.problem;
}

function requireCodeOptions({ codeSha256, code, stack, function: arn }: SmokeOptions): void {
  if (codeSha256 !== undefined && !/^[A-Za-z0-9+/]{43}=$/.test(codeSha256))
    throw new UsageError(
      `expected \`--code-sha256\` with 32 bytes in base64 as Lambda reports them, found \`${codeSha256}\``,
    );
  if (code !== true && (stack ?? arn) !== undefined)
    throw new UsageError(
      'expected `--code` beside `--stack` and `--function`, found no such option',
    );
  requireFunctionArn(arn);
}

async function codeFindings(
  map: AccessMap,
  { codeSha256, code, stack, function: arn }: SmokeOptions,
  aws: CodeAws,
): Promise<readonly Finding[]> {
  const named = {
    ...(stack !== undefined && { stack }),
    ...(arn !== undefined && { function: arn }),
  };
  const digest = codeSha256 === undefined ? [] : [await compareDigest(map, codeSha256)];
  if (code !== true) return digest;
  const { isSame, says } = await compareCode(map, named, aws);
  return [...digest, codeFinding(isSame ? 'pass' : 'fail', says)];
}

const codeFinding = (result: Finding['result'], says: string): Finding => ({
  probe: 'code of the function',
  result,
  says,
});

/**
 * Compares the digest that Lambda tells with that of what `package` writes of this map. Only such a
 * zip has the same bytes everywhere: the CDK zips the same files on its own.
 */
async function compareDigest(map: AccessMap, found: string): Promise<Finding> {
  if (!map.api.authorizerOnly)
    return codeFinding(
      'unknown',
      'the CDK deploys this map and zips the code itself, so that the digest cannot be compared: `--code` compares the files',
    );
  const { digest } = await packaged(map, 'cloudformation');
  return found === digest
    ? codeFinding('pass', 'is what `package` writes of this map')
    : codeFinding(
        'fail',
        `expected \`${digest}\`, which \`package\` writes of this map with this version, found \`${found}\`: another map, another version, or not deployed by \`package\``,
      );
}

function baseOf(url: string): URL {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`expected an http or https URL, found \`${url}\``);
  const base = new URL(url);
  if (base.username !== '' || base.search !== '' || base.hash !== '')
    throw new UsageError('expected a URL without user, query and fragment');
  // A token must not travel in the clear.
  if (base.protocol === 'http:' && !isLoopbackHost(base.hostname))
    throw new UsageError('expected an https URL, found plain http');
  return base;
}

/** A wrong principal would use up somebody else's quota. */
function requirePrincipal(principal: string, token: string | undefined): void {
  if (token === undefined)
    throw new UsageError('expected `--token -` beside `--exhaust`, found no such option');
  const claims = claimsOf(token);
  if (principal === (claims['uid'] ?? claims['cid'])) return;
  throw new UsageError(
    `expected \`--exhaust\` with the uid of the token's user, or the cid of its machine, found \`${principal}\``,
  );
}

const claimsOf = (token: string): Readonly<Record<string, unknown>> =>
  membersOf(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/**
 * Node's own client: `fetch` would normalise the very paths that are asked about. No redirect is
 * followed.
 */
function httpClient(base: URL): SendProbe {
  const send = base.protocol === 'https:' ? httpsRequest : httpRequest;
  const prefix = base.pathname.replace(/\/+$/, '');
  return (method, path, headers) =>
    new Promise((resolve, reject) => {
      const options = {
        host: base.hostname,
        port: base.port,
        method,
        path: `${prefix}${path}`,
        headers,
        timeout: PROBE_TIMEOUT_MS,
      };
      const call = send(options, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0 });
      });
      call.once('timeout', () =>
        call.destroy(new Error(`no answer from ${base.host} within ${PROBE_TIMEOUT_MS / 1_000} s`)),
      );
      call.once('error', reject);
      call.end();
    });
}

const STYLES = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;

function lines(findings: readonly Finding[], io: Io): readonly string[] {
  const rows = table(
    findings.map(({ result, probe, says }) => [result, probe, says]),
    '',
  );
  return rows.map((row, at) => paint(io, STYLES[findings[at]?.result ?? 'unknown'], row));
}

export const smoke = defineCommand<SmokeOptions>({
  name: 'smoke',
  summary: 'check a deployed API for what only a live call can show',
  examples: [
    'smoke --url https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
    'login | npx okta-group-authorizer smoke --url "$URL" --token -',
    'smoke --url "$URL" --code',
  ],
  declare: (command) =>
    void command
      .addOption(mapOption())
      .addOption(requiredOption('--url <url>', 'where the API is called, stage included'))
      .option('--token <source>', '`-`: an access token from standard input')
      .option(
        '--exhaust <principal>',
        'use up the quota of this uid or cid, by at most 1,000 calls',
      )
      .option(
        '--code-sha256 <digest>',
        'expected CodeSha256 of the deployed function, as `package` prints it',
      )
      .option(
        '--code',
        'compare the code of the function in Lambda with what this version makes of the map',
      )
      .addOption(stackOption())
      .option('--function <arn>', 'ARN of the function, where no stack names it')
      .addOption(jsonOption()),
  run: (options, io) => runSmoke(options, io),
});
