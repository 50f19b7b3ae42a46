/** Turns events of Okta into entries, whether a hook delivers them or the poll finds them. */
import type { HubSettings } from '../core/contract/hub.ts';
import { ENTRY_LIFE_MS, groupSubject, type NewRevocation } from '../core/contract/revocation.ts';
import { isObject } from '../core/json/json-object.ts';
import type { Removals } from '../core/revocation/hub-items.ts';
import { type EventMeaning, type MappedGroups, meaningOf } from '../core/revocation/okta-events.ts';
import type { Clock, RevocationWriter } from '../ports.ts';
import type { EmptiedGroup, MassRemovals } from './mass-removals.ts';

export interface RecordingParts {
  readonly settings: Pick<HubSettings, 'groups'>;
  readonly writer: RevocationWriter;
  readonly mass: MassRemovals;
  readonly clock: Clock;
}

export interface Recorded {
  /** Events that void something. */
  readonly events: number;
  /** Those of them that were new. */
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
  const emptied = await mass.emptiedBy(meanings.flatMap(removalOf), now);
  // The group's entry first: an event is known by its uuid only when it has revoked what it must.
  for (const group of emptied) await writer.write(group.id, [groupRemoval(group)]);
  const covered = new Set(emptied.flatMap((group) => group.covered));
  const results = await inTurn(meanings, (meaning) =>
    writer.write(meaning.uuid, covered.has(meaning.uuid) ? [] : entriesOf(meaning)),
  );
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
 * T is the time of the event, never later than ours, and ours where the event has none. An event
 * whose tokens have all expired revokes nothing.
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

/** The group that a user left. Undefined where one event names several: its entry is kept then. */
const leftGroupOf = ({ lostGroups: [group, another] }: EventMeaning): string | undefined =>
  another === undefined ? group : undefined;

function removalOf(meaning: DatedMeaning): readonly Removals[] {
  const { uuid: id, issuedUpTo: at } = meaning;
  const group = leftGroupOf(meaning);
  return group === undefined ? [] : [{ id, group, from: at, at, count: 1 }];
}

function entriesOf(meaning: EventMeaning): readonly NewRevocation[] {
  const leftGroup = leftGroupOf(meaning);
  return leftGroup === undefined
    ? meaning.revocations
    : meaning.revocations.map((revocation) => ({ ...revocation, leftGroup }));
}

const groupRemoval = ({ group, at, from, count }: EmptiedGroup): NewRevocation => ({
  subject: groupSubject(group),
  issuedUpTo: at,
  withMargin: true,
  reason: 'group_removed',
  emptied: { removals: count, from },
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
