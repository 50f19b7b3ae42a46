/**
 * Merges several inputs by time. Opens an input only when the others reach its first item, so few
 * files are open at once.
 */

import { AuditLogError } from './audit-log-error.ts';
import { type AuditLogItem, readAuditLogLine } from './audit-log-line.ts';
import type { Input } from './inputs.ts';
import { isNewestFirst, oldestFirst } from './oldest-first.ts';
import {
  type AuditLogReading,
  type AuditLogSummary,
  auditLogReading,
  type Visit,
} from './read-audit-log.ts';

/**
 * Lines of one file are written when an answer is ready, so that neighbours can be out of order.
 */
const REORDER_BUFFER = 4_096;

/**
 * A flood's record carries the time of its first call and is written a minute later at most. Far
 * later items mean that the file was put together in another order.
 */
const MAX_LATENESS_MS = 10 * 60_000;

/** Items at the start of a file that decide its direction. */
const DIRECTION_SAMPLE = 16;

interface Source {
  readonly next: AuditLogItem;
  readonly rest: AsyncIterator<AuditLogItem>;
}

/** Hands every item to `visit`, in the order of time. */
export async function readInTimeOrder(
  inputs: readonly Input[],
  visit: Visit,
  sinceMs?: number,
): Promise<AuditLogSummary> {
  const reading = auditLogReading(sinceMs);
  for await (const item of inTimeOrder(inputs, reading)) visit(item);
  return reading.summary();
}

/**
 * @param wait how many items may wait for earlier ones.
 * @throws AuditLogError (from the iteration) for items in no order of time: quotas counted over
 * them would be wrong.
 */
export async function* inTimeOrder(
  inputs: readonly Input[],
  reading: AuditLogReading,
  wait = REORDER_BUFFER,
): AsyncIterable<AuditLogItem> {
  const waiting: AuditLogItem[] = [];
  let latest = -Infinity;
  for await (const item of merged(inputs, reading)) {
    if (item.at < latest - MAX_LATENESS_MS) throw outOfOrder(item.at, latest);
    waiting.splice(placeIn(waiting, item.at), 0, item);
    const first = waiting.length > wait ? waiting.shift() : undefined;
    if (first === undefined) continue;
    latest = Math.max(latest, first.at);
    yield first;
  }
  yield* waiting;
}

async function* merged(
  inputs: readonly Input[],
  reading: AuditLogReading,
): AsyncIterable<AuditLogItem> {
  const closed = (await withFirstTimes(inputs)).toSorted((a, b) => b.first - a.first);
  const sources: Source[] = [];
  const put = async (rest: AsyncIterator<AuditLogItem>): Promise<void> => {
    const next = await rest.next();
    if (next.done) return;
    sources.splice(placeOfSource(sources, next.value.at), 0, { next: next.value, rest });
  };
  for (;;) {
    while (closed.length > 0 && (closed.at(-1)?.first ?? 0) <= (sources[0]?.next.at ?? Infinity)) {
      const input = closed.pop()?.input;
      if (input) await put(oldestFirst(reading.take(input))[Symbol.asyncIterator]());
    }
    const source = sources.shift();
    if (source === undefined) {
      if (closed.length === 0) return;
      continue;
    }
    yield source.next;
    await put(source.rest);
  }
}

/**
 * A single input is not looked into beforehand, since the standard input and a log group are read
 * once.
 */
async function withFirstTimes(
  inputs: readonly Input[],
): Promise<readonly { readonly input: Input; readonly first: number }[]> {
  if (inputs.length === 1) return inputs.map((input) => ({ input, first: 0 }));
  const found: { readonly input: Input; readonly first: number }[] = [];
  for (const input of inputs)
    found.push({ input, first: input.once === true ? 0 : await firstTime(input) });
  return found;
}

/** 0 for a file with the newest items first, so that it is opened at once. */
async function firstTime(input: Input): Promise<number> {
  const times: number[] = [];
  for await (const lines of input.keep()) {
    for (const { text } of lines) {
      for (const result of readAuditLogLine(text))
        if (result.kind === 'decision' || result.kind === 'access') times.push(result.at);
      if (times.length >= DIRECTION_SAMPLE) break;
    }
    if (times.length >= DIRECTION_SAMPLE) break;
  }
  return isNewestFirst(times) ? 0 : (times[0] ?? 0);
}

const outOfOrder = (at: number, latest: number): AuditLogError =>
  new AuditLogError(
    `expected records in the order of their times, found one of ${new Date(at).toISOString()} after many of up to ${new Date(latest).toISOString()}; sort them, oldest first, by \`jq -c -s 'sort_by(.time)[]' FILE\`, or give the files that they come from`,
  );

/** Index of the first that is later. */
function placeIn(waiting: readonly AuditLogItem[], at: number): number {
  let index = waiting.length;
  while (index > 0 && (waiting[index - 1]?.at ?? 0) > at) index--;
  return index;
}

function placeOfSource(sources: readonly Source[], at: number): number {
  const index = sources.findIndex(({ next }) => next.at > at);
  return index === -1 ? sources.length : index;
}
