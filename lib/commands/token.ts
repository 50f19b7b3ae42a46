/**
 * `token`: what is wrong with a token, where to fix it, and which routes it may call. Nothing is
 * sent anywhere.
 */

import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { reportOnToken, type TokenReport } from '../verdicts/token-report.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
  UsageError,
} from './shell/command.ts';
import { localIssuerOf } from './shell/find-local-run.ts';
import { type Io, writeLines } from './shell/io.ts';
import { issuerOption, withIssuer } from './shell/issuer-option.ts';
import { requireMap } from './shell/map-file.ts';
import { bareToken, MAX_TOKEN_LETTERS } from './shell/pasted-token.ts';
import { writeJson } from './shell/write-json.ts';
import { tokenJson, tokenLines } from './token-text.ts';

export interface TokenOptions extends MapOptions, JsonOptions {
  /**
   * `-`: standard input. Default: a prompt that shows nothing, or standard input where there is no
   * terminal.
   */
  readonly source?: string;
  readonly issuer?: string;
}

async function runToken({ source, map, json, issuer }: TokenOptions, io: Io): Promise<ExitCode> {
  // The argument may be a token: it is in the shell's history already and is not printed here.
  if (source !== undefined && source !== '-')
    throw new UsageError(
      'expected `-` or nothing, found an argument: a token belongs on standard input',
      { code: 'TOKEN_AS_ARGUMENT' },
    );
  const ownModel: AccessModel = parseModel(requireMap(map, io).model);
  // A wrong option is reported before anything is asked for.
  const named = withIssuer(ownModel, issuer);
  const token = bareToken(await readSecret(source, io));
  if (token === '')
    throw new UsageError('expected a token on standard input, found nothing', {
      code: 'INPUT_ABSENT',
    });
  const local = localIssuerOf(token);
  const model = issuer === undefined ? withIssuer(ownModel, local) : named;
  if (issuer === undefined && local !== undefined)
    io.err(
      `this is a token of a local run (npm start): evaluated by its issuer ${local}, as its gateway does; a deployed authorizer refuses it\n`,
    );
  const found = reportOnToken(token, model, (io.now ?? Date.now)() / 1_000);
  const report = local === undefined ? found : withoutOkta(found);
  if (json) writeJson(io, 'token', tokenJson(report));
  else writeLines(io, tokenLines(report, io));
  return report.findings.length === 0 ? EXIT.good : EXIT.problem;
}

/** Leaves out the advice about Okta: it does not apply to the token of a local run. */
const withoutOkta = (report: TokenReport): TokenReport => ({
  ...report,
  findings: report.findings.map(({ okta: _, ...finding }) => finding),
});

async function readSecret(source: string | undefined, { input }: Io): Promise<string> {
  if (!input)
    throw new UsageError('expected a token on standard input, found no input', {
      code: 'INPUT_ABSENT',
    });
  return source === '-' || !input.isTerminal
    ? input.read(MAX_TOKEN_LETTERS)
    : input.askHidden('token (not shown): ');
}

export const token = defineCommand<TokenOptions>({
  name: 'token',
  summary: 'say what is wrong with a token, which setting to fix, and which routes it may call',
  examples: ['token', 'login | npx okta-group-authorizer token -', 'token - < token.txt --json'],
  declare: (command) =>
    void command
      .argument(
        '[source]',
        '`-` reads the token from standard input (default: a prompt that does not show it)',
      )
      .addOption(issuerOption())
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: runToken,
});
