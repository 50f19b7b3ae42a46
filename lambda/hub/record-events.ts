/** Events of Okta become entries, the same way whether a hook brings them or the poll finds them. */
import type { HubSettings } from '../core/contract/hub.ts';
import { isObject } from '../core/contract/json-object.ts';
import { ENTRY_LIFE_MS, groupSubject, type NewRevocation } from '../core/contract/revocation.ts';
import { type EventMeaning, type MappedGroups, meaningOf } from '../core/revocation/okta-events.ts';
import type { Clock, RevocationWriter } from '../ports.ts';
import type { MassRemovals } from './mass-removals.ts';

export interface RecordingParts {
  readonly settings: Pick<HubSettings, 'groups'>;
  readonly writer: RevocationWriter;
  readonly mass: MassRemovals;
  readonly clock: Clock;
}

export interface Recorded {
  /** Events that void something. */
  readonly events: number;
  /** Those of them that nobody had brought before. */
  readonly written: number;
  /** The longest time between an event and now, in milliseconds; 0 where there is none. */
  readonly delayMs: number;
}

/** Writes at one time; the table takes about 1,000 units a second of one key. */
const MAX_AT_ONCE = 32;

/**
 * Resolves when all entries are durable.
 * @param events as Okta sends them.
 * @throws the writer's error; what was written stays, and may be written once more.
 */
export async function recordEvents(
  events: readonly unknown[],
  { settings, writer, mass, clock }: RecordingParts,
): Promise<Recorded> {
  const now = clock.now();
  const groups = mappedGroups(settings);
  const meanings = events.flatMap((event) => liveMeaning(event, groups, now) ?? []);
  const massive = mass.count(removalsIn(meanings), now);
  // The group's entry first: an event is known by its uuid only when it has voided what it must.
  for (const [group, last] of lastRemovals(meanings, massive))
    await writer.write(`${last.uuid}-group`, [groupRemoval(group, last)]);
  const results = await inTurn(meanings, ({ uuid, revocations, lostGroups }) => {
    const covered = lostGroups.length > 0 && lostGroups.every((group) => massive.has(group));
    return writer.write(uuid, covered ? [] : revocations);
  });
  return {
    events: meanings.length,
    written: results.filter((result) => result === 'written').length,
    delayMs: Math.max(0, ...meanings.map(({ issuedUpTo }) => now - issuedUpTo)),
  };
}

interface DatedMeaning extends EventMeaning {
  /** T in milliseconds since 1970. */
  readonly issuedUpTo: number;
}

const mappedGroups = ({
  groups: { removed, added },
}: RecordingParts['settings']): MappedGroups => ({
  removed: new Set(removed),
  added: new Set(added),
});

/**
 * T is the time of the event, never later than ours, and ours where the event has none. An event so
 * old that no token of its time can still be good voids nothing.
 */
function liveMeaning(event: unknown, groups: MappedGroups, now: number): DatedMeaning | undefined {
  const published = isObject(event) ? timeOf(event['published']) : undefined;
  const issuedUpTo = Math.min(published ?? now, now);
  if (issuedUpTo + ENTRY_LIFE_MS <= now) return undefined;
  const meaning = meaningOf(event, groups, issuedUpTo);
  return meaning && { ...meaning, issuedUpTo };
}

/** Okta writes times as `2026-08-25T17:41:22.359Z`. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

function timeOf(published: unknown): number | undefined {
  const time = typeof published === 'string' && TIME.test(published) ? Date.parse(published) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

function removalsIn(meanings: readonly EventMeaning[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const group of meanings.flatMap(({ lostGroups }) => lostGroups))
    counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}

/** Of each group that is emptied the latest removal: its T is that of all before it. */
function lastRemovals(
  meanings: readonly DatedMeaning[],
  massive: ReadonlySet<string>,
): ReadonlyMap<string, DatedMeaning> {
  const last = new Map<string, DatedMeaning>();
  for (const meaning of meanings)
    for (const group of meaning.lostGroups)
      if (massive.has(group) && (last.get(group)?.issuedUpTo ?? -1) < meaning.issuedUpTo)
        last.set(group, meaning);
  return last;
}

const groupRemoval = (group: string, { issuedUpTo }: DatedMeaning): NewRevocation => ({
  subject: groupSubject(group),
  issuedUpTo,
  withMargin: true,
  reason: 'group_removed',
});

/** As many at one time as the table takes; the first failure ends it. */
async function inTurn<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const left = items.values();
  const work = async (): Promise<void> => {
    for (const item of left) results.push(await run(item));
  };
  await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, items.length) }, work));
  return results;
}
