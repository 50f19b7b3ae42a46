/** Options of `revoke`, and which of them go together. */
import { DAY_SECONDS } from '../../../lambda/core/contract/periods.ts';
import { parseDuration } from '../../access-map/report/durations.ts';
import { code } from '../../access-map/report/problems.ts';
import { type JsonOptions, UsageError } from '../shell/command.ts';
import { requireName } from '../shell/require-name.ts';
import type { HubOptions } from './hub-of-map.ts';

export interface RevokeOptions extends HubOptions, JsonOptions {
  /** Id, or login, which Okta is asked for. */
  readonly user?: string;
  readonly client?: string;
  /** Name of a group as Okta has it. */
  readonly group?: string;
  readonly for?: string;
  readonly reason?: string;
  readonly list?: boolean;
  readonly undo?: boolean;
}

/**
 * Longest reason, and reason with the name of a group, in bytes of UTF-8: an entry is 1 KB at most.
 */
const MAX_REASON = 200;
const MAX_TEXTS = 780;

/** @throws UsageError for options that do not go together. */
export function checkOptions({
  user,
  client,
  group,
  list,
  undo,
  reason,
  ...options
}: RevokeOptions): void {
  requireName(client, 'client');
  // A group may really be named with a question mark, and no map is asked here.
  if (group?.includes('*')) requireName(group, 'group');
  const named = [user, client, group].filter((one) => one !== undefined);
  if (list && undo) throw new UsageError('expected `--list` or `--undo`, found both');
  if (!list && named.length === 0)
    throw new UsageError(
      'expected `--user`, `--client` or `--group`, or `--list`, found none of them',
    );
  if (group !== undefined && named.length > 1)
    throw new UsageError(
      'expected `--group` alone: an entry is of a user, a user by a client, a client, or a group',
    );
  if (options.for !== undefined && (list || undo))
    throw new UsageError(
      `expected \`--for\` with what is revoked, found it beside \`--${list ? 'list' : 'undo'}\``,
    );
  const most = Math.max(0, Math.min(MAX_REASON, MAX_TEXTS - Buffer.byteLength(group ?? '')));
  const bytes = Buffer.byteLength(reason ?? '');
  if (bytes > most)
    throw new UsageError(`--reason: expected at most ${most} bytes of UTF-8, found ${bytes}`);
  if (options.for !== undefined) lengthOf(options.for);
}

/** Longest time ahead: a permanent block belongs in a map, where it is visible. */
const MAX_FOR_SECONDS = 7 * DAY_SECONDS;

export function lengthOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0 && seconds <= MAX_FOR_SECONDS) return seconds * 1_000;
  throw new UsageError(
    `--for: expected a duration from \`1s\` to \`7d\`, such as \`1h\`, found ${code(text)}: for longer, list the user under \`blocked\``,
  );
}
