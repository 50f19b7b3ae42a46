/** `revoke`: revokes tokens by hand, lists what is revoked, and takes it back. */
import { randomUUID } from 'node:crypto';
import { Option } from 'commander';
import { BY_HAND_AHEAD_MS, type NewRevocation } from '../../lambda/core/contract/revocation.ts';
import { handItems } from '../../lambda/core/revocation/hub-items.ts';
import { code } from '../access-map/report/problems.ts';
import { findUser } from '../okta/find-user.ts';
import { OktaError } from '../okta/okta-error.ts';
import { scopeFor } from '../okta/okta-scopes.ts';
import { textAt } from '../okta/org.ts';
import type { HubAws } from './okta-subcommands/hub-aws.ts';
import { connect, withOktaErrors } from './okta-subcommands/session.ts';
import { type HubListAws, hubListAws } from './revoke/hub-list.ts';
import { type ChosenHub, chosenHub } from './revoke/hub-of-map.ts';
import {
  entryJson,
  type ListedEntry,
  listLines,
  type RevocationState,
  stateOf,
  timeText,
} from './revoke/revocation-list.ts';
import { checkOptions, lengthOf, type RevokeOptions } from './revoke/revoke-options.ts';
import { subjectOf, type UidOf } from './revoke/revoked-subject.ts';
import { awsAccessError } from './shell/aws-access.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  jsonOption,
  mapOption,
  ServiceError,
  UsageError,
} from './shell/command.ts';
import { type Io, writeLines } from './shell/io.ts';
import { failureProblem } from './shell/problem-json.ts';
import { writeJson } from './shell/write-json.ts';

/** What the command asks; tests hand in their own. */
export interface RevokeSources {
  readonly list: HubListAws;
  readonly stacks?: Pick<HubAws, 'outputs'>;
  readonly uidOf: UidOf;
}

const USER_RIGHTS = [scopeFor('users', 'read')];

const uidInOkta: UidOf = async (login, { orgUrl }, io) => {
  const org = await connect({ org: orgUrl }, USER_RIGHTS, io);
  const advice = 'name the `uid` of a deleted user, which records and `revoke --list` show';
  return textAt(await findUser(org, login, advice), 'id');
};

const SOURCES: RevokeSources = { list: hubListAws, uidOf: uidInOkta };

export const runRevoke = (
  options: RevokeOptions,
  io: Io,
  sources: RevokeSources = SOURCES,
): Promise<ExitCode> =>
  withOktaErrors(io, options, async () => {
    checkOptions(options);
    try {
      const hub = await chosenHub(options, io, sources.stacks);
      const subject = await subjectOf(options, hub, sources.uidOf, io);
      const { items, now } = await sources.list.read(hub.table, hub.org);
      const asked: Asked = { options, io, sources, hub, subject, now, state: stateOf(items, now) };
      if (options.list) return list(asked);
      return await (options.undo ? undo(asked) : revokeNow(asked));
    } catch (error) {
      throw serviceError(error, io);
    }
  });

interface Asked {
  readonly options: RevokeOptions;
  readonly io: Io;
  readonly sources: RevokeSources;
  readonly hub: ChosenHub;
  /** Undefined: all of the list. */
  readonly subject: string | undefined;
  /** The store's time. */
  readonly now: number;
  readonly state: RevocationState;
}

/** What AWS refuses is one sentence, exit code 3. */
function serviceError(error: unknown, io: Io): unknown {
  if (error instanceof UsageError || error instanceof OktaError) return error;
  const known = awsAccessError(error, io.env);
  if (known) return known;
  if (!(error instanceof Error && '$metadata' in error)) return error;
  return new ServiceError(
    'AWS_REQUEST_FAILED',
    `the list of revoked tokens could not be read: ${error.name}: ${error.message}`,
    {
      cause: error,
    },
  );
}

const ofSubject = ({ state, subject }: Asked): readonly ListedEntry[] =>
  state.live.filter((entry) => subject === undefined || entry.subject === subject);

function list(asked: Asked): ExitCode {
  const { io, options, hub, state } = asked;
  const entries = ofSubject(asked);
  if (options.json)
    writeJson(io, 'revoke', {
      ...{ ok: true, exit: EXIT.good, problems: [] },
      ...{ org: hub.org, alive: state.isAlive, entries: entries.map(entryJson) },
    });
  else writeLines(io, [...listLines(entries), ...silentHub(state)]);
  return EXIT.good;
}

const silentHub = ({ isAlive }: RevocationState): readonly string[] =>
  isAlive
    ? []
    : [
        'The hub has written no heartbeat for a minute: authorizers treat the list as unreadable, and `onStoreFailure` decides.',
      ];

