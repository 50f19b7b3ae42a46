/** What is live in a hub's list, and how it is shown. */
import {
  HEARTBEAT_STALE_MS,
  type RevocationEntry,
} from '../../../lambda/core/contract/revocation.ts';
import {
  type ByHand,
  entryIn,
  type HubItem,
  handIn,
  hubItemsIn,
} from '../../../lambda/core/revocation/hub-items.ts';
import { liveEntries } from '../../../lambda/core/revocation/live-entries.ts';
import { table } from '../shell/io.ts';

export interface ListedEntry extends RevocationEntry {
  /** Undefined for what an event of Okta has written. */
  readonly hand: ByHand | undefined;
}

export interface RevocationState {
  /** Entries that can still revoke a token, in the order of writing. */
  readonly live: readonly ListedEntry[];
  /**
   * Whether the hub has written its heartbeat within a minute, without which nobody reads the list.
   */
  readonly isAlive: boolean;
  /** When anything about the subject was last written, its undo too, in milliseconds since 1970. */
  lastWritten(subject: string): number;
}

export function stateOf(items: readonly HubItem[], now: number): RevocationState {
  const hands = new Map<string, ByHand | undefined>();
  const entries = items.flatMap((item) => {
    const entry = entryIn(item);
    if (entry) hands.set(keyOf(entry), handIn(item));
    return entry ?? [];
  });
  const { heartbeatAt } = hubItemsIn(items);
  return {
    lastWritten: (subject) =>
      Math.max(0, ...entries.filter((one) => one.subject === subject).map((one) => one.writtenAt)),
    live: liveEntries(entries, now).map((entry) => ({ ...entry, hand: hands.get(keyOf(entry)) })),
    isAlive: heartbeatAt !== undefined && now - heartbeatAt < HEARTBEAT_STALE_MS,
  };
}

const keyOf = ({ subject, writtenAt, issuedUpTo }: RevocationEntry): string =>
  `${writtenAt} ${issuedUpTo} ${subject}`;

export const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** As programs get it. */
export const entryJson = ({ subject, issuedUpTo, reason, writtenAt, hand }: ListedEntry) => ({
  ...{ subject, issuedUpTo: new Date(issuedUpTo).toISOString(), reason },
  writtenAt: new Date(writtenAt).toISOString(),
  ...(hand && { by: hand.by, ...(hand.why !== undefined && { why: hand.why }) }),
});

/** Entries shown in full; beyond that, numbers by reason are clearer. */
const MAX_SHOWN = 200;

export function listLines(live: readonly ListedEntry[]): readonly string[] {
  if (live.length === 0) return ['No token is revoked.'];
  const byReason = new Map<string, number>();
  for (const { reason } of live) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const sums = [...byReason].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const shown = live.slice(-MAX_SHOWN);
  const rows = shown.map(({ subject, issuedUpTo, reason, hand }) => [
    subject,
    `issued up to ${timeText(issuedUpTo)}`,
    [reason, hand && `by ${hand.by}`, hand?.why].filter(Boolean).join(', '),
  ]);
  return [
    ...table(rows),
    '',
    `${live.length} ${live.length === 1 ? 'entry' : 'entries'}: ${sums}${shown.length < live.length ? `; the last ${shown.length} are shown, --json has all` : ''}`,
  ];
}
