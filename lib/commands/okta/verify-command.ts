/** `okta verify`: compares the running org with the maps. */

import type { Cell } from '../../../lambda/core/decision/cell.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { type UserView, viewAs } from '../../okta/as-user.ts';
import { recorded } from '../../okta/recording.ts';
import { verifyOrg } from '../../okta/verify.ts';
import type { VerifyFinding } from '../../okta/verify-finding.ts';
import { cellsFor, cellText, effectOf, shadowNote } from '../../verdicts/cells.ts';
import { defineCommand, EXIT, type ExitCode, jsonOption } from '../shell/command.ts';
import { escapeControls, type Io, paint, writeJson, writeLines } from '../shell/io.ts';
import { writeOutput } from '../shell/output.ts';
import {
  declareMaps,
  type ManagedMap,
  openSession,
  RIGHTS,
  type SessionOptions,
  withOktaErrors,
} from './session.ts';

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
      writeOutput(`${JSON.stringify(recordingOf(desired), null, 2)}\n`, options.record, io);
    const allowedByMap = view ? sides.map((each) => allowedRoutesOf(each, view)) : [];
    const problems = findings.filter(({ level }) => level === 'error');
    const exit = problems.length === 0 ? EXIT.good : EXIT.problem;
    if (json)
      writeJson(io, {
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

const userObject = (
  { login, uid, status, signsIn }: UserView,
  computed: readonly AllowedRoutes[],
) => ({ login, uid, status, tokens: signsIn, computed });

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
      : `${errors} errors, ${warnings} warnings`,
  ];
}

interface AllowedRoutes {
  readonly map: string;
  /** As the token would carry them for sure. */
  readonly groups: readonly string[];
  /** Claims that may add groups, which cannot be judged from here. */
  readonly unjudged: readonly string[];
  /** Routes that the gateway opens, those in shadow mode included. */
  readonly routes: readonly string[];
  /** Routes in shadow mode: what the rules say of them, and what the gateway does. */
  readonly shadow: readonly (Cell & { readonly route: string })[];
}

/** The authorizer's own arithmetic, fed with the groups that the token would carry. */
function allowedRoutesOf({ map: { model }, side }: ManagedMap, view: UserView): AllowedRoutes {
  const { map: name, block, groupPrefix: prefix } = side;
  const found = view.servers.find(({ server }) => server.name === side.server);
  const { groups: carried = [], unjudged = [] } = found ?? {};
  if (!view.signsIn) return { map: name, groups: [], unjudged: [], routes: [], shadow: [] };
  const groups = carried
    .filter((group) => group.startsWith(prefix))
    .map((group) => group.slice(prefix.length));
  const parsed = parseModel(model);
  const cellOf = cellsFor(parsed, { groups, block });
  const cells = model.routes.map(({ key }) => ({ route: key, ...cellOf(key) }));
  return {
    map: name,
    groups: carried,
    unjudged,
    routes: cells.filter((cell) => effectOf(cell) === 'allow').map(({ route }) => route),
    shadow: cells.filter((cell) => shadowNote(cell) !== undefined),
  };
}

function userLines(
  { login, uid, status, signsIn }: UserView,
  allowedByMap: readonly AllowedRoutes[],
): readonly string[] {
  const who = `${escapeControls(login)} (${escapeControls(status.toLowerCase())})`;
  const id = `  uid: ${escapeControls(uid)}`;
  if (!signsIn)
    return [
      '',
      `${who}: Okta gives no token to a user of this status; tokens of before live on to their end, \`blocked\` in the map stops them by the uid`,
      id,
    ];
  return [
    '',
    `${who}, computed from the user's groups and the claim, no token was made:`,
    ...allowedByMap.flatMap(allowedLines),
    id,
  ];
}

const allowedLines = ({
  map,
  groups,
  unjudged,
  routes,
  shadow,
}: AllowedRoutes): readonly string[] => [
  `  ${map}: groups ${groups.length === 0 ? 'none' : escapeControls(groups.join(', '))}`,
  ...unjudged.map(
    (claim) =>
      `    and what the claim ${escapeControls(claim)} adds, which cannot be judged from here`,
  ),
  ...routes.map((route) => `    opens ${route}`),
  ...shadow.map((cell) => `    ${cell.route}: ${cellText(cell)}`),
];

export const oktaVerify = defineCommand<OktaVerifyOptions>({
  name: 'verify',
  summary: 'find what in Okta would break the maps or make tokens fail',
  examples: ['okta verify', 'okta verify --as reader@example.com'],
  declare: (command) =>
    void declareMaps(command)
      .option(
        '--as <user>',
        'compute which groups the token of this user would carry, and which routes that opens',
      )
      .option(
        '--record <file>',
        'write what the org answers, redacted: names, ids, hosts and secrets are replaced',
      )
      .addOption(jsonOption()),
  run: runOktaVerify,
});