async function revokeNow(asked: Asked): Promise<ExitCode> {
  const { options, now, subject = '' } = asked;
  const ahead = options.for === undefined ? BY_HAND_AHEAD_MS : lengthOf(options.for);
  const issuedUpTo = now + ahead;
  // The store's time is of a whole second: an undo of this second would take back what follows it.
  const writtenAt = Math.max(now, asked.state.lastWritten(subject));
  await write(asked, { subject, issuedUpTo, reason: 'by_hand' }, writtenAt);
  return answerWith(asked, { revoked: subject, issuedUpTo }, [
    `Revoked: tokens of ${subject} that are issued up to ${timeText(issuedUpTo)}.`,
    options.for === undefined
      ? 'A token that is issued later is valid: to stop somebody permanently, deactivate the user in Okta, or list it under `blocked`.'
      : 'A token that is issued after that is valid.',
  ]);
}

async function undo(asked: Asked): Promise<ExitCode> {
  const { now, subject = '', io, options } = asked;
  const entries = ofSubject(asked);
  const last = entries.at(-1);
  if (!last) {
    if (options.json) writeJson(io, 'revoke', failed(`nothing revokes tokens of ${subject}`));
    else io.err(`nothing revokes tokens of ${code(subject)}\n`);
    return EXIT.problem;
  }
  const issuedUpTo = Math.max(...entries.map((entry) => entry.issuedUpTo));
  // Later than everything that it takes back, whatever clocks those writers had.
  const writtenAt = Math.max(now, asked.state.lastWritten(subject) + 1);
  await write(asked, { subject, issuedUpTo, reason: 'by_hand', undo: true }, writtenAt);
  const reasons = [...new Set(entries.map(({ reason }) => reason))].join(', ');
  return answerWith(asked, { undone: subject, reasons }, [
    `Undone: tokens of ${subject} that were issued up to ${timeText(issuedUpTo)} are valid again (${reasons}).`,
  ]);
}

const failed = (text: string) => ({
  ...{ ok: false, exit: EXIT.problem },
  problems: [failureProblem('REVOCATION_ABSENT', text)],
});

/** One entry and its audit record. */
async function write(
  { options, sources, hub }: Asked,
  revocation: NewRevocation,
  writtenAt: number,
): Promise<void> {
  const hand = { by: await sources.list.caller(), why: options.reason };
  const { entry, audit } = handItems(hub.org, writtenAt, randomUUID(), { revocation, hand });
  // The record first: every revocation has a record.
  await sources.list.write(hub.table, [audit, entry]);
}

function answerWith(
  { io, options, hub, state }: Asked,
  facts: Readonly<Record<string, string | number>>,
  lines: readonly string[],
): ExitCode {
  if (options.json)
    writeJson(io, 'revoke', {
      ...{ ok: true, exit: EXIT.good, problems: [] },
      org: hub.org,
      alive: state.isAlive,
      ...facts,
    });
  else
    writeLines(io, [
      ...lines,
      ...(hub.bound === undefined ? [] : [`Every API of the map follows within ${hub.bound}.`]),
      ...silentHub(state),
    ]);
  return EXIT.good;
}

export const revoke = defineCommand<RevokeOptions>({
  name: 'revoke',
  summary: 'revoke tokens by hand, list what is revoked, or take it back',
  examples: [
    'revoke --user 00u1abc --reason "laptop lost"',
    'revoke --user alice@example.com --client 0oa1web --for 1h',
    'revoke --group contractors',
    'revoke --list',
    'revoke --user 00u1abc --undo',
  ],
  declare: (command) =>
    void command
      .addOption(
        new Option('--user <uid>', 'tokens of a user: uid, or login, which is looked up in Okta'),
      )
      .addOption(new Option('--client <cid>', 'tokens of a client; with `--user` those of both'))
      .addOption(new Option('--group <name>', 'tokens that carry the group, by its name in Okta'))
      .addOption(
        new Option(
          '--for <duration>',
          'also tokens that are issued within this time from now, such as 1h',
        ),
      )
      .addOption(new Option('--reason <text>', 'why, for the audit record'))
      .addOption(new Option('--list', 'show what is revoked'))
      .addOption(new Option('--undo', 'take back what is revoked for the user, client or group'))
      .addOption(
        new Option('--table <name>', 'table of the hub, by name or ARN (default: that of the map)'),
      )
      .addOption(
        new Option('--org <host>', 'Okta org, such as acme.okta.com (default: that of the map)'),
      )
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: (options, io) => runRevoke(options, io),
});
