/** `okta verify`: compares the running org with the maps. */

import { viewAs } from '../../okta/as-user.ts';
import { recorded } from '../../okta/recording.ts';
import { verifyOrg } from '../../okta/verify.ts';
import type { VerifyFinding } from '../../okta/verify-finding.ts';
import { defineCommand, EXIT, type ExitCode, jsonOption } from '../shell/command.ts';
import { escapeControls, type Io, paint, pluralize, writeLines } from '../shell/io.ts';
import { writeOutput } from '../shell/output.ts';
import { writeJson } from '../shell/write-json.ts';
import {
  declareMaps,
  openSession,
  RIGHTS,
  type SessionOptions,
  withOktaErrors,
} from './session.ts';
import { allowedRoutesOf, userLines, userObject } from './user-view.ts';

export interface OktaVerifyOptions extends SessionOptions {
  readonly as?: string;
  /** File for what the org answers, redacted. */
  readonly record?: string;
}

const runOktaVerify = (options: OktaVerifyOptions, io: Io): Promise<ExitCode> =>
  withOktaErrors(io, options, async () => {
    const { as, json } = options;
    const rights = as === undefined ? RIGHTS.verify : RIGHTS.verifyAs;
    const { sides, desired, org: asked } = await openSession(options, rights, io);
    const { org, recordingOf } = recorded(asked);
    const { findings, state } = await verifyOrg(org, desired);
    const view = as === undefined ? undefined : await viewAs(org, as, desired, state);
    if (options.record !== undefined)
      writeOutput(
        `${JSON.stringify(recordingOf(desired, findings), null, 2)}\n`,
        options.record,
        io,
      );
    const allowedByMap = view ? sides.map((each) => allowedRoutesOf(each, view)) : [];
    const problems = findings.filter(({ level }) => level === 'error');
    const exit = problems.length === 0 ? EXIT.good : EXIT.problem;
    if (json)
      writeJson(io, 'okta verify', {
        ok: exit === EXIT.good,
        exit,
        problems,
        org: org.url,
        findings,
        ...(view ? { as: userObject(view, allowedByMap) } : {}),
      });
    else
      writeLines(io, [
        `${org.url}, against ${desired.maps.join(', ')}:`,
        '',
        ...lines(findings, io),
        ...(view ? userLines(view, allowedByMap) : []),
      ]);
    return exit;
  });

function lines(findings: readonly VerifyFinding[], io: Io): readonly string[] {
  const signs = {
    error: paint(io, 'red', '  ! '),
    warning: paint(io, 'yellow', '  ! warning: '),
    note: '  i ',
  };
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  return [
    ...findings.map(({ level, text }) => `${signs[level]}${escapeControls(text)}`),
    '',
    errors + warnings === 0
      ? 'Okta is as the maps need it.'
      : `${pluralize(errors, 'error')}, ${pluralize(warnings, 'warning')}`,
  ];
}

export const oktaVerify = defineCommand<OktaVerifyOptions>({
  name: 'verify',
  summary: 'find what in Okta would break the maps or make tokens fail',
  examples: ['okta verify', 'okta verify --as reader@example.com'],
  declare: (command) =>
    void declareMaps(command)
      .option(
        '--as <user>',
        'compute which groups the token of this user would carry, and which routes that allows',
      )
      .option(
        '--record <file>',
        'write what the org answers, redacted: names, ids, hosts and secrets are replaced',
      )
      .addOption(jsonOption()),
  run: runOktaVerify,
});
