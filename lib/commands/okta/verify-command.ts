/** `okta verify`: compares the running org with the maps. */

import type { Cell } from '../../../lambda/core/decision/cell.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { type UserView, viewAs } from '../../okta/as-user.ts';
import { type Bounds, verifyOrg } from '../../okta/verify.ts';
import type { VerifyFinding } from '../../okta/verify-finding.ts';
import { cellsFor, cellText, effectOf, shadowNote } from '../../verdicts/cells.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
} from '../shell/command.ts';
import { escapeControls, type Io, paint, writeJson, writeLines } from '../shell/io.ts';
import {
  connect,
  type ManagedMap,
  type MapsOptions,
  mapsOption,
  RIGHTS,
  readMaps,
  withOktaErrors,
} from './session.ts';

export interface OktaVerifyOptions extends MapsOptions, JsonOptions {
  readonly maps?: readonly string[];
  readonly as?: string;
  readonly block?: string;
}

const runOktaVerify = (
  { maps = [], map = [], as, block, json }: OktaVerifyOptions,
  io: Io,
): Promise<ExitCode> =>
  withOktaErrors(io, async () => {
    const read = readMaps([...maps, ...map], block, io);
    const org = await connect(
      read.desired.org,
      as === undefined ? RIGHTS.verify : RIGHTS.verifyAs,
      io,
    );
    const { findings, state } = await verifyOrg(org, read.desired, read.sides.map(boundsOf));
    const view = as === undefined ? undefined : await viewAs(org, as, read.desired, state);
    const allowedByMap = view ? read.sides.map((each) => allowedRoutesOf(each, view)) : [];
    const ok = !findings.some(({ level }) => level === 'error');
    if (json)
      writeJson(io, {
        ok,
        org: org.url,
        findings,
        ...(view ? { as: { login: view.login, status: view.status, computed: allowedByMap } } : {}),
      });
    else
      writeLines(io, [
        `${org.url}, against ${read.desired.maps.join(', ')}:`,
        '',
        ...lines(findings, io),
        ...(view ? userLines(view, allowedByMap) : []),
      ]);
    return ok ? EXIT.good : EXIT.problem;
  });

const boundsOf = ({ side: { server, map, maxTokenLifetimeSeconds } }: ManagedMap): Bounds => ({
  server,
  map,
  maxTokenLifetimeSeconds,
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
      : `${errors} errors, ${warnings} warnings`,
  ];
}

interface AllowedRoutes {
  readonly map: string;
  /** As the token would carry them; absent where a claim cannot be judged. */
  readonly groups?: readonly string[];
  /** Routes that the gateway opens, those in shadow mode included. */
  readonly routes: readonly string[];
  /** Routes in shadow mode: what the rules say of them, and what the gateway does. */
  readonly shadow: readonly (Cell & { readonly route: string })[];
}

/** The authorizer's own arithmetic, fed with the groups that the token would carry. */
function allowedRoutesOf({ map: { model }, side }: ManagedMap, view: UserView): AllowedRoutes {
  const { map: name, block, groupPrefix: prefix } = side;
  const carried = view.servers.find(({ server }) => server.name === side.server)?.groups;
  if (!carried) return { map: name, routes: [], shadow: [] };
  const groups = carried
    .filter((group) => group.startsWith(prefix))
    .map((group) => group.slice(prefix.length));
  const parsed = parseModel(model);
  const cellOf = cellsFor(parsed, { groups, block });
  const cells = model.routes.map(({ key }) => ({ route: key, ...cellOf(key) }));
  return {
    map: name,
    groups: carried,
    routes: cells.filter((cell) => effectOf(cell) === 'allow').map(({ route }) => route),
    shadow: cells.filter((cell) => shadowNote(cell) !== undefined),
  };
}

function userLines(
  { login, status }: UserView,
  allowedByMap: readonly AllowedRoutes[],
): readonly string[] {
  return [
    '',
    `${escapeControls(login)} (${escapeControls(status.toLowerCase())}), computed from the user's groups and the claim, no token was made:`,
    ...allowedByMap.flatMap(({ map, groups, routes, shadow }) => [
      `  ${map}: ${groups === undefined ? 'the claim cannot be judged from here' : `groups ${groups.length === 0 ? 'none' : escapeControls(groups.join(', '))}`}`,
      ...routes.map((route) => `    opens ${route}`),
      ...shadow.map((cell) => `    ${cell.route}: ${cellText(cell)}`),
    ]),
  ];
}

export const oktaVerify = defineCommand<OktaVerifyOptions>({
  name: 'verify',
  summary: 'find what in Okta would break the maps or make tokens fail',
  examples: ['okta verify', 'okta verify --as reader@example.com'],
  declare: (command) =>
    void command
      .argument('[maps...]', 'access maps that share an org (default: the map of the project)')
      .addOption(mapsOption())
      .option('--block <name>', 'the okta block, of maps that list several')
      .option(
        '--as <user>',
        'compute which groups the token of this user would carry, and which routes that opens',
      )
      .addOption(jsonOption()),
  run: runOktaVerify,
});
